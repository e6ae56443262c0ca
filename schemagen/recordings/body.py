"""A single body, whose status the user says: what `curl -s … | schemagen validate - --status 404` hands over."""

from __future__ import annotations

from collections.abc import Iterator

from schemagen.exchanges import Exchange, Response
from schemagen.limits import DEFAULTS
from schemagen.recordings.fields import BrokenError, read_json
from schemagen.recordings.form import Form, Item, Recording


def _detects(data: bytes) -> bool:
    try:
        read_json(data, DEFAULTS)
    except BrokenError:
        return False
    return True


def _read(recording: Recording) -> Iterator[Item]:
    if recording.status is not None:
        yield Exchange(recording.origin(1, line=1), Response(recording.status, (), recording.data))


FORM = Form("body", "a single body, with --status N", _detects, _read)
