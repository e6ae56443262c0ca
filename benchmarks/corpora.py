"""Writes the corpora: recordings of error responses in several forms, the same bytes for the same seed.

    python -m benchmarks.corpora --out /tmp/corpus --records 100000 [--only objects-2,har-2=400] [--seed 1]

`har-2=400` is `har-2-400.har`, with its own number of records.

Beside each corpus stands `NAME.verdicts`, a line for each record: the definition and `valid`, `drift` (what is not
documented), `invalid` (what the tolerant schema refuses) or `success`; and `NAME.expected.json`, the counts.
`schemas.json` is all that a peer needs to judge: the servers and the schemas; `openapi/` holds the same as descriptions
of the call that was recorded.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import itertools
import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import bodies
from benchmarks.bodies import Template
from schemagen import api
from schemagen.api.definitions import Definition
from schemagen.contract import Contract

_AT_ONCE = 10_000  # records that are drawn together

# One definition says no servers; what is recorded of it comes from a host that no definition knows.
UNKNOWN_HOST = "https://procurement.example.com"


@dataclasses.dataclass(frozen=True, slots=True)
class Corpus:
    """A kind of recording: its form, and which parts of all records are invalid, drift and successes."""

    form: str
    invalid: float
    drift: float = 0.0
    success: float = 0.0

    @property
    def suffix(self) -> str:
        """The suffix of its files."""
        return "har" if self.form in ("har", "pretty-har") else "ndjson"


CORPORA = {
    "objects-2": Corpus("objects", 0.02),
    "objects-20": Corpus("objects", 0.20),
    "objects-100": Corpus("objects", 1.00),
    "texts-2": Corpus("texts", 0.02),
    "texts-20": Corpus("texts", 0.20),
    "texts-100": Corpus("texts", 1.00),
    "flat-2": Corpus("flat", 0.02),
    "gateway": Corpus("objects", 0.02, drift=0.10, success=0.60),
    "har-2": Corpus("har", 0.02),
    "har-20": Corpus("har", 0.20),
    "har-100": Corpus("har", 1.00),
    "pretty-har-2": Corpus("pretty-har", 0.02),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """One exchange: `number` tells it from all others of a corpus; the body is the text that was sent."""

    number: int
    definition: str
    verdict: str
    url: str
    status: int
    body: str


class Source:
    """All that records are made of: the templates and servers of the definitions."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        self.contracts = contracts
        self._servers = {contract.id: contract.servers or (UNKNOWN_HOST,) for contract in contracts}
        self._templates = {contract.id: _by_verdict(bodies.templates(contract)) for contract in contracts}

    def records(self, corpus: Corpus, count: int, seed: int) -> Iterator[Record]:
        """`count` records; the first ones are the same, however many there are."""
        chance = random.Random(seed)
        weights = [corpus.success, corpus.drift, corpus.invalid]
        weights.append(max(0.0, 1 - sum(weights)))
        numbers = itertools.count(1)
        while count > 0:
            verdicts = chance.choices(("success", "drift", "invalid", "valid"), weights, k=_AT_ONCE)
            for number, verdict in zip(numbers, verdicts[:count]):  # noqa: B905 - the numbers do not end
                yield self._record(corpus, number, verdict, chance)
            count -= _AT_ONCE

    def _record(self, corpus: Corpus, number: int, verdict: str, chance: random.Random) -> Record:
        definition = chance.choice(self.contracts).id
        url = (
            f"{chance.choice(self._servers[definition])}"
            f"/v2/accounts/{chance.randrange(10**7):07}/orders/{chance.randrange(10**9):09}"
        )
        if verdict == "success":
            body = f'{{"id":{number},"state":"accepted","href":"{url}"}}'
            return Record(number, definition, verdict, url, 200, body)
        templates = self._templates[definition]
        template = chance.choice(templates[verdict])
        while not template.is_json and corpus.form in ("objects", "flat"):
            template = chance.choice(templates[verdict])
        return Record(number, definition, verdict, url, template.status, template.fill(chance))


