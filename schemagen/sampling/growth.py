"""A body grows along the exact schema: from the root to the leaves, each choice by chance, each dead end tried anew.

What is chosen comes from the contract where it says something: codes and their texts, the status, the values of
examples. Knows nothing of HTTP.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

from schemagen.checking import applied, compiled
from schemagen.contract import Code, Contract
from schemagen.pointers import Pointer
from schemagen.sampling.kinds import choose_kind
from schemagen.sampling.leaves import Leaves, Node
from schemagen.sampling.texts import word
from schemagen.sampling.wishes import Wish

_DEEP = 6  # nesting behind which only what must be there is
_DEEPEST = 40
_STEPS = 4000  # values tried for one body


class DeadEndError(Exception):
    """No value fits here after what was chosen before; never leaves `sampling`. `at` is the place in the body."""

    def __init__(self, at: Pointer, why: str) -> None:
        super().__init__(why)
        self.at = at
        self.why = why


class ExhaustedError(DeadEndError):
    """So much was tried that it is better to begin anew."""


class Growth:
    """One body for a contract, as `wish` wants it, by `chance`."""

    def __init__(
        self, contract: Contract, wish: Wish, chance: random.Random, known: dict[Pointer, list[Any]]
    ) -> None:
        self._contract = contract
        self._schema = contract.exact
        self._wish = wish
        self._chance = chance
        self._leaves = Leaves(contract, wish, chance, known)
        self._steps = itertools.count()

    def body(self, at: Pointer) -> Any:
        """A value for the schema at `at`.

        Raises:
            DeadEndError: the choices led nowhere.
        """
        return self._value((at,), (), self._wish.code)

    def _value(self, starts: tuple[Pointer, ...], place: Pointer, code: Code | None) -> Any:
        if next(self._steps) > _STEPS or len(place) > _DEEPEST:
            raise ExhaustedError(place, "nothing was found that ends")
        nodes = [Node(at, node) for start in starts for at, node in self._applied(start, place)]
        return self._chosen(nodes, (), place, code)

    def _applied(self, start: Pointer, place: Pointer) -> tuple[tuple[Pointer, dict[str, Any]], ...]:
        found = applied(self._schema, start)
        if not found and not self._accepts(start, None) and not self._accepts(start, {}):
            raise DeadEndError(place, "nothing may stand here")
        return found

    def _chosen(self, nodes: list[Node], done: tuple[Pointer, ...], place: Pointer, code: Code | None) -> Any:
        """A value, once a branch of every `anyOf` is chosen; each is tried until one leads to a value."""
        node = next((node for node in nodes if "anyOf" in node.schema and node.at not in done), None)
        if node is None:
            return self._typed(nodes, place, code)
        branches = [(*node.at, "anyOf", index) for index in range(len(node.schema["anyOf"]))]
        self._chance.shuffle(branches)
        if len(place) > _DEEP:
            branches.sort(key=self._weight)
        last = DeadEndError(place, "no alternative fits")
        for branch in branches:
            more = [Node(at, schema) for at, schema in self._applied(branch, place)]
            try:
                return self._chosen([*nodes, *more], (*done, node.at), place, code)
            except ExhaustedError:
                raise
            except DeadEndError as dead:
                last = dead
        raise last

    def _weight(self, branch: Pointer) -> int:
        """Flat alternatives come first where it is deep already."""
        return sum("properties" in node or "items" in node for _, node in applied(self._schema, branch))

    def _typed(self, nodes: list[Node], place: Pointer, code: Code | None) -> Any:
        fixed = [node.schema for node in nodes if "const" in node.schema or "enum" in node.schema]
        if fixed:
            first = fixed[0]
            values = [first["const"]] if "const" in first else list(first["enum"])
            return self._fitting(nodes, self._leaves.preferred(values, nodes, code), place)
        kind = choose_kind(nodes, self._chance)
        if kind is None:
            raise DeadEndError(place, "no type is left")
        if kind == "object":
            return self._object(nodes, place, code)
        if kind == "array":
            return self._array(nodes, place, code)
        simple = {"null": [None], "boolean": [self._chance.random() < 0.5, True, False]}
        return self._fitting(
            nodes, simple[kind] if kind in simple else self._leaves.scalars(kind, nodes, place, code), place
        )

    # ---- Objects and lists

    def _object(self, nodes: list[Node], place: Pointer, code: Code | None) -> dict[str, Any]:
        made: dict[str, Any] = {}
        asked = [name for name in self._asked(nodes) if self._is_wanted(name, nodes, place)]
        for name in sorted(asked, key=lambda name: self._rank(nodes, name)):
            made[name] = self._value(self._starts(nodes, name), (*place, name), code)
            code = self._code_in(nodes, name, made[name]) or code
        nodes = self._with_consequences(nodes, made, place)
        for name in sorted(self._named(nodes), key=lambda name: self._rank(nodes, name)):
            if name in made and not self._fits(self._starts(nodes, name), made[name]):
                raise DeadEndError((*place, name), f"{made[name]!r} does not go with the members around it")
            if name not in made and self._is_wanted(name, nodes, place):
                made[name] = self._value(self._starts(nodes, name), (*place, name), code)
                code = self._code_in(nodes, name, made[name]) or code
        self._add_others(nodes, made, place, code)
        order = list(self._named(nodes))
        made = dict(
            sorted(made.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))
        )
        return self._fitting(nodes, [made], place)  # type: ignore[no-any-return]

    def _with_consequences(self, nodes: list[Node], made: dict[str, Any], place: Pointer) -> list[Node]:
        """The nodes with what follows from the members that their conditions ask for."""
        pending = list(nodes)
        found = list(nodes)
        while pending:
            node = pending.pop(0)
            if "if" not in node.schema:
                continue
            branch = "then" if self._accepts((*node.at, "if"), made) else "else"
            if branch in node.schema:
                more = [Node(at, schema) for at, schema in self._applied((*node.at, branch), place)]
                found += more
                pending += more
        return found

    def _asked(self, nodes: list[Node]) -> Iterator[str]:
        """The members that conditions ask for, or that say which code it is."""
        asked = {name for node in nodes for name in node.schema.get("if", {}).get("properties", ())}
        yield from (
            name
            for name in self._named(nodes)
            if name in asked or self._leaves.role(self._starts(nodes, name)) == "code"
        )

    def _named(self, nodes: list[Node]) -> tuple[str, ...]:
        """The members that are documented, in their order, and those that must be there."""
        names = [name for node in nodes for name in node.schema.get("properties", ())]
        names += [name for node in nodes for name in node.schema.get("required", ())]
        return tuple(dict.fromkeys(names))

    def _rank(self, nodes: list[Node], name: str) -> int:
        return 0 if self._leaves.role(self._starts(nodes, name)) == "code" else 1

    def _is_wanted(self, name: str, nodes: list[Node], place: Pointer) -> bool:
        """Whether the member is to be there: it must, or chance says so; a code is, where one is wished for."""
        if any(name in node.schema.get("required", ()) for node in nodes):
            return True
        starts = self._starts(nodes, name)
        if any(self._is_false(start) for start in starts):
            return False
        if (
            self._wish.code is not None
            and len(place) <= _DEEP
            and self._leaves.role(starts) in ("code", "children")
        ):
            return self._leaves.role(starts) == "code" or self._chance.random() < (
                0.6 if len(place) < 2 else 0.2
            )
        return self._chance.random() < (0.5 if len(place) < _DEEP // 2 else 0.2 if len(place) < _DEEP else 0)

    def _starts(self, nodes: list[Node], name: str) -> tuple[Pointer, ...]:
        """The schemas for a member."""
        starts = [
            (*node.at, "properties", name) for node in nodes if name in node.schema.get("properties", ())
        ]
        others = [
            (*node.at, "additionalProperties")
            for node in nodes
            if "additionalProperties" in node.schema and name not in node.schema.get("properties", ())
        ]
        return tuple(starts + others)

    def _is_false(self, start: Pointer) -> bool:
        return not applied(self._schema, start) and not self._accepts(start, {})

    def _add_others(self, nodes: list[Node], made: dict[str, Any], place: Pointer, code: Code | None) -> None:
        """Entries of a map: as many as must be there, and by chance one or two more."""
        opened = [
            (*node.at, "additionalProperties")
            for node in nodes
            if isinstance(node.schema.get("additionalProperties"), dict)
        ]
        least = max((node.schema.get("minProperties", 0) for node in nodes), default=0)
        closed = any(node.schema.get("additionalProperties") is False for node in nodes)
        more = self._chance.choice((0, 1, 2)) if opened and not closed and len(place) < _DEEP else 0
        for _ in range(4 * (least + more)):
            if len(made) >= least and not more:
                return
            name = word(self._chance)
            if name not in made and not closed:
                made[name] = self._value(tuple(opened), (*place, name), code)
                more = max(0, more - 1)

    def _array(self, nodes: list[Node], place: Pointer, code: Code | None) -> list[Any]:
        least = max((node.schema.get("minItems", 0) for node in nodes), default=0)
        most = min(
            (node.schema["maxItems"] for node in nodes if "maxItems" in node.schema), default=least + 3
        )
        usual = min(most, max(least, 1))
        count = self._chance.randint(usual, max(usual, min(most, least + 2))) if len(place) < _DEEP else least
        starts = tuple((*node.at, "items") for node in nodes if "items" in node.schema)
        unique = any(node.schema.get("uniqueItems") is True for node in nodes)
        made: list[Any] = []
        for _ in range(count * (10 if unique else 1)):
            if len(made) < count:
                item = self._value(starts, (*place, len(made)), code)
                if not (unique and item in made):
                    made.append(item)
        return self._fitting(nodes, [made], place)  # type: ignore[no-any-return]

    # ---- What fits

    def _fitting(self, nodes: list[Node], candidates: Any, place: Pointer) -> Any:
        """The first candidate that all nodes accept.

        Raises:
            DeadEndError: there is none.
        """
        tried = None
        for tried in candidates:
            if all(self._accepts(node.at, tried) for node in nodes):
                return tried
        pattern = next((node.schema["pattern"] for node in nodes if "pattern" in node.schema), None)
        raise DeadEndError(
            place, f"no text was found for {pattern}" if pattern else f"{tried!r} does not fit"
        )

    def _fits(self, starts: tuple[Pointer, ...], value: Any) -> bool:
        return all(self._accepts(start, value) for start in starts)

    def _accepts(self, at: Pointer, value: Any) -> bool:
        return compiled(self._schema.document, at).accepts(value)

    def _code_in(self, nodes: list[Node], name: str, value: Any) -> Code | None:
        """The catalogue's entry for the member, if it says the code."""
        if self._leaves.role(self._starts(nodes, name)) != "code":
            return None
        return self._contract.code(value)
