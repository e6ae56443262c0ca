"""Many values against one schema in one call, for those that hold thousands of values of one kind.

The values are strings, numbers, booleans and nulls that a JSON decoder has made: what `unfit` looks for cannot be in them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from schemagen.engine.compiled import registry
from schemagen.engine.formats import options
from schemagen.engine.identity import Identity
from schemagen.engine.violations import address, base_of
from schemagen.pointers import Pointer

if TYPE_CHECKING:
    import jsonschema_rs


class Column:
    """The schemas at several places of a document, all of which must hold for each value."""

    def __init__(self, document: dict[str, Any], places: Sequence[Pointer]) -> None:
        base = base_of(document)
        self._document = document
        self._schema = {"allOf": [{"$ref": address(base, at)} for at in places]}

    @functools.cached_property
    def accepts(self) -> Callable[[Any], bool]:
        """Whether one value is accepted."""
        return _compile(self._schema, self._document).is_valid

    @functools.cached_property  # of most columns, only one of the two is asked
    def _all(self) -> jsonschema_rs.Validator:
        return _compile({"items": self._schema}, self._document)

    def refused(self, values: list[Any]) -> list[int]:
        """The positions of the values that are refused; `values` is not empty."""
        if self._all.is_valid(values):
            return []
        return sorted({int(error.instance_path[0]) for error in self._all.iter_errors(values)})


def _compile(schema: dict[str, Any], document: dict[str, Any]) -> jsonschema_rs.Validator:
    import jsonschema_rs

    dialect = {"$schema": document["$schema"]} if "$schema" in document else {}
    return jsonschema_rs.validator_for(
        {**dialect, **schema}, registry=registry(Identity(document)), **options()
    )
