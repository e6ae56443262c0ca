"""Recordings become exchanges: one small module for each form, and the detection of forms by content, never by name.

What cannot be read is named in a finding, and the rest is read. Nothing here knows definitions or contracts.
"""

from __future__ import annotations

import codecs
import functools
import importlib
import io
from collections.abc import Iterator, Mapping

from schemagen.exchanges import Exchange
from schemagen.findings import Finding
from schemagen.limits import DEFAULTS, Limits
from schemagen.recordings import compression
from schemagen.recordings.form import Form, Neighbour, Recording

__all__ = ["FORMS", "Form", "Neighbour", "detect", "read"]

_MODULES = {
    "har": "har", "warc": "warc", "mitmproxy": "mitmproxy", "raw": "rawhttp",
    "schemathesis": "schemathesis_events", "wiremock": "wiremock", "hoverfly": "hoverfly", "pact": "pact",
    "newman": "newman", "postman": "postman", "ndjson": "ndjson",
    "vcrpy": "vcrpy", "go-vcr": "govcr", "vcr": "vcr", "betamax": "betamax", "schemathesis-vcr": "schemathesis",
    "php-vcr": "phpvcr", "nock": "nock", "test-proxy": "testproxy", "har-yaml": "polly",
    "body": "body",
}  # fmt: skip
_BODY = "body"


class _Forms(Mapping[str, Form]):
    """Forms by name; the module of a form is imported when it is asked for."""

    def __getitem__(self, name: str) -> Form:
        return _form(_MODULES[name])

    def __contains__(self, name: object) -> bool:
        return name in _MODULES

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


@functools.cache
def _form(module: str) -> Form:
    form: Form = importlib.import_module(f"schemagen.recordings.{module}").FORM
    return form


FORMS: Mapping[str, Form] = _Forms()
"""The forms by name, in the order in which they are asked whether data is theirs."""


def detect(data: bytes, status: int | None = None) -> Form | None:
    """The form of a recording, told by its content; None when it is of no known form.

    With a `status`, data that is one JSON text, or of no other form, is a single body.
    """
    if compression.name_unread(data):
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    if status is not None and not FORMS["har"].detects(data) and FORMS[_BODY].detects(data):
        return FORMS[_BODY]
    found = next((form for form in FORMS.values() if form.detects(data)), None)
    return found or (FORMS[_BODY] if status is not None else None)


def read(
    source: str,
    data: bytes,
    *,
    form: str | None = None,
    status: int | None = None,
    limits: Limits = DEFAULTS,
    neighbour: Neighbour | None = None,
) -> Iterator[Exchange | Finding]:
    """The exchanges of a recording in their order, and findings where something could not be read. Never raises.

    `form` is the name of one of FORMS, else it is detected; `status` is that of a single body. What is compressed, or in
    an archive, is unpacked. `neighbour` reads files that the recording names (see `neighbours`); without it, none is read.
    """
    recording = Recording(source, data, status, limits, neighbour)
    if form is not None and form not in FORMS:
        yield recording.find("unknown-form", got=form, want=tuple(FORMS))
    elif status is None and compression.is_archive(data):
        from schemagen.recordings.archives import read_archive

        yield from read_archive(recording, io.BytesIO(data), form)
    elif status is None and compression.is_packed(data) and not FORMS["warc"].detects(data):
        yield from _read_unpacked(recording, form)
    else:
        yield from _read_plain(recording, form)


def _read_unpacked(recording: Recording, form: str | None) -> Iterator[Exchange | Finding]:
    for found in compression.unpack(recording):
        yield from [found] if isinstance(found, Finding) else _read_plain(found, form)


def _read_plain(recording: Recording, form: str | None) -> Iterator[Exchange | Finding]:
    data = recording.data
    recording = recording._replace(data=data.removeprefix(codecs.BOM_UTF8))
    chosen = detect(data, recording.status) if form is None else FORMS[form]
    if chosen is FORMS[_BODY] and recording.status is None:
        yield recording.find("missing-status", want=tuple(name for name in FORMS if name != _BODY))
    elif chosen is not None:
        if chosen is not FORMS[_BODY] and recording.status is not None:
            yield recording.find("needless-status", got=chosen.name)
        yield from chosen.read(recording)
    else:
        yield _refused(recording, data)


def _refused(recording: Recording, data: bytes) -> Finding:
    """What is wrong with data of no form."""
    from schemagen.bodies.kinds import name_encoding

    if packed := compression.name_unread(data):
        return recording.find("unpackable", got=packed, why="it is not read; unpack it first")
    if not recording.data.strip():
        return recording.find("empty")
    if encoding := name_encoding(data):
        return recording.find("wrong-charset", got=encoding)
    return recording.find("unrecognised-form", want=tuple(FORMS))
