"""What every part of the compiler works in: one definition, its catalogue, and which of the two schemas is made."""

from __future__ import annotations

import dataclasses

from schemagen import contract
from schemagen.contract import Strictness, Variant
from schemagen.model import ErrorFormat, Member, ObjectSchema, Schema


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """One of the two schemas of one definition.

    `schemas` are the definition's by name, `documented` the status keys under which it documents errors.
    """

    form: ErrorFormat
    codes: tuple[contract.Code, ...]
    variant: Variant
    schemas: dict[str, Schema]
    documented: frozenset[str]

    def holds(self, strictness: Strictness) -> bool:
        """Whether a list of this strictness constrains this schema: closed both, open exact only, any neither."""
        return strictness == "closed" or (strictness == "open" and self.variant == "exact")

    @property
    def ties_hold(self) -> bool:
        """Whether listed codes are bound to their statuses; `codes: any` frees unlisted codes only."""
        return self.variant == "exact" or self.form.rules.codes == "closed"


def settings_of(form: ErrorFormat, codes: tuple[contract.Code, ...]) -> tuple[Setting, Setting]:
    """The settings of the tolerant and of the exact schema."""
    schemas = {schema.name: schema for schema in form.schemas}
    documented = frozenset(response.key for response in form.responses if not response.documented_only)
    return (
        Setting(form, codes, "tolerant", schemas, documented),
        Setting(form, codes, "exact", schemas, documented),
    )


def member_with(schema: ObjectSchema, role: str) -> Member | None:
    """The member of an object that has this role."""
    return next((member for member in schema.members if member.role == role), None)