def write(corpus: Corpus, file: Path, source: Source, count: int, seed: int = 1) -> None:
    """Writes a corpus and what is known of it."""
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    begin, between, end = _FRAMES[corpus.form]
    written = _FORMS[corpus.form]
    with file.open("w", encoding="utf-8") as out, verdicts_of(file).open("w", encoding="utf-8") as known:
        out.write(begin)
        for record in source.records(corpus, count, seed):
            if record.number > 1:
                out.write(between)
            out.write(written(record))
            known.write(f"{record.definition} {record.verdict}\n")
            counts[record.definition][record.verdict] += 1
        out.write(end)
    expected = {definition: dict(sorted(counts[definition].items())) for definition in sorted(counts)}
    _write_json(expected_of(file), expected)


def verdicts_of(file: Path) -> Path:
    """The file with the verdict of each record."""
    return file.with_name(f"{file.name}.verdicts")


def expected_of(file: Path) -> Path:
    """The file with the counts of verdicts by definition."""
    return file.with_name(f"{file.name}.expected.json")


def schemas(contracts: Sequence[Contract]) -> dict[str, Any]:
    """For each definition its servers, the member that is the code, its tolerant and its exact schema, and by status
    where in both the schema of a body is.
    """
    return {
        contract.id: {
            "servers": list(contract.servers or (UNKNOWN_HOST,)),
            "code": list(bodies.place_of_code(contract)),
            "schema": contract.tolerant.document,
            "exact": contract.exact.document,
            "statuses": {
                response.key: "#/" + "/".join(map(str, response.at))
                for response in contract.responses
                if response.is_error and response.at is not None
            },
        }
        for contract in contracts
    }


