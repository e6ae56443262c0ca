"""A file of requests, whatever it is: one of an editor (`.http`, `.rest`), or a HAR."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from schemagen import api
from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.limits import Limits
from schemagen.live import har_requests, http_files
from schemagen.live.calls import Call


def read(name: str, variables: Mapping[str, str], limits: Limits) -> list[Call]:
    """The requests of the file `name` (`-` is standard input), in their order; `variables` have values for those in it.

    Raises:
        InputError: it cannot be read, a request in it cannot be sent, or none uses one of `variables`. So none is sent.
    """
    data = api.read_whole(name, limits.recording_bytes, "recording_bytes")
    label = shown(name)
    if data.lstrip()[:1] == b"{":
        if variables:
            raise InputError(f"{label}: no variables stand in a HAR; leave out --var")
        calls = har_requests.parse(data, label)
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            raise InputError(f"{label}: not UTF-8 at byte {problem.start}") from None
        folder = Path() if name == "-" else Path(name).parent
        included = http_files.include_from(folder, limits.body_bytes)
        calls = http_files.parse(text, label, variables, included)
    if not calls:
        raise InputError(f"{label}: there is no request in it")
    return calls
