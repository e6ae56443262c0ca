"""What a text is that should have been JSON."""

from __future__ import annotations

import dataclasses

from schemagen.redaction import redact_text

_LONGEST = 60  # characters of a title, of a code


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """What a text is. `name` holds no value that varies from one such text to the next; `detail` is what follows it."""

    name: str
    detail: str = ""

    @property
    def words(self) -> str:
        """Both: `nginx's HTML page "502 Bad Gateway"`, `an S3 error (NoSuchKey)`."""
        return self.name + self.detail


def shorten(text: str) -> str:
    """A title or a code from outside on one line, without what looks like a secret, at most 60 characters."""
    line = " ".join(redact_text(text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