def descriptions(definitions: Sequence[Definition]) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each definition an OpenAPI description of the call that the corpora hold, with the fragment that is built."""
    for definition in definitions:
        contract = definition.require()
        fragment = json.loads(api.artifact(definition, "openapi-3.1", as_json=True))
        path = {"in": "path", "required": True, "schema": {"type": "string"}}
        call = {
            "operationId": f"order at {contract.id}",
            "responses": {"200": {"description": "OK"}, **fragment["responses"]},
        }
        yield (
            contract.id,
            {
                "openapi": "3.1.0",
                "info": {"title": contract.title, "version": "1"},
                "servers": [{"url": server} for server in contract.servers or (UNKNOWN_HOST,)],
                "paths": {
                    "/v2/accounts/{account}/orders/{order}": {
                        "parameters": [{"name": "account", **path}, {"name": "order", **path}],
                        "post": call,
                    }
                },
                "components": fragment["components"],
            },
        )


def write_knowledge(definitions: Sequence[Definition], folder: Path) -> None:
    """Writes what peers judge by: `schemas.json`, and the descriptions in `openapi/`."""
    contracts = [definition.require() for definition in definitions]
    (folder / "openapi").mkdir(parents=True, exist_ok=True)
    _write_json(folder / "schemas.json", schemas(contracts))
    for name, description in descriptions(definitions):
        _write_json(folder / "openapi" / f"{name}.json", description)


def _write_json(file: Path, data: Any) -> None:
    file.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _object(record: Record) -> str:
    return _nested(record, record.body)


def _text(record: Record) -> str:
    return _nested(record, json.dumps(record.body, ensure_ascii=False))


def _nested(record: Record, body: str) -> str:
    """A line as a gateway writes it."""
    return (
        f'{{"time":"{_time(record)}","request":{{"method":"POST","url":"{record.url}","headers":{{"accept":'
        f'"application/json","user-agent":"orders/3.11"}}}},"response":{{"status":{record.status},"headers":'
        f'{{"content-type":"application/json","x-request-id":"{_id(record)}"}},"body":{body}}},"ms":'
        f"{record.number % 900 + 12}}}\n"
    )


def _flat(record: Record) -> str:
    """A line with the same in another order, in another shape, with blanks and under other names."""
    return (
        f'{{"response_body": {record.body}, "response_headers": {{"Content-Type": ["application/json; '
        f'charset=utf-8"]}}, "request_id": "{_id(record)}", "status": {record.status}, "url": "{record.url}", '
        f'"method": "POST", "timestamp": "{_time(record)}"}}\n'
    )


def _entry(record: Record) -> dict[str, Any]:
    """An entry of a HAR as browsers and proxies write it."""
    length = len(record.body.encode())
    named = [("Date", "Mon, 05 Oct 2026 08:00:00 GMT"), ("Content-Type", "application/json")]
    named += [("Content-Length", str(length)), ("X-Request-Id", _id(record))]
    host = record.url.split("/")[2]
    return {
        "startedDateTime": _time(record),
        "time": record.number % 900 + 12,
        "request": {
            "method": "POST",
            "url": record.url,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": "Host", "value": host}, {"name": "Accept", "value": "application/json"}],
            "queryString": [],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": record.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": name, "value": value} for name, value in named],
            "content": {"size": length, "mimeType": "application/json", "text": record.body},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": length,
        },
        "cache": {},
        "timings": {"send": 0, "wait": record.number % 900 + 11, "receive": 1},
    }


def _time(record: Record) -> str:
    seconds, thousandths = divmod(record.number * 37, 1000)
    return (
        f"2026-10-{5 + seconds // 86400:02}T{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}"
        f":{seconds % 60:02}.{thousandths:03}Z"
    )


def _id(record: Record) -> str:
    return f"{record.number * 0x9E3779B97F4A7C15 % 2**64:016x}"


_FORMS: dict[str, Callable[[Record], str]] = {
    "objects": _object,
    "texts": _text,
    "flat": _flat,
    "har": lambda record: json.dumps(_entry(record), ensure_ascii=False, separators=(",", ":")),
    "pretty-har": lambda record: json.dumps(_entry(record), ensure_ascii=False, indent=2),
}

_CREATOR = '"version":"1.2","creator":{"name":"corpora","version":"1"}'
_FRAMES = {
    "objects": ("", "", ""),
    "texts": ("", "", ""),
    "flat": ("", "", ""),
    "har": (f'{{"log":{{{_CREATOR},"entries":[', ",", "]}}"),
    "pretty-har": (f'{{\n  "log": {{\n    {_CREATOR},\n    "entries": [\n', ",\n", "\n    ]\n  }\n}\n"),
}


def _by_verdict(templates: Sequence[Template]) -> dict[str, list[Template]]:
    return {
        verdict: [template for template in templates if template.verdict == verdict]
        for verdict in bodies.VERDICTS
    }


def main() -> None:
    """The command line."""
    summary = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpora", description=summary)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the corpora go")
    parser.add_argument("--records", type=int, default=100_000, metavar="N", help="records of each (100000)")
    parser.add_argument("--only", default="", metavar="NAME[=N],…", help=f"some of {', '.join(CORPORA)}")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="other corpora of the same kinds (1)"
    )
    chosen = parser.parse_args()
    wanted = [each.partition("=") for each in chosen.only.split(",")] if chosen.only else []
    unknown = sorted({name for name, _, _ in wanted} - set(CORPORA))
    if unknown or not all(number.isdigit() for _, given, number in wanted if given):
        parser.error(f"no such corpus: {', '.join(unknown)}" if unknown else "NAME=N wants a number")
    definitions = api.collect()
    write_knowledge(definitions, chosen.out)
    source = Source([definition.require() for definition in definitions])
    for name, given, number in wanted or [(name, "", "") for name in CORPORA]:
        file = chosen.out / f"{name}{'-' if given else ''}{number}.{CORPORA[name].suffix}"
        write(CORPORA[name], file, source, int(number or chosen.records), chosen.seed)
        print(file)


if __name__ == "__main__":
    main()
