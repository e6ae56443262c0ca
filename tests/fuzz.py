"""Recordings damaged in every way that could part the fast path from the usual one, and the comparison of the two.

    python -m tests.fuzz --seconds 300 [--seed 1]

What parts them is kept as a file in `tests/fuzz_finds`, which a test replays: its first line names the form and the
definitions, then comes the recording itself.
"""

from __future__ import annotations

import argparse
import base64
import collections
import dataclasses
import functools
import gzip
import hashlib
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from schemagen import compiler, definitions, documents
from schemagen.contract import Contract
from schemagen.exchanges import Exchange
from schemagen.judging import Judge
from schemagen.limits import DEFAULTS
from schemagen.mutations import mutate
from schemagen.recordings import FORMS, ndjson
from schemagen.recordings.form import Recording
from schemagen.recordings.parts import locate, read_entries, split
from schemagen.scale.fast import alike
from schemagen.scale.fast.counting import Counting
from schemagen.tally import Tally

ROOT = Path(__file__).parents[1]
FINDS = ROOT / "tests" / "fuzz_finds"
DEFINITIONS = sorted([*ROOT.glob("specs/*.yaml"), *ROOT.glob("tests/formats/*.yaml")])
SHIPPED = tuple(path.stem for path in DEFINITIONS if path.parent.name == "specs")

_SIZE = 30  # entries of a recording

_TOKENS = (
    b"1e999", b"-1e400", b"1.0", b"404.0", b"-0", b"1E2", b"9007199254740993", b"18446744073709551616", b"9" * 320,
    b"NaN", b"Infinity", b"01", b"1.", b"null", b"true", b"false", b'""', b"[]", b"{}", b"[null]", b'"404"', b"404",
    b'"\\u0000"', b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\xff"', b'"\xed\xa0\x80"', b'"\xe2\x80\xa8"', b'"\xc3\xa9"', b'"a\nb"',
    b'"1cc1eda1f5ddea1182880263195dd35a"', b'"1CC1EDA1-F5DD-EA11-8288-0263195DD35A"', b'"{1cc1eda1-f5dd-ea11-8288-0263195dd35a}"',
    b'"1cc1eda1-f5dd-ea11-8288-0263195dd35a\\n"', b'"2020-12-22 05:52:01.85Z"', b'"2020-12-22T05:52:01.85+0000"',
    b'"2020-12-22T05:52:01.85"', b'"2020-12-22t05:52:01.85z"', b'"2020-12-31T23:59:60.00Z"', b'"2020-02-30T05:52:01.85Z"',
    b'"2020-12-22T05:52:01.85Z"', b'"2020-12-22T05:52:01.850Z"', b'"A_B\\n"', b'"FORBIDDEN"', b'"' + b"x" * 300 + b'"',
    b"[" * 130 + b"]" * 130, b'{"a":' * 140 + b"1" + b"}" * 140,
)  # fmt: skip
_BYTES = (
    b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b" ", b"\t", b"\r", b"\n", b"\x00", b"\x0b", b"\xff", b"\xef\xbb\xbf",
    b"e", b"0", b"9", b"-", b".", b"null", b"\\u0061", b"\\u", b"},{", b"}\n{", b"} {", b"],[", b"\xc2\x85", b"\xe2\x80\xa8",
)  # fmt: skip
_MEDIA = (
    "application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8", "application/json;charset=latin1",
    "application/vnd.api+json", "application/problem+json", "text/html", "", " ", "application/json\ntext/html", "application/json\r",
)  # fmt: skip
_NAMES = (
    "content-type",
    "Content-Type",
    "CONTENT-TYPE",
    "cOntent-type",
    "content-type ",
    "Content_Type",
    ":content-type",
)


@functools.cache
def contract_of(name: str) -> Contract:
    """The contract of a definition in the repository, by the stem of its file."""
    (path,) = (path for path in DEFINITIONS if path.stem == name)
    document, _ = documents.read(path.read_bytes(), path.name)
    assert document is not None
    form, findings = definitions.read(document)
    assert form is not None, findings
    contract, _ = compiler.compile_format(form)
    assert contract is not None
    return contract


