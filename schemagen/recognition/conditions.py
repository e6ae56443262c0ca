"""What counts as an error: a contract's `when`, for a response with a status and a body."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schemagen.contract import Condition, Contract


def is_error(contract: Contract, status: int | None, value: Any) -> bool:
    """Whether the contract's `when` makes an error of a response with this status and body.

    `value` is the JSON value of the body, None where there is none. For a list anywhere, any item that meets the
    condition counts, and a body that is no object has no members: `unless` holds for it. Without a status, conditions on it are taken as met.
    """
    return any(_holds(condition, status, value) for condition in contract.when)


def may_be_error(contract: Contract, status: int) -> bool:
    """Whether there is a body with which a response of this status is an error."""
    return any(not each.statuses or _is_within(status, each.statuses) for each in contract.when)


def _holds(condition: Condition, status: int | None, value: Any) -> bool:
    if condition.statuses and status is not None and not _is_within(status, condition.statuses):
        return False
    if condition.body is None and condition.has is None and condition.unless is None:
        return True
    items = value if isinstance(value, list) and value else [value]
    return any(_body_holds(condition, item) for item in items)


def _is_within(status: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(first <= status <= last for first, last in ranges)


def _body_holds(condition: Condition, value: Any) -> bool:
    if condition.body is not None and not _is_subset(condition.body, value, any):
        return False
    if condition.has is not None and not (isinstance(value, dict) and condition.has in value):
        return False
    return condition.unless is None or not _is_subset(condition.unless, value, all)


def _is_subset(pattern: Any, value: Any, quantify: Any) -> bool:
    """Whether all of `pattern` stands in `value`; for lists `quantify` (any or all) says of how many items."""
    if isinstance(value, list) and not isinstance(pattern, list):
        return bool(value) and bool(quantify(_is_subset(pattern, item, quantify) for item in value))
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name in value and _is_subset(part, value[name], quantify) for name, part in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(
            any(_is_subset(part, item, quantify) for item in value) for part in pattern
        )
    return isinstance(pattern, bool) == isinstance(value, bool) and bool(pattern == value)
