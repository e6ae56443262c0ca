"""Hostile recordings, the same ones on every run: real ones damaged in every way that bites, and some made to bite."""

from __future__ import annotations

import codecs
import copy
import dataclasses
import gzip
import io
import itertools
import json
import random
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ESCAPE = "\x1b[31m\x07\x9b2J\u202e\u2066\u2028\ufeff"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
COMMAND = "\n::error file=a,line=1::x%0A\r\n##[error]x\r\n"
FORMULA = "=cmd|' /C calc'!A0"
LONG = "0123456789abcdef" * 4096


@dataclasses.dataclass(frozen=True, slots=True)
class Hostile:
    """A recording: what was done to which, which is also its name as a file, and its bytes."""

    name: str
    data: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Raw:
    """A piece of JSON text as it is: what no value of Python stands for."""

    text: str


def like_itself(depth: int) -> Any:
    """A value that holds one like itself, `depth` times."""
    value: Any = {"log": {"entries": []}}
    for _ in range(depth):
        value = {"log": {"entries": [value]}, "response": value["log"], "error": [value["log"]]}
    return value


VALUES: tuple[Any, ...] = (
    None, [], {}, "", -1, True, 0, 999, Raw("1e999"), Raw("NaN"), Raw("9" * 5000), Raw('"\\ud800"'), Raw("-0.0"),
    Raw("[" * 100_000 + "]" * 100_000), Raw("[" * 1000 + "]" * 1000), Raw('{"a":' * 120 + "1" + "}" * 120), 1_000_000_000,
    ESCAPE, SCRIPT, COMMAND, FORMULA, LONG, "::error::x", "../../../../etc/passwd", "/dev/zero", "http://[::1", "http://a:99999999/",
    "data:text/html;base64,PHNjcmlwdD4=", "\x00", "400\r\nX-Injected: 1", [None, [], {}, ["a"], {"name": 1}], {"": {"": [""]}},
    like_itself(4), [[1, 2, 3], ["a", "b"], ["content-type", {"a": 1}]],
)  # fmt: skip
"""What takes the place of a value in a recording."""

YAML_VALUES = (
    "", "~", "[]", "{}", "-1", ".inf", ".nan", "0x1F", "1e999", "9" * 5000, "&a [*a]", "*missing", "!!python/object/apply:os.system [id]",
    "!!python/name:os.system", "!ruby/object:Gem::Installer {i: x}", "!!binary '%%%'", "!<tag:x,2000:y> z", '"\\x1b[31m\\u202e"', '"\\ud800"',
    "|\n  a\n b", "'unclosed", "[" * 1000, "{a: " * 200 + "}" * 200, "? [a]\n: b", "<<: *a", f'"{LONG}"', SCRIPT, "::error::x", "\t- a", "%YAML 9.9",
)  # fmt: skip


def fixtures() -> dict[str, bytes]:
    """The recordings that are damaged, by their names."""
    folder = ROOT / "tests" / "recordings"
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and "__files" not in path.parts]
    found = {"-".join(path.relative_to(folder).parts): path.read_bytes() for path in paths}
    return found | {path.name: path.read_bytes() for path in sorted((ROOT / "docs" / "demo").iterdir())}


def cut() -> Iterator[Hostile]:
    """Every recording, cut off behind each kind of character."""
    for name, data in fixtures().items():
        chance = random.Random(f"cut {name}")
        kinds = (rb"\{", rb"\[", rb'"', rb"[:,]", rb"\n", rb"\\", rb"[0-9]", rb"[\x80-\xff]", rb"[a-z]")
        for number, kind in enumerate(kinds):
            ends = [found.end() for found in re.finditer(kind, data)]
            if ends:
                yield Hostile(f"cut-{number}-{name}", data[: chance.choice(ends)])


def flipped() -> Iterator[Hostile]:
    """Every recording, with bytes changed, gone, doubled and moved."""
    for name, data in fixtures().items():
        chance = random.Random(f"flipped {name}")
        for number in (1, 20):
            changed = bytearray(data)
            for _ in range(number):
                changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
            yield Hostile(f"flipped-{number}-{name}", bytes(changed))
        start, end, other = sorted(chance.randrange(len(data)) for _ in range(3))
        yield Hostile(f"gap-{name}", data[:start] + data[end:])
        yield Hostile(f"doubled-{name}", data[:end] + data[start:])
        yield Hostile(f"moved-{name}", data[:start] + data[end:other] + data[start:end] + data[other:])