@functools.cache
def bodies_of(name: str) -> tuple[tuple[int, Any], ...]:
    """Bodies of a definition with their statuses: its examples, first those that are good, and mutants of these."""
    contract = contract_of(name)
    examples = [(example.status, example.body) for example in contract.examples if example.text is None]
    mutants = [(status, mutant) for status, body in examples for mutant in mutate(body, contract, 60)]
    return (*examples, *mutants)


class Damage:
    """Makes records and damages them; the same ones for the same seed."""

    def __init__(self, names: Sequence[str], chance: random.Random, harm: float = 0.5) -> None:
        self._names = names
        self._chance = chance
        self._harm = harm

    def recording(self, form: str, size: int = _SIZE) -> bytes:
        """A recording of that form, most of whose entries are records."""
        return self._archive(size) if form == "har" else self._lines(size)

    def _archive(self, size: int) -> bytes:
        """A HAR, indented or not."""
        comma = self._chance.choice((b",", b",", b",\n", b" ,\r\n  "))
        entries = comma.join(self._entry() for _ in range(size))
        entries = self._struck(entries) if self._is(0.1 * self._harm) else entries
        return b'{"log":{"version":"1.2","entries":[' + entries + b"]}}"

    def _entry(self) -> bytes:
        chance, harm = self._chance, self._harm
        contract, status, body = self._response()
        url = self._url(contract, is_odd=self._is(0.3 * harm))
        headers: Any = [
            {"name": chance.choice(_NAMES[:2]), "value": chance.choice(_MEDIA[:4])},
            {"name": "X-Request-Id", "value": f"{chance.getrandbits(40):x}"},
        ]
        if self._is(0.5 * harm):
            odd = self._headers(contract)
            headers = (
                [{"name": name, "value": value} for name, value in odd.items()]
                if isinstance(odd, dict)
                else odd
            )
        if isinstance(headers, list) and self._is(0.2):
            headers += chance.choice((
                [{"name": "Content-Encoding", "value": "gzip"}], headers[:1], [{"name": ":status", "value": "404"}],
                [{"name": "Content-Type", "value": "text/html"}], [{"name": "X", "value": "y", "comment": ""}], [{"name": "a"}],
            ))  # fmt: skip
        text = self._json(body)
        content: dict[str, Any] = {
            "size": len(text),
            "mimeType": "application/json",
            "text": text.decode("utf-8", "replace"),
        }
        if self._is(0.3 * harm):
            content |= chance.choice((
                {"text": ""}, {"text": None}, {"text": _Raw(text)}, {"text": base64.b64encode(text).decode(), "encoding": "base64"},
                {"encoding": ""}, {"encoding": "base64"}, {"encoding": "x"}, {"size": 0}, {"_file": "/etc/passwd"}, {"encoding": None},
                {"text": json.dumps([base64.b64encode(gzip.compress(text)).decode()]), "encoding": "base64"}, {"text": '["a"]'},
                {"text": json.dumps([gzip.compress(text).hex()])}, {"text": "\ufeff" + content["text"]}, {"text": "<html>"},
            ))  # fmt: skip
        said = self._said(status)
        response = {
            "status": said,
            "statusText": "",
            "headers": headers,
            "content": content,
            "redirectURL": "",
        }
        request = {"method": "GET", "url": url, "headers": [], "queryString": []}
        entry = {
            "startedDateTime": "2026-01-01T00:00:00Z",
            "time": 1.5,
            "request": request,
            "response": response,
        }
        if self._is(0.2 * harm):
            holder = chance.choice((entry, request, response, content))
            key = chance.choice((*holder, "text", "url", "status", "extra", "_error", "comment"))
            value = chance.choice((None, {}, [], 0, -1, "", _Raw(chance.choice(_TOKENS))))
            if self._is(0.2) and key in holder:
                del holder[key]
            else:
                holder[key] = value
        told = self._text(entry)
        return self._struck(told) if self._is(0.2 * harm) else told

    def _lines(self, size: int) -> bytes:
        lines = [self._line() for _ in range(size)]
        if self._is(0.1):
            lines.insert(
                self._chance.randrange(size),
                self._chance.choice((b"", b" ", b"\r", b"\x0b", b"{}", b"[]", b"1")),
            )
        block = b"\n".join(lines) + (b"" if self._is(0.1) else b"\n")
        return self._struck(block) if self._is(0.1 * self._harm) else block

    def _is(self, share: float) -> bool:
        return self._chance.random() < share

    def _response(self) -> tuple[Contract, int, Any]:
        """Whose it is, its status and its body."""
        name = self._chance.choice(self._names)
        contract = contract_of(name)
        bodies = bodies_of(name)
        good = sum(example.text is None for example in contract.examples)
        status, body = self._chance.choice(bodies if self._is(self._harm) else bodies[:good])
        if self._is(0.1):
            status = self._chance.choice(
                (200, 204, 299, 400, 404, 418, 422, 429, 500, 503, 599, 600, 99, 1000)
            )
        return contract, status, body

    def _url(self, contract: Contract, *, is_odd: bool) -> Any:
        chance = self._chance
        url: Any = chance.choice(contract.servers or ("https://unknown.example.com",)) + chance.choice(
            ("/v1/x", "/a/b?c=d#e", "", "/")
        )
        if is_odd:
            url = chance.choice((
                url.upper(), url.replace("https", "http"), url.replace("://", "://user@"), url + ":443/x", url[:-3], "/v1/x", "", None,
                7, "//api.telecomx.dk/", " " + url, url.replace("/", "/\t"), url.replace("c", "\u0441"), "https://[::1]/x", "http://a/b",
            ))  # fmt: skip
        return url

    def _said(self, status: int) -> Any:
        """The status as it is written."""
        if self._is(0.1 * self._harm):
            return self._chance.choice(
                (str(status), float(status), status / 7, None, True, f" {status}", -status, [status], 0)
            )
        return status

    def _line(self) -> bytes:
        contract, status, body = self._response()
        record = self._record(contract, status)
        text = self._text(self._placed(record, body))
        if self._is(0.3 * self._harm):
            text = self._struck(text)
        return text

    def _record(self, contract: Contract, status: int) -> tuple[dict[str, Any], str]:
        """A record without its body, and where it goes."""
        chance = self._chance
        is_odd = self._is(0.3 * self._harm)
        url, said = self._url(contract, is_odd=is_odd), self._said(status)
        headers: Any = {
            chance.choice(_NAMES[:2]): "application/json",
            "X-Request-Id": f"{chance.getrandbits(40):x}",
        }
        if self._is(0.5 * self._harm):
            headers = self._headers(contract)
        request: dict[str, Any] = {"method": chance.choice(("GET", "POST", "HEAD")), "url": url}
        response: dict[str, Any] = {"status": said, "headers": headers}
        if self._is(0.3):
            return {**request, **response, "time": 1.5}, ""
        record = {"ts": "2026-01-01", "request": request, "response": response}
        if is_odd and self._is(0.5):
            self._rename(
                record, chance.choice((("request", ndjson.REQUESTS), ("response", ndjson.RESPONSES)))
            )
        return record, "response" if isinstance(record.get("response"), dict) else ""

    def _headers(self, contract: Contract) -> Any:
        chance = self._chance
        headers: dict[str, Any] = {}
        for _ in range(chance.randrange(4)):
            headers[chance.choice(_NAMES)] = chance.choice(
                (*_MEDIA, ["application/json"], [], ["a", "b"], None, 5, 1.5, True)
            )
        documented = [header for response in contract.responses for header in response.headers] + list(
            contract.headers
        )
        for header in documented:
            if self._is(0.5):
                name = chance.choice((header.name, header.name.lower(), header.name.upper()))
                headers[name] = chance.choice(("A", "B", "3", 3, "x", "", ["3"], "3\n4", None))
        if self._is(0.1):
            return chance.choice(
                (
                    None,
                    {},
                    [],
                    [{"name": "Content-Type", "value": "application/json"}],
                    [["content-type", "text/html"]],
                    "x",
                )
            )
        return headers

    def _rename(self, record: dict[str, Any], names: tuple[str, Sequence[str]]) -> None:
        name, others = names
        other = self._chance.choice(others)
        if self._is(0.5):
            record[other] = record.pop(name)
        else:
            record[other] = self._chance.choice((None, {}, record[name], 7))

    def _placed(self, placed: tuple[dict[str, Any], str], body: Any) -> dict[str, Any]:
        """The record with its body, in one of the ways to write it."""
        record, where = placed
        chance = self._chance
        holder = record[where] if where else record
        name = "body"
        value: Any = _Raw(self._json(body))
        if self._is(0.3):
            value = value.text.decode("utf-8", "replace")
        if self._is(0.1 * self._harm):
            name = chance.choice((*ndjson.NESTED_BODIES, "none"))
        if self._is(0.1 * self._harm):
            odd = (
                None,
                "",
                "<html>",
                {"$base64": "e30="},
                {"$base64": "?"},
                {"$base64": 1, "a": 2},
                "e30=",
                5,
                [],
                {},
            )
            value = chance.choice(odd)
        holder[name] = value
        if self._is(0.1 * self._harm):
            extra = (
                ("isBase64Encoded", False), ("isBase64Encoded", True), ("encoding", "base64"), ("encoding", "utf-8"),
                (chance.choice(ndjson.NESTED_BODIES), "x"), (chance.choice(ndjson.STATUSES), chance.choice((500, "x", 404))),
                (chance.choice(ndjson.HEADERS), {"content-type": "text/html"}), ("path", "/x"), ("host", "api.telecomx.dk"),
                ("extra", _Raw(chance.choice(_TOKENS))), ("url", "https://api.telecomx.dk/"),
            )  # fmt: skip
            key, inner = chance.choice(extra)
            items = list(holder.items())
            items.insert(chance.randrange(len(items) + 1), (key, inner))
            return {**record, where: dict(items)} if where else dict(items)
        return record

    def _json(self, body: Any) -> bytes:
        """The JSON text of a body, some of it as no careful writer would write it."""
        text = self._text(body)
        if self._is(0.4 * self._harm):
            text = self._swapped(text)
        if self._is(0.1 * self._harm):
            text = self._struck(text)
        return text

    def _swapped(self, text: bytes) -> bytes:
        """With another token in the place of one, or a member written twice or with escapes."""
        pieces = _split(text)
        position = self._chance.randrange(len(pieces))
        if self._is(0.6):
            pieces[position] = self._chance.choice(_TOKENS)
        elif pieces[position][:1] == b'"' and len(pieces[position]) > 2 and self._is(0.5):
            inner = pieces[position]
            pieces[position] = (
                b'"\\u00%02x' % inner[1] + inner[2:] if inner[1] < 128 and inner[1] != 92 else inner
            )
        else:
            members = [at for at, piece in enumerate(pieces) if piece == b"{"]
            if members:
                at = self._chance.choice(members) + 1
                pieces[at:at] = [
                    self._chance.choice(
                        (b'"code":1,', b'"status":404,', b'"error":{},', b'"id":null,', b'"x":1,')
                    )
                ]
        return b"".join(pieces)

    def _text(self, value: Any) -> bytes:
        text = _dump(value)
        return text if self._is(0.8) else _dump(value, separators=(", ", " : "))

    def _struck(self, text: bytes) -> bytes:
        """With some bytes of it gone, or others between them."""
        for _ in range(self._chance.choice((1, 1, 1, 2, 3))):
            at = self._chance.randrange(len(text) + 1)
            way = self._chance.random()
            if way < 0.3:
                text = text[:at] + text[at + self._chance.randrange(1, 4) :]
            elif way < 0.5:
                text = text[:at] + self._chance.choice(_BYTES) + text[at + 1 :]
            else:
                text = text[:at] + self._chance.choice((*_BYTES, *_TOKENS)) + text[at:]
        return text


