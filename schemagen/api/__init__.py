"""The library's functions: each composes the rooms for one purpose and resolves positions, as the commands need it too.

A mistake in what is read is a finding in the report; what could not be done at all is a `SchemagenError`.
"""

from __future__ import annotations

from schemagen.api.beginning import new
from schemagen.api.building import OPENAPI, artifact, build, check, docs
from schemagen.api.definitions import collect, load
from schemagen.api.files import list_files, read_file, recording_forms
from schemagen.api.responses import begin_normalisation, begin_validation, identify, normalize, validate

__all__ = [
    "OPENAPI",
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
    "recording_forms",
    "validate",
]