def encoded() -> Iterator[Hostile]:
    """Every recording in other encodings and with other ends of lines."""
    for name, data in fixtures().items():
        text = data.decode("utf-8", "replace")
        middle = len(data) // 2
        yield Hostile(f"bom-{name}", codecs.BOM_UTF8 * 2 + data)
        yield Hostile(f"utf16-{name}", text.encode("utf-16"))
        yield Hostile(f"utf16le-{name}", text.encode("utf-16-le"))
        yield Hostile(f"utf32-{name}", text.encode("utf-32"))
        yield Hostile(f"latin1-{name}", data[:middle] + b"\xe9\xff" + data[middle:])
        yield Hostile(f"nul-{name}", data[:middle] + b"\0" + data[middle:] + b"\0\0\0")
        yield Hostile(f"cr-{name}", data.replace(b"\r\n", b"\r").replace(b"\n", b"\r"))
        yield Hostile(f"separators-{name}", data.replace(b"\n", b"\n\xe2\x80\xa8\xe2\x80\xae"))


def replaced(most: int = 8) -> Iterator[Hostile]:
    """Every recording in JSON, with values in some of its places replaced."""
    for name, data in fixtures().items():
        lines = data.splitlines() if name.endswith("ndjson") else [data]
        try:
            documents = [json.loads(line) for line in lines]
        except ValueError:
            continue
        chance = random.Random(f"replaced {name}")
        values = chance.sample(range(len(VALUES)), min(most, len(VALUES)))
        for value in values:
            at = chance.randrange(len(documents))
            place = chance.choice(list(places(documents[at])))
            changed = [
                put(document, place, VALUES[value]) if index == at else document
                for index, document in enumerate(documents)
            ]
            yield Hostile(f"replaced-{value}-{name}", b"\n".join(write(document) for document in changed))


def replaced_in_yaml(most: int = 12) -> Iterator[Hostile]:
    """Every recording in YAML, with values in some of its lines replaced."""
    for name, data in fixtures().items():
        if not name.endswith((".yml", ".yaml")):
            continue
        chance = random.Random(f"replaced {name}")
        lines = data.split(b"\n")
        keys = [number for number, line in enumerate(lines) if b":" in line]
        for index in chance.sample(range(len(YAML_VALUES)), most):
            number = chance.choice(keys)
            line = lines[number].partition(b":")[0] + b": " + YAML_VALUES[index].encode()
            yield Hostile(
                f"replaced-{index}-{name}", b"\n".join([*lines[:number], line, *lines[number + 1 :]])
            )


def packed() -> Iterator[Hostile]:
    """Some recordings, compressed, and the compressed bytes damaged."""
    for name, data in itertools.islice(fixtures().items(), 0, None, 4):
        chance = random.Random(f"packed {name}")
        for kind, whole in (
            ("gzip", gzip.compress(data, mtime=0)),
            ("zlib", zlib.compress(data)),
            ("zip", zipped({name: data})),
        ):
            end = chance.randrange(4, len(whole))
            place = chance.randrange(4, len(whole))
            yield Hostile(f"{kind}-{name}", whole)
            yield Hostile(f"{kind}-cut-{name}", whole[:end])
            yield Hostile(
                f"{kind}-flipped-{name}", whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]
            )


def generated() -> Iterator[Hostile]:
    """All of them."""
    return itertools.chain(cut(), flipped(), encoded(), replaced(), replaced_in_yaml(), packed())


def entries(entry: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Any, bytes]]:
    """One entry of a recording with each of its values replaced by each of VALUES: the place, the value, the JSON text."""
    for place in places(entry):
        for value in VALUES:
            yield place, value, write(put(entry, place, value))


def places(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where values stand in a JSON value, but for the whole of it."""
    steps: Iterable[tuple[Any, Any]] = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for step, inner in steps:
        yield (*at, step)
        yield from places(inner, (*at, step))


def put(value: Any, place: tuple[str | int, ...], new: Any) -> Any:
    """`value` with `new` at `place`."""
    changed = copy.deepcopy(value)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = new
    return changed


def write(value: Any) -> bytes:
    """The JSON text of a value in which there may be raw pieces."""
    pieces: list[str] = []

    def mark(raw: object) -> str:
        assert isinstance(raw, Raw)
        pieces.append(raw.text)
        return f"raw piece {len(pieces) - 1} of it"

    text = json.dumps(value, default=mark)
    return re.sub('"raw piece ([0-9]+) of it"', lambda found: pieces[int(found[1])], text).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive, the same bytes at any time."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()
