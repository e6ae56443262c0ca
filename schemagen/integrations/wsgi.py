"""WSGI middleware that checks the error responses of the application inside it, after they were sent.

    app = ErrorFormatMiddleware(app, "errors.yaml", sample=0.1)

What the application gives passes as it is: a list stays that list, a file for the server stays one. Source: PEP 3333.
"""

from __future__ import annotations

import functools
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from schemagen.exchanges import Request
from schemagen.integrations.answers import Answers
from schemagen.integrations.arguments import check_application
from schemagen.integrations.sent import Answer

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from schemagen.api.definitions import Name
    from schemagen.contract import Contract

ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
Headers = list[tuple[str, str]]


class ErrorFormatMiddleware(Answers):
    """Checks what `app` answers; the other arguments, and what is raised, are those of `Answers`."""

    def __init__(self, app: WSGIApplication, definition: Name | Contract, **options: Any) -> None:
        check_application(app, "WSGI", "environ", "start_response")
        super().__init__(definition, **options)
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        answer = Answer()

        def starting(status: str, headers: Headers, exc_info: ExcInfo = None, /) -> Callable[[bytes], object]:
            given = (status, headers) if exc_info is None else (status, headers, exc_info)
            write = start_response(*given)
            self.start(answer, status, headers, functools.partial(_request, environ))
            return self._writing(answer, write) if answer.is_chosen else write

        try:
            body = self.app(environ, starting)
        except BaseException:
            self.end(answer)
            raise
        if answer.is_started and not answer.is_chosen:
            self.end(answer)
            return body
        return self._watched(environ, answer, body)

    def _writing(self, answer: Answer, write: Callable[[bytes], object]) -> Callable[[bytes], object]:
        """The function `write` of old, of which a copy is kept."""

        def writing(part: bytes) -> object:
            done = write(part)
            self.add(answer, part)
            return done

        return writing

    def _watched(self, environ: WSGIEnvironment, answer: Answer, body: Iterable[bytes]) -> Iterable[bytes]:
        """The body, looked at where it stands if that is possible, else while it is read."""
        wrapper = environ.get("wsgi.file_wrapper")
        if isinstance(wrapper, type) and isinstance(body, wrapper):
            answer.lacks = "unseen"
            self.end(answer)
        elif isinstance(body, list | tuple):
            for part in body if answer.is_chosen else ():
                self.add(answer, part)
            answer.finish(is_whole=True)
            self.end(answer)
        else:
            return (_Sized if hasattr(body, "__len__") else _Body)(self, answer, body)
        return body


class _Body:
    """What an application gives to be iterated, looked at part by part."""

    def __init__(self, answers: Answers, answer: Answer, body: Iterable[bytes]) -> None:
        self._answers = answers
        self._answer = answer
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        try:
            for part in self._body:
                if self._answer.is_chosen:
                    self._answers.add(self._answer, part)
                yield part
            self._answer.finish(is_whole=True)
        finally:
            self._answers.end(self._answer)

    def close(self) -> None:
        """Is called by the server in any case (PEP 3333, "Handling the close method")."""
        self._answers.end(self._answer)
        close = getattr(self._body, "close", None)
        if close is not None:
            close()


class _Sized(_Body):
    """The same of what has a length, from which servers make a Content-Length."""

    def __len__(self) -> int:
        return len(self._body)  # type: ignore[arg-type]  # this is what tells it from the others


def _request(environ: WSGIEnvironment) -> Request:
    """The request in origin form (RFC 9112, section 3.2.1): whatever host this runs at, the definition is its own."""
    path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1")
    query = environ.get("QUERY_STRING", "")
    return Request(environ["REQUEST_METHOD"], urllib.parse.quote(path) + (f"?{query}" if query else ""))