@dataclasses.dataclass(frozen=True, slots=True)
class _Raw:
    """A piece of JSON text that is written as it is."""

    text: bytes


def _dump(value: Any, separators: tuple[str, str] = (",", ":")) -> bytes:
    pieces: list[bytes] = []

    def default(raw: Any) -> str:
        pieces.append(raw.text)
        return f"\ue000{len(pieces) - 1}\ue001"

    text = json.dumps(value, ensure_ascii=False, separators=separators, default=default).encode(
        "utf-8", "surrogatepass"
    )
    for number, piece in enumerate(pieces):
        text = text.replace(f'"\ue000{number}\ue001"'.encode(), piece)
    return text


def _split(text: bytes) -> list[bytes]:
    """The tokens of a JSON text."""
    pieces: list[bytes] = []
    position = 0
    decoder = json.JSONDecoder()
    told = text.decode("utf-8", "replace")
    while position < len(told):
        end = position + 1
        if told[position] in '"-0123456789tfn':
            try:
                _, end = decoder.raw_decode(told, position)
            except ValueError:
                end = position + 1
        pieces.append(told[position:end].encode())
        position = end
    return pieces or [b""]


def _nothing() -> None:
    return None


def summary(tally: Tally) -> dict[str, dict[Any, int]]:
    """All that must be the same, whichever way it was counted."""
    return {
        "counts": dict(+tally.counts),
        "matches": dict(+tally.matches),
        "seen": dict(+tally.seen),
        "severities": dict(+tally.severities),
        "groups": {group: kept.count for group, kept in tally.kept.items()},
    }


