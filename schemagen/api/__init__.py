"""The library's functions: each composes the rooms for one purpose and resolves positions, as the commands need it too.

A mistake in what is read is a finding in the report; what could not be done at all is a `SchemagenError`. Each is imported
when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemagen.api.beginning import new
    from schemagen.api.building import artifact, build, check, docs
    from schemagen.api.definitions import collect, load
    from schemagen.api.files import list_files, read_file, read_whole, recording_forms
    from schemagen.api.responses import (
        begin_normalisation,
        begin_validation,
        identify,
        normalize,
        validate,
    )

__all__ = [
    "artifact",
    "begin_normalisation",
    "begin_validation",
    "build",
    "check",
    "collect",
    "docs",
    "identify",
    "list_files",
    "load",
    "new",
    "normalize",
    "read_file",
    "read_whole",
    "recording_forms",
    "validate",
]

_MODULES = {
    "artifact": "building",
    "begin_normalisation": "responses",
    "begin_validation": "responses",
    "build": "building",
    "check": "building",
    "collect": "definitions",
    "docs": "building",
    "identify": "responses",
    "list_files": "files",
    "load": "definitions",
    "new": "beginning",
    "normalize": "responses",
    "read_file": "files",
    "read_whole": "files",
    "recording_forms": "files",
    "validate": "responses",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'schemagen.api' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"schemagen.api.{_MODULES[name]}"), name)
    globals()[name] = value
    return value
