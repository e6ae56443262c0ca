"""Bodies of errors as the shipped definitions document them, and small damages of them, each with its known verdict.

A body is a template: a JSON text with slots for what differs from one response to the next. Which verdict a template
has is what the reference engine says of it, never what the programs say that are measured.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import random
import re
import string
from collections.abc import Callable, Iterator
from typing import Any

from schemagen import engine, observation, pointers
from schemagen.contract import Contract, Text
from schemagen.pointers import Pointer

VERDICTS = ("valid", "drift", "invalid")

_DAMAGED = 50  # bodies of a definition from which damaged ones are made

# A value that differs each time stands in a text as its kind between two signs that no definition uses.
_SLOT = re.compile("\ue000([a-z]+)\ue001")
_PLACEHOLDER = re.compile(r"\$\{[0-9]+\}")  # of the one definition that has variable texts
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{2}Z")


@dataclasses.dataclass(frozen=True, slots=True)
class Template:
    """A body with slots. `text` is for `%`, `kinds` are the slots in it; `is_json` is false where it is cut off."""

    definition: str
    status: int
    verdict: str
    text: str
    kinds: tuple[str, ...]
    is_json: bool = True

    def fill(self, chance: random.Random) -> str:
        """The text of one body."""
        return self.text % tuple(FRESH[kind](chance) for kind in self.kinds)


def templates(contract: Contract) -> list[Template]:
    """All templates of a definition, in a fixed order, without repetition; every verdict is among them."""
    found = list(dict.fromkeys(_templates(contract)))
    missing = set(VERDICTS) - {template.verdict for template in found}
    if missing:
        raise ValueError(f"no body of {contract.id} is {' or '.join(sorted(missing))}")
    return found


def place_of_code(contract: Contract) -> Pointer:
    """Where the outermost code stands in bodies of a definition."""
    status, body = next(_documented(contract))
    return observation.outermost(observation.observe_body(contract, status, body))["code"].pointer


def _templates(contract: Contract) -> Iterator[Template]:
    judge = _Judge(contract)
    to_damage = _DAMAGED
    for status, body in _documented(contract):
        good = judge.template(status, body)
        if good is None or good.verdict != "valid":
            continue
        yield good
        to_damage -= 1
        if to_damage < 0:
            continue
        for damaged in _damages(body):
            template = judge.template(status, damaged)
            if template is not None and template.verdict != "valid" and judge.recognises(body, template):
                yield template
        if contract.servers:
            yield dataclasses.replace(good, verdict="invalid", text=good.text[:-1], is_json=False)


class _Judge:
    """Tells the verdict of bodies of one definition by the reference engine."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._engines: dict[tuple[str, Pointer], engine.Engine] = {}
        self._chance = random.Random(0)

    def template(self, status: int, body: Any) -> Template | None:
        """The template of a body; None where it breaks more than one constraint, as engines count these differently."""
        at = self._contract.select(status).at
        if at is None:
            return None
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        kinds = tuple(_SLOT.findall(text))
        template = Template(self._contract.id, status, "", _SLOT.sub("%s", text.replace("%", "%%")), kinds)
        sample = json.loads(template.fill(self._chance))
        errors = self._engine("tolerant", at).violations(sample)
        if len(errors) > 1:
            return None
        drift = not self._engine("exact", at).accepts(sample)
        verdict = "invalid" if errors else "drift" if drift else "valid"
        return dataclasses.replace(template, verdict=verdict)

    def recognises(self, body: Any, template: Template) -> bool:
        """Whether it is clear whose body it is: by the server, else only if all members of `body` are still there."""
        whole = set(body) <= set(json.loads(template.fill(self._chance)))
        return bool(self._contract.servers) or whole

    def _engine(self, variant: str, at: Pointer) -> engine.Engine:
        key = variant, at
        if key not in self._engines:
            document = getattr(self._contract, variant).document
            self._engines[key] = engine.reference(document, at)
        return self._engines[key]