@dataclasses.dataclass(slots=True)
class Compared:
    """What came of recordings: how many entries, how many were left, and the first difference."""

    entries: int = 0
    left: int = 0
    difference: str = ""


def compare(
    counting: Counting, form: str, recording: bytes, done: Compared, *, learns: bool = True, size: int = 4000
) -> bool:
    """Whether the fast path counts of a recording what the usual way counts, in runs of that size. Without `learns`,
    nothing is taken for alike, and only what was not left is judged.
    """
    how = FORMS[form].partition
    assert how is not None
    reader = object()
    pieces = (recording[at : at + size] for at in range(0, len(recording), size))
    parts = split(pieces, how, DEFAULTS, size, proof=counting.proves if learns else None)
    runs = (part.data for part in parts if part.role == "entries")
    return all(_agree(counting, form, data, reader, done, learns=learns) for data in runs)


def _agree(
    counting: Counting, form: str, data: bytes, reader: object, done: Compared, *, learns: bool
) -> bool:
    how = FORMS[form].partition
    assert how is not None
    tally = Tally()
    pieces = {entry: (line, piece) for entry, line, piece in locate(data, how.entries(data))}
    left = counting.count(form, data, tally, reader)
    if left is None:
        done.entries += len(pieces)
        done.left += len(pieces)
        return True
    back = {} if learns else {entry: (line, piece) for entry, line, piece in left.pieces()}
    usual, judged = Tally(), dict[int, Tally]()
    wanted = ((entry, *where) for entry, where in pieces.items() if entry not in back)
    for entry, items in read_entries(Recording("r", data, None, DEFAULTS), how, wanted):
        judged[entry] = alone = Tally()
        for item in items:
            counting.judge.take(item, alone) if isinstance(item, Exchange) else alone.add([item], _nothing)
        usual.merge(alone)
    for entry, line, piece in left.pieces() if learns else ():
        back[entry] = line, piece
        if entry in judged:
            left.learn(entry, judged[entry])
            tally.merge(judged[entry])
    if (left.entries, left.lines) != (len(pieces), data.count(b"\n")) or not back.items() <= pieces.items():
        done.difference = "an entry that is left is another one"
        return False
    counting.settle(tally)
    done.entries += len(pieces)
    done.left += len(back)
    mine, theirs = summary(tally), summary(usual)
    for kind, counted in mine.items():
        if counted != theirs[kind]:
            keys = {key for key in {*counted, *theirs[kind]} if counted.get(key) != theirs[kind].get(key)}
            done.difference = f"{kind}: " + ", ".join(
                f"{key} {counted.get(key, 0)} for {theirs[kind].get(key, 0)}"
                for key in sorted(keys, key=repr)
            )
            return False
    return True


