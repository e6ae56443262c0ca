"""A plain loop over a recording with one of the Python engines; `orjson` only reads, which is the base of all ratios.

    python benchmarks/peers/loop.py ENGINE FILE

The schemas are in `schemas.json` beside FILE. Knows nothing of schemagen. Prints `{definition: {verdict: count}}`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import orjson

Accepts: TypeAlias = Callable[[Any], bool]
Exchange: TypeAlias = tuple[str, int, Any]


def jsonschema_validator(schema: dict[str, Any]) -> Accepts:
    """The engine of the `jsonschema` package, which asserts formats only when it is told to."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).is_valid


def jsonschema_rs_validator(schema: dict[str, Any]) -> Accepts:
    """The engine of `jsonschema-rs`."""
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid


def jsonschema_rs_reasons(schema: dict[str, Any]) -> Accepts:
    """The same, asked for the place and the keyword of each error, too."""
    import jsonschema_rs

    errors = jsonschema_rs.Draft202012Validator(schema, validate_formats=True).iter_errors

    def accepts(body: Any) -> bool:
        return not [(error.instance_path, error.schema_path) for error in errors(body)]

    return accepts


def fastjsonschema_validator(schema: dict[str, Any]) -> Accepts:
    """The engine of `fastjsonschema`; it takes the schemas for draft 7, which makes no difference for these."""
    import fastjsonschema

    validate = fastjsonschema.compile(schema)

    def accepts(body: Any) -> bool:
        try:
            validate(body)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    return accepts


ENGINES = {
    "jsonschema": jsonschema_validator,
    "jsonschema-rs": jsonschema_rs_validator,
    "jsonschema-rs-reasons": jsonschema_rs_reasons,
    "fastjsonschema": fastjsonschema_validator,
}


def compiled(
    compile_schema: Callable[[dict[str, Any]], Accepts], file: Path
) -> dict[str, dict[int, Accepts]]:
    """By the beginning of URLs and by status, what accepts a body."""
    known = orjson.loads((file.parent / "schemas.json").read_bytes())
    table: dict[str, dict[int, Accepts]] = {}
    for each in known.values():
        by_status = {}
        for status, reference in each["statuses"].items():
            parts = each["schema"]
            rooted = {"$schema": parts["$schema"], "$defs": parts["$defs"], "$ref": reference}
            by_status[int(status)] = compile_schema(rooted)
        table |= dict.fromkeys(each["servers"], by_status)
    return table


def names(file: Path) -> dict[str, str]:
    """By the beginning of URLs, the definition."""
    known = orjson.loads((file.parent / "schemas.json").read_bytes())
    return {server: name for name, each in known.items() for server in each["servers"]}


def read_lines(file: Path) -> Iterator[Exchange]:
    """The exchanges of an NDJSON recording, nested or flat."""
    with file.open("rb") as lines:
        for line in lines:
            record = orjson.loads(line)
            if "response" in record:
                response = record["response"]
                yield record["request"]["url"], response["status"], response["body"]
            else:
                yield record["url"], record["status"], record["response_body"]


def read_har(file: Path) -> Iterator[Exchange]:
    """The exchanges of a HAR that is loaded as a whole."""
    for entry in orjson.loads(file.read_bytes())["log"]["entries"]:
        response = entry["response"]
        yield entry["request"]["url"], response["status"], response["content"]["text"]


def read_har_in_pieces(file: Path) -> Iterator[Exchange]:
    """The exchanges of a HAR that is parsed as a stream."""
    import ijson

    with file.open("rb") as data:
        for entry in ijson.items(data, "log.entries.item", use_float=True):
            response = entry["response"]
            yield entry["request"]["url"], response["status"], response["content"]["text"]


def judge(
    exchanges: Iterator[Exchange], table: dict[str, dict[int, Accepts]], definitions: dict[str, str]
) -> dict[str, dict[str, int]]:
    """The counts; what is no error is not judged, a text that is no JSON is invalid."""
    counts = {server: [0, 0] for server in table}
    for url, status, body in exchanges:
        server = url[: url.find("/", 8)]
        accepts = table[server].get(status)
        if accepts is None:
            continue
        if isinstance(body, str):
            try:
                body = orjson.loads(body)  # noqa: PLW2901 - the text is of no further use
            except orjson.JSONDecodeError:
                counts[server][0] += 1
                continue
        counts[server][accepts(body)] += 1
    found: dict[str, dict[str, int]] = {}
    for server, (invalid, valid) in counts.items():
        sums = found.setdefault(definitions[server], {"invalid": 0, "valid": 0})
        sums["invalid"] += invalid
        sums["valid"] += valid
    return found


def main() -> None:
    """The command line."""
    engine, file = sys.argv[1], Path(sys.argv[2])
    is_har = file.suffix == ".har"
    if engine == "orjson":
        if is_har:
            orjson.loads(file.read_bytes())
        else:
            with file.open("rb") as lines:
                for line in lines:
                    orjson.loads(line)
        print("{}")
        return
    engine, _, way = engine.partition("+")
    read = read_har_in_pieces if way == "ijson" else read_har if is_har else read_lines
    print(json.dumps(judge(read(file), compiled(ENGINES[engine], file), names(file))))


if __name__ == "__main__":
    main()
