"""Texts to choose from: for a string format, for a role, for nothing at all. Whoever wants one tries whether it fits."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator

_WORDS = (
    "alpha",
    "bravo",
    "charlie",
    "delta",
    "echo",
    "foxtrot",
    "golf",
    "hotel",
    "india",
    "juliett",
    "kilo",
    "lima",
)
_BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_YEAR = 365 * 24 * 3600
_OFFSETS = ("Z", "+00:00")
_FRACTIONS = (0, 1, 2, 3, 6)


def texts(formats: list[str], chance: random.Random, least: int, most: int | None) -> Iterator[str]:
    """Candidates: those of the formats first, then words, then texts of the length that is wanted."""
    for name in formats:
        yield from _formatted(name, chance)
    yield chance.choice(_WORDS)
    yield " ".join(chance.choice(_WORDS) for _ in range(chance.randint(2, 4)))
    digits = "".join(chance.choice("123456789") for _ in range(max(least, min(most or 6, 6))))
    yield digits
    long = " ".join(_WORDS) * (1 + least // 10)
    yield long[: max(least, min(most if most is not None else 20, 20))].strip().ljust(least, "x")
    yield ""


def word(chance: random.Random) -> str:
    """A word, as the name of a member has it."""
    return chance.choice(_WORDS)


def _formatted(name: str, chance: random.Random) -> Iterator[str]:
    word, number = chance.choice(_WORDS), chance.randint(1, 250)
    made = {
        "duration": f"PT{number}S",
        "email": f"{word}@example.com",
        "hostname": f"{word}.example.com",
        "idn-email": f"{word}@example.com",
        "idn-hostname": f"{word}.example.com",
        "ipv4": f"192.0.2.{number}",
        "ipv6": f"2001:db8::{number:x}",
        "iri": f"https://example.com/{word}/{number}",
        "iri-reference": f"/{word}/{number}",
        "json-pointer": f"/{word}/{number}",
        "regex": f"^{word}$",
        "relative-json-pointer": f"{number}/{word}",
        "uri": f"https://example.com/{word}/{number}",
        "uri-reference": f"/{word}/{number}",
        "uri-template": f"https://example.com/{word}/{{id}}",
        "uuid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
    }
    if name in made:
        yield made[name]
    else:
        yield from _moments(name, chance)


def _moments(name: str, chance: random.Random) -> Iterator[str]:
    """Dates and times of one moment, with every number of decimals and both ways to write the offset."""
    moment = _BEGIN + dt.timedelta(seconds=chance.randrange(_YEAR), microseconds=chance.randrange(1_000_000))
    if name == "date":
        yield moment.date().isoformat()
    elif name in ("date-time", "time"):
        for offset in _OFFSETS:
            for decimals in _FRACTIONS:
                fraction = f".{moment.microsecond:06}"[: decimals + 1] if decimals else ""
                clock = f"{moment:%H:%M:%S}{fraction}{offset}"
                yield f"{moment:%Y-%m-%d}T{clock}" if name == "date-time" else clock