def reduced(form: str, recording: bytes, differs: Callable[[bytes], bool]) -> bytes:
    """With as few of the entries as still differ; a HAR that is broken is kept as it is."""
    head, foot = (b'{"log":{"entries":[', b"]}}") if form == "har" else (b"", b"")
    comma = b"," if form == "har" else b"\n"
    try:
        entries = (
            recording.split(b"\n")
            if form != "har"
            else list(map(_dump, json.loads(recording)["log"]["entries"]))
        )
    except (ValueError, LookupError):
        return recording

    def made(some: list[bytes]) -> bytes:
        return head + comma.join(some) + foot

    size = len(entries) // 2 if differs(made(entries)) else 0
    while size:
        start = 0
        while start < len(entries):
            fewer = entries[:start] + entries[start + size :]
            if fewer and differs(made(fewer)):
                entries = fewer
            else:
                start += size
        size //= 2
    return made(entries) if differs(made(entries)) else recording


def keep(form: str, names: Sequence[str], named: bool, data: bytes) -> Path:
    """Writes a find."""
    FINDS.mkdir(exist_ok=True)
    file = FINDS / f"{form}-{hashlib.sha256(data).hexdigest()[:12]}"
    head = json.dumps({"form": form, "definitions": list(names), "named": named}).encode()
    file.write_bytes(head + b"\n" + data)
    return file


