"""One answer while it is sent: its head, what of its body is kept, and whether all of it has been seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemagen.exchanges import Exchange, Origin, Request, Response


class Answer:
    """One answer while it is sent. `lacks` is the count that it goes to if it ends now; empty, it can be checked."""

    __slots__ = (
        "body",
        "headers",
        "is_candidate",
        "is_chosen",
        "is_ended",
        "is_filtered",
        "is_started",
        "lacks",
        "length",
        "request",
        "size",
        "status",
    )

    def __init__(self) -> None:
        self.is_ended = False
        self.is_started = self.is_candidate = self.is_filtered = self.is_chosen = False
        self.lacks = "unfinished"

    def begin(self, *, is_candidate: bool) -> None:
        """Forgets what came before: an application may begin again as long as nothing is sent."""
        self.is_started = True
        self.is_candidate = is_candidate
        self.is_filtered = self.is_chosen = False
        self.body: list[bytes] = []
        self.size = 0
        self.lacks = "unfinished"

    def choose(self, status: int, headers: Iterable[tuple[str, str]], request: Request) -> None:
        """Takes the head; what is sent from now on is kept."""
        self.status = status
        self.headers = tuple((name.lower(), value) for name, value in headers)
        self.length = next((value.strip() for name, value in self.headers if name == "content-length"), "")
        self.request = request
        self.is_chosen = True
        self.finish(is_whole=request.method == "HEAD" or status in (204, 304))

    def add(self, part: bytes, most: int) -> None:
        """Takes a part of the body, as long as all is not larger than `most`; with all that was announced it is whole."""
        self.size += len(part)
        if self.size > most:
            self.body.clear()
            self.lacks = "too_large"
        else:
            self.body.append(bytes(part))
            self.finish(is_whole=str(self.size) == self.length)

    def finish(self, *, is_whole: bool) -> None:
        """Nothing lacks any more if it `is_whole`, but what was too large."""
        if is_whole and self.lacks == "unfinished":
            self.lacks = ""

    def fail(self) -> None:
        """It cannot be checked, whatever comes."""
        self.is_candidate = self.is_chosen = True
        self.is_filtered = False
        self.lacks = "failed"

    def counts(self) -> Iterator[str]:
        """The names of the counts that it goes to when it has ended."""
        yield "answers"
        if self.is_candidate:
            yield "candidates"
        if self.is_filtered:
            yield "filtered"
        if self.is_chosen:
            yield "chosen"
            if self.lacks:
                yield self.lacks

    def exchange(self, entry: int) -> Exchange:
        """The answer as the exchange of that number."""
        body = None if self.request.method == "HEAD" else b"".join(self.body)
        return Exchange(Origin("answers", entry), Response(self.status, self.headers, body), self.request)
