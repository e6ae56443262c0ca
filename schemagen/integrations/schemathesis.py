"""A check for Schemathesis 4: the errors of an application are as their definition documents them.

Importing this registers the check `error_format`, in a module of hooks or in `conftest.py`:

    import schemagen.integrations.schemathesis

It judges by all definitions that the project knows; `judge_by("acme")` names one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import schemathesis
from schemathesis.core.failures import Failure

from schemagen.errors import SchemagenError
from schemagen.exchanges import Origin
from schemagen.findings import FailOn
from schemagen.integrations import suite
from schemagen.integrations.testing import judge
from schemagen.live.reactions import checked_severity
from schemagen.live.responses import exchange_of

if TYPE_CHECKING:
    from schemagen.api.definitions import Name

_chosen: dict[str, Any] = {"definition": None, "fail_on": None}


class ErrorFormatFailure(Failure):
    """An error response is not as documented. Those of an operation that have the same status and findings are one."""

    __slots__ = ("_key",)

    def __init__(self, *, operation: str, message: str, case_id: str, key: str) -> None:
        super().__init__(
            operation=operation,
            title="Error response is not as documented",
            message=message,
            case_id=case_id,
        )
        self._key = key

    @property
    def _unique_key(self) -> str:
        return self._key


def judge_by(definition: Name | None = None, *, fail_on: FailOn | None = None) -> None:
    """Has the check judge by this definition (an id or a file) alone; `fail_on` is that of `testing.assert_conforms`.

    Raises:
        DefinitionError: the definition has mistakes.
        SchemagenError: there is no such definition, or it cannot be read.
        TypeError: `definition` is no name.
        ValueError: `fail_on` is no severity.
    """
    try:
        suite.current().definitions(definition)
        _chosen.update(definition=definition, fail_on=fail_on and checked_severity(fail_on))
    except (SchemagenError, TypeError, ValueError) as problem:
        raise problem.with_traceback(None) from None


@schemathesis.check
def error_format(ctx: Any, response: Any, case: Any) -> bool | None:  # noqa: ARG001 - Schemathesis' signature
    """Whether it is left out: a response that is no error is, and so is one without a body by its method.

    Raises:
        ErrorFormatFailure: it is an error, and not as documented, or of no known format.
    """
    if response.request.method == "HEAD":
        return True
    exchange = exchange_of(
        (response.status_code, response.headers, response.content),
        origin=Origin("schemathesis"),
        method=response.request.method or "",
        url=response.request.url or "",
    )
    running = suite.current()
    try:
        judged = judge(running, exchange, **_chosen)
    except SchemagenError as problem:
        raise problem.with_traceback(None) from None
    if not judged.is_error:
        return True
    running.count(judged.run)
    if judged.failure is not None:
        prints = sorted({item.fingerprint for item in judged.findings})
        raise ErrorFormatFailure(
            operation=case.operation.label,
            message=str(judged.failure),
            case_id=case.id,
            key=" ".join([str(response.status_code), *prints]),
        )
    return None