def finds() -> list[Path]:
    """The files of all finds."""
    return sorted(FINDS.glob("*-*"))


def replay(file: Path) -> str:
    """What parts the two ways in a find; empty: nothing does any more."""
    head, _, data = file.read_bytes().partition(b"\n")
    told = json.loads(head)
    judge = Judge([contract_of(name) for name in told["definitions"]], named=told["named"])
    done = Compared()
    for size in (1000, 4000, 1 << 20):
        if not compare(Counting(judge), told["form"], data, done, size=size):
            return done.difference
    return ""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}")  # noqa: T201
    alike.FIRST = 1  # what is alike is counted from the second on
    chance = random.Random(chosen.seed)
    end = time.monotonic() + chosen.seconds
    total = collections.Counter[str]()
    while time.monotonic() < end:
        if chance.random() < 0.4:
            names: tuple[str, ...] = SHIPPED
        else:
            names = tuple(chance.sample([path.stem for path in DEFINITIONS], chance.choice((1, 1, 2, 4))))
        try_some(names, chance, total)
    compared = sum(count for what, count in total.items() if what.endswith("entries"))
    told = ", ".join(f"{count} {what}" for what, count in sorted(total.items()))
    print(f"{compared} responses were compared: {told}")  # noqa: T201
    raise SystemExit(bool(total["finds"]))


def try_some(names: tuple[str, ...], chance: random.Random, total: collections.Counter[str]) -> None:
    """Compares some recordings of these definitions."""
    judge = Judge([contract_of(name) for name in names], named=chance.random() < 0.3)
    learns = chance.random() < 0.3
    counting = Counting(judge)
    damage = Damage(names, chance, harm=chance.choice((0.1, 0.5, 1.0)))
    form = chance.choice(("ndjson", "har"))
    done = Compared()
    for _ in range(20):
        recording = damage.recording(form)
        if not compare(counting, form, recording, done, learns=learns):
            print(names, judge.named, form, done.difference)  # noqa: T201

            def differs(data: bytes) -> bool:
                return not compare(Counting(judge), form, data, Compared(), size=1 << 20)

            total["finds"] += 1
            print(keep(form, names, judge.named, reduced(form, recording, differs)))  # noqa: T201
    total[f"{form} entries"] += done.entries
    total[f"{form} entries left"] += done.left


if __name__ == "__main__":
    main()
