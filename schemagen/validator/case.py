"""One response under judgement, and how its places and values appear in findings."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from schemagen import pointers, redaction
from schemagen.bodies import Body
from schemagen.contract import Contract, Note, Selection
from schemagen.exchanges import Exchange
from schemagen.findings import Fact, Finding, Place, Severity, finding
from schemagen.limits import DEFAULTS, Limits
from schemagen.pointers import Pointer

_encode = json.JSONEncoder(ensure_ascii=False).encode


class Case(NamedTuple):
    """A response, its body as read, the contract, and what the contract selects for the status."""

    contract: Contract
    exchange: Exchange
    body: Body
    selection: Selection
    limits: Limits

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.exchange.response.status

    @property
    def is_listed(self) -> bool:
        """Whether exactly this status is documented, not only a class of statuses or `default`."""
        return self.selection.response is not None and self.selection.response.key == str(self.status)

    def place(self, pointer: Pointer = (), *, on_key: bool = False) -> Place:
        """A place in the body of this response."""
        origin = self.exchange.origin
        return Place(origin.source, pointer, origin.entry, origin.line, on_key=on_key)

    def find(
        self,
        slug: str,
        place: Place | None = None,
        *,
        origin: Pointer = (),
        schema: Pointer = (),
        hint: str = "",
        severity: Severity | None = None,
        **facts: Fact,
    ) -> Finding:
        """A finding of this stage; `origin` is the place in the definition that says otherwise."""
        return finding(
            f"response/{slug}",
            place or self.place(),
            hint=hint,
            related=Place(self.contract.name, origin),
            definition=self.contract.id,
            schema=schema,
            severity=severity,
            **facts,
        )

    def value(self, pointer: Pointer) -> Any:
        """The value at `pointer` in the body."""
        return pointers.resolve(self.body.value, pointer)

    def shown(self, pointer: Pointer) -> str:
        """The value at `pointer` as JSON text, without secrets, cut to the limit."""
        return self.cut(to_text(redaction.redact_at(self.body.value, pointer)))

    def cut(self, text: str) -> str:
        """`text`, at most as long as values are shown; `…` alone if none are."""
        limit = self.limits.value_characters
        return text if len(text) <= limit else text[: max(0, limit - 1)] + "…"

    def name(self, text: str) -> str:
        """The name of a member, which is no value: always shown, and cut as values are by default."""
        longest = DEFAULTS.value_characters
        return text if len(text) <= longest else text[: longest - 1] + "…"

    def note(self, schema: Pointer) -> Note:
        """The contract's note on the schema object at `schema`, which is the same in both documents."""
        return self.contract.exact.note(schema)


def to_text(value: Any) -> str:
    """A JSON value as text on one line."""
    return _encode(value)


def name_of(pointer: Pointer) -> str:
    """How a message names a place: its member, with the position for an item of a list; `the body` for the root."""
    positions = ""
    for step in reversed(pointer):
        if isinstance(step, str):
            return step + positions
        positions = f"[{step}]" + positions
    return f"item {positions} of the body" if positions else "the body"
