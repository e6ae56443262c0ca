"""Exchanges become a recording, one by one: redacted, and on the disk as soon as they are taken.

What is written is a recording after every entry: it can be read at any moment, however the program ends. Nothing here
knows where exchanges come from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from schemagen.display import shown
from schemagen.errors import SettingsError
from schemagen.exchanges import Exchange
from schemagen.limits import DEFAULTS, Limits
from schemagen.saving import har, ndjson
from schemagen.saving.forms import Form
from schemagen.saving.recorder import Recorder
from schemagen.saving.recorder import entry as _entry

__all__ = ["FORMS", "Recorder", "create", "entry", "form_of", "parse", "record"]

FORMS: dict[str, Form] = {"har": har.FORM, "ndjson": ndjson.FORM}
"""The forms that can be written, by the names that `recordings` reads them by."""


def parse(text: str) -> tuple[str, Path]:
    """The form and the file of `har=FILE` or `ndjson=FILE`.

    Raises:
        SettingsError: it is neither.
    """
    name, sign, file = text.partition("=")
    if name not in FORMS:
        raise SettingsError(f"recordings are not written as '{shown(name, 60)}'; say har=FILE or ndjson=FILE")
    if not sign or not file:
        raise SettingsError(f"{shown(text, 60)}: which file? (as in {name}=seen.{name})")
    return name, Path(file)


def form_of(file: str) -> str:
    """The form of a recording by the suffix of its file.

    Raises:
        SettingsError: it is none that is written.
    """
    form = Path(file).suffix.lstrip(".").lower()
    if form not in FORMS:
        raise SettingsError(f"{shown(file, 200)}: a recording that is written ends in .har or .ndjson")
    return form


def create(form: str, path: Path, limits: Limits = DEFAULTS, *, replace: bool = False) -> Recorder:
    """A new recording in the file `path`, which must not be there yet, unless it may be replaced.

    Raises:
        OutputError: it is there, or cannot be written.
    """
    return Recorder(path, FORMS[form], limits, replace=replace)


def entry(exchange: Exchange, form: str, limits: Limits = DEFAULTS) -> bytes:
    """The exchange as an entry that `Recorder.append` takes: without its secrets, seen now."""
    return _entry(exchange, FORMS[form], limits)


def record(exchange: Exchange) -> dict[str, Any]:
    """The exchange as a line of NDJSON has it, with nothing masked: for what was made, not seen."""
    return ndjson.entry(exchange)
