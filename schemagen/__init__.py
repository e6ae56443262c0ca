"""Error formats as JSON Schemas, OpenAPI responses and a validator.

    import schemagen

    report = schemagen.validate(["traffic.har"], definitions=["telecomx"])
    for finding in report.findings:
        print(finding.place.source, finding.place.entry, finding.message)

`load` gives the contract of a definition, `check` and `build` do what the commands of these names do, `validate` checks
recordings or exchanges of your own, `normalize` turns their errors into problem details, `identify` says what a body
means. Importing this package costs nothing: each name is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemagen.api import build, check, identify, load, normalize, validate
    from schemagen.contract import Contract
    from schemagen.errors import DefinitionError, SchemagenError
    from schemagen.exchanges import Exchange, Origin, Request, Response
    from schemagen.findings import Finding, Place, Severity
    from schemagen.identification import Identification
    from schemagen.limits import Limits
    from schemagen.live.checker import Checker
    from schemagen.live.parsing import ParsedError, parse_error
    from schemagen.live.reactions import MismatchError, MismatchWarning
    from schemagen.live.responses import exchange_of
    from schemagen.problems import Problem
    from schemagen.report import Report
    from schemagen.rules import Rule

__version__ = "0.1.0"

__all__ = [
    "Checker",
    "Contract",
    "DefinitionError",
    "Exchange",
    "Finding",
    "Identification",
    "Limits",
    "MismatchError",
    "MismatchWarning",
    "Origin",
    "ParsedError",
    "Place",
    "Problem",
    "Report",
    "Request",
    "Response",
    "Rule",
    "SchemagenError",
    "Severity",
    "__version__",
    "build",
    "check",
    "exchange_of",
    "identify",
    "load",
    "normalize",
    "parse_error",
    "validate",
]

_MODULES = {
    "Checker": "live.checker",
    "Contract": "contract",
    "DefinitionError": "errors",
    "Exchange": "exchanges",
    "Finding": "findings",
    "Identification": "identification",
    "Limits": "limits",
    "MismatchError": "live.reactions",
    "MismatchWarning": "live.reactions",
    "Origin": "exchanges",
    "ParsedError": "live.parsing",
    "Place": "findings",
    "Problem": "problems",
    "Report": "report",
    "Request": "exchanges",
    "Response": "exchanges",
    "Rule": "rules",
    "SchemagenError": "errors",
    "Severity": "findings",
    "build": "api",
    "check": "api",
    "exchange_of": "live.responses",
    "identify": "api",
    "load": "api",
    "normalize": "api",
    "parse_error": "live.parsing",
    "validate": "api",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'schemagen' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"schemagen.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
