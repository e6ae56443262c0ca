"""A violation with all that is needed to word it: the response, the place, and the compiler's note on the constraint."""

from __future__ import annotations

from typing import Any, NamedTuple

from schemagen import pointers
from schemagen.contract import Note, Variant
from schemagen.engine import Violation
from schemagen.findings import Fact, Finding, Severity
from schemagen.pointers import Pointer
from schemagen.validator.case import Case, name_of
from schemagen.validator.demands import Demand, demand_of, keyword_of


class Breach(NamedTuple):
    """What is broken, of which of the two schemas; `place` is the place in the body that is spoken of.

    `schema` is the schema object that holds the constraint, `note` says why it is there, `keyword` is the one to speak of.
    """

    case: Case
    violation: Violation
    variant: Variant
    place: Pointer
    schema: dict[str, Any]
    note: Note
    keyword: str

    @classmethod
    def of(cls, case: Case, violation: Violation, variant: Variant) -> Breach:
        """A violation of the tolerant or the exact schema."""
        whole = case.contract.schema(variant)
        schema = pointers.resolve(whole.document, violation.at)
        note = whole.note(violation.at, violation.keyword)
        keyword = keyword_of(violation, schema)
        return cls(case, violation, variant, violation.place, schema, note, keyword)

    @property
    def value(self) -> Any:
        """What stands at the place."""
        return self.case.value(self.place)

    @property
    def got(self) -> str:
        """What stands at the place, as it is shown."""
        return self.case.shown(self.place)

    @property
    def demand(self) -> Demand:
        """What the keyword asks for."""
        is_expected = self.note.rule == "expected"
        return demand_of(self.keyword, self.violation.wanted, self.case.cut, expected=is_expected)

    @property
    def constraint(self) -> Pointer:
        """The place in the schema that is not met; of a member that is missing, its own."""
        at, member = self.violation.at, self.violation.member
        return (*at, "properties", member) if self.keyword == "required" and member is not None else at

    def say(
        self,
        slug: str,
        *,
        key: str | None = None,
        origin: Pointer = (),
        hint: str = "",
        **facts: Fact,
    ) -> Finding:
        """The finding; with `key`, its place is the key of that member."""
        steps = self.place if key is None else (*self.place, key)
        place = self.case.place(steps, on_key=key is not None)
        return self.case.find(
            slug,
            place,
            origin=origin or self.note.origin or self.case.note(self.violation.at).origin,
            schema=self.constraint,
            hint=hint,
            severity=Severity.ERROR if self.variant == "tolerant" else Severity.WARNING,
            **facts,
        )

    def of_value(self, slug: str, want: Fact, got: Fact | None = None, **facts: Any) -> Finding:
        """The finding about the value at the place, which is shown unless `got` says something else of it."""
        shown = self.got if got is None else got
        return self.say(slug, want=want, member=name_of(self.place), got=shown, **facts)