def _documented(contract: Contract) -> Iterator[tuple[int, Any]]:
    """The good examples, and every code with each of its texts under every status, in the form of one of them."""
    good = [
        (example.status, _with_slots(contract, example.status, example.body))
        for example in contract.examples
        if example.shows == "good" and example.text is None
    ]
    yield from good
    forms = itertools.cycle(body for _, body in good)
    statuses = [int(response.key) for response in contract.responses if response.at is not None]
    texts = [(code, text) for code in contract.codes for text in code.texts or (None,)]
    for (code, text), status in itertools.product(texts, statuses):
        yield status, _retold(contract, status, next(forms), code.value, text)


def _with_slots(contract: Contract, status: int, body: Any) -> Any:
    """`body` with slots for ids and times, and a number behind messages that may be any text."""
    for seen in observation.observe_body(contract, status, body):
        value = seen.value
        if not isinstance(value, str):
            continue
        if _UUID.fullmatch(value):
            body = _replaced(body, seen.pointer, _slot("uuid"))
        elif _TIME.fullmatch(value):
            body = _replaced(body, seen.pointer, _slot("time"))
        elif seen.role == "id" and value:
            body = _replaced(body, seen.pointer, _slot("word"))
        elif seen.role == "message" and not any(code.texts for code in contract.codes):
            body = _replaced(body, seen.pointer, f"{value} [{_slot('number')}]")
    return body


def _retold(contract: Contract, status: int, body: Any, code: str | int, text: Text | None) -> Any:
    """`body` with another code, its documented text, and its status."""
    roles = observation.outermost(observation.observe_body(contract, status, body))
    values = {"code": code, "status": status}
    if text is not None:
        values["message"] = _PLACEHOLDER.sub(_slot("number"), text.text) if text.pattern else text.text
    for role, value in values.items():
        if role in roles:
            body = _replaced(body, roles[role].pointer, value)
    return body


def _damages(body: Any) -> Iterator[Any]:
    """`body` with one thing otherwise: a member gone, null, of another type, of a wrong form, or one too many."""
    for place, value in _places(body):
        yield _replaced(body, place, None)
        yield _replaced(body, place, _of_another_type(value))
        if isinstance(place[-1], str):
            yield _without(body, place)
        if isinstance(value, str):
            for kind in ("uuid", "time"):
                yield _replaced(body, place, value.replace(_slot(kind), _slot(f"bad{kind}")))
        if isinstance(value, int):
            yield _replaced(body, place, value + 1)
        if isinstance(value, dict):
            yield _replaced(body, place, {**value, "traceId": _slot("uuid")})
    yield {**body, "traceId": _slot("uuid")}


def _of_another_type(value: Any) -> Any:
    if isinstance(value, str):
        return 7
    return str(value) if isinstance(value, int) else "none"


def _places(value: Any, at: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in steps:
        yield (*at, step), child
        yield from _places(child, (*at, step))


def _replaced(body: Any, place: Pointer, value: Any) -> Any:
    """A copy of `body` with `value` at `place`."""
    if not place:
        return value
    copy = body.copy()
    copy[place[0]] = _replaced(body[place[0]], place[1:], value)
    return copy


def _without(body: Any, place: Pointer) -> Any:
    holder = pointers.resolve(body, place[:-1])
    return _replaced(body, place[:-1], {name: value for name, value in holder.items() if name != place[-1]})


def _slot(kind: str) -> str:
    return f"\ue000{kind}\ue001"


def fresh_uuid(chance: random.Random) -> str:
    """Any UUID."""
    digits = f"{chance.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def fresh_time(chance: random.Random) -> str:
    """A time of the year 2026, to the hundredth of a second."""
    bits = chance.getrandbits(40)
    return (
        f"2026-{bits % 12 + 1:02}-{bits // 12 % 28 + 1:02}T{(bits >> 9) % 24:02}"
        f":{(bits >> 14) % 60:02}:{(bits >> 20) % 60:02}.{(bits >> 26) % 100:02}Z"
    )


# What a format refuses must be what every engine's own idea of the format refuses, else peers are judged by their
# reading of the format and not by their speed.
FRESH: dict[str, Callable[[random.Random], str]] = {
    "uuid": fresh_uuid,
    "time": fresh_time,
    "word": lambda chance: "".join(chance.choices(string.ascii_lowercase, k=5)),
    "number": lambda chance: str(chance.randrange(100_000)),
    "baduuid": lambda chance: f"{chance.getrandbits(128):032x}",
    "badtime": lambda chance: "2026-13-40T" + fresh_time(chance)[11:],
}
