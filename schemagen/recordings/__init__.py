"""Recordings become exchanges: one small module for each form, and the detection of forms by content, never by name.

What cannot be read is named in a finding, and the rest is read. Nothing here knows definitions or contracts.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from schemagen.bodies.kinds import name_encoding
from schemagen.exchanges import Exchange
from schemagen.findings import Finding
from schemagen.limits import DEFAULTS, Limits
from schemagen.recordings import body, har, ndjson
from schemagen.recordings.form import Form, Recording

__all__ = ["FORMS", "Form", "detect", "read"]

FORMS: dict[str, Form] = {form.name: form for form in (har.FORM, ndjson.FORM, body.FORM)}
"""The forms by name, in the order in which they are asked whether data is theirs."""


def detect(data: bytes, status: int | None = None) -> Form | None:
    """The form of a recording, told by its content; None when it is of no known form.

    With a `status`, data that is one JSON text, or of no other form, is a single body.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    if status is not None and not har.FORM.detects(data) and body.FORM.detects(data):
        return body.FORM
    found = next((form for form in FORMS.values() if form.detects(data)), None)
    return found or (body.FORM if status is not None else None)


def read(
    source: str,
    data: bytes,
    *,
    form: str | None = None,
    status: int | None = None,
    limits: Limits = DEFAULTS,
) -> Iterator[Exchange | Finding]:
    """The exchanges of a recording in their order, and findings where something could not be read. Never raises.

    `form` is the name of one of FORMS, else it is detected; `status` is that of a single body.
    """
    recording = Recording(source, data.removeprefix(codecs.BOM_UTF8), status, limits)
    chosen = detect(data, status) if form is None else FORMS.get(form)
    if form is not None and chosen is None:
        yield recording.find("unknown-form", got=form, want=tuple(FORMS))
    elif chosen is body.FORM and status is None:
        yield recording.find("missing-status", want=tuple(name for name in FORMS if name != body.FORM.name))
    elif chosen is not None:
        yield from chosen.read(recording)
    elif not recording.data.strip():
        yield recording.find("empty")
    elif name_encoding(data):
        yield recording.find("wrong-charset", got=name_encoding(data))
    else:
        yield recording.find("unrecognised-form", want=tuple(FORMS))
