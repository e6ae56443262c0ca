"""Response headers: lines like members, in the tolerant and in the exact form."""

from __future__ import annotations

from typing import Any

from schemagen import contract
from schemagen.compiler.objects import compile_value
from schemagen.compiler.setting import Setting
from schemagen.compiler.shapes import describe
from schemagen.model import Member


def compile_headers(
    tolerant: Setting, exact: Setting, special: tuple[Member, ...] = ()
) -> tuple[contract.Header, ...]:
    """The headers of a response: those of the definition, each replaced where the response (`special`) says it again."""
    by_name = {member.name.lower(): member for member in (*tolerant.form.headers, *special)}
    return tuple(
        contract.Header(
            name=member.name,
            schema=_without_description(compile_value(member, tolerant).schema),
            exact=_without_description(compile_value(member, exact).schema),
            presence=member.presence,
            role=member.role,
            description=str(member.annotations.get("description", "")),
            phrase=describe(member.shape),
            origin=member.origin,
        )
        for member in by_name.values()
    )


def _without_description(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema alone: in OpenAPI the description is the header's own."""
    return {keyword: value for keyword, value in schema.items() if keyword != "description"}
