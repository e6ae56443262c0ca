"""`schemagen identify`: which API a body comes from, and what it says."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from schemagen import pointers
from schemagen.cli import console, options
from schemagen.cli.options import Scope
from schemagen.cli.reports import FOUND, OK
from schemagen.display import shown
from schemagen.errors import InputError

if TYPE_CHECKING:
    from schemagen.identification import Identification, NamedCode

_VERDICTS = {
    "exact": "as documented",
    "drift": "recognised, but not all of it is documented",
    "contradiction": "contradicts its definition",
}
_MOST = 5  # codes that are shown
_RETRY = {"yes": "yes", "no": "no", "after": "after a while"}


@click.command("identify")
@click.argument("body", metavar="[BODY|-]", required=False, type=click.Path(allow_dash=True))
@options.status_option("The HTTP status that the body came with.")
@options.scope
@options.json_option
def command(body: str | None, status: int | None, scope: Scope, as_json: bool) -> int:
    """Say what an error body means: which API, which code, what to do, where it is documented.

    Ends with 1 if no definition knows the body; the nearest one and the reason are named.

    \b
    Examples:
      curl -s https://api.example.com/users/0 | schemagen identify - --status 404
      schemagen identify body.json
      schemagen identify body.json -d telecomx --json
    """
    from schemagen import api

    if body is None and sys.stdin.isatty():
        raise click.UsageError("name a file with the body, or pipe it: curl -s … | schemagen identify -")
    name = "-" if body is None else body
    data = api.read_file(name, scope.limits.body_bytes, "body_bytes")
    if not data.strip():
        raise InputError(f"{shown(name)}: there is nothing in it")
    found = api.identify(
        data, status=status, definitions=scope.names, folder=scope.folder, limits=scope.limits
    )
    console.put(json.dumps(_plain(found), indent=2) + "\n" if as_json else "".join(_lines(found)))
    return FOUND if found.verdict == "unknown" else OK


def _lines(found: Identification) -> Iterator[str]:
    if found.verdict == "unknown":
        yield from _unknown(found)
        return
    yield f"{shown(found.title)} ({shown(found.definition)}): {_VERDICTS[found.verdict]}\n"
    rows: list[tuple[str, str]] = []
    if found.why:
        rows.append(("but", found.why))
    if found.status is not None:
        rows.append(("status", f"{found.status}  {found.response}".rstrip()))
    for code in found.codes[:_MOST]:
        rows += _code(code)
    if len(found.codes) > _MOST:
        rows.append(("", f"and {len(found.codes) - _MOST} more codes"))
    said = [code.message for code in found.codes]
    rows += [(role, _text(value)) for role, value in found.roles if value not in said]
    rows.append(("retry", _RETRY.get(found.retry or "", "not documented")))
    links = {text for _, text in rows}
    rows += [("source", source) for source in found.sources if source not in links]
    yield from (_line(label, text) for label, text in rows)


def _code(code: NamedCode) -> Iterator[tuple[str, str]]:
    under = f" (documented under {', '.join(code.documented)})" if code.documented else ""
    meaning = code.meaning if code.known else "not in the catalogue"
    yield "code", f"{_text(code.value)}  {meaning}{under}".rstrip()
    if code.message:
        yield "message", code.message
    yield from ((role, _text(value)) for role, value in code.roles)
    if code.deprecated:
        yield "deprecated", code.deprecated if isinstance(code.deprecated, str) else "yes"
    if code.docs:
        yield "docs", code.docs


def _unknown(found: Identification) -> Iterator[str]:
    yield "no definition knows this body\n"
    if found.nearest:
        yield _line("nearest", f"{found.nearest}: {found.why}")
    else:
        yield _line("because", found.why)
    if found.candidates:
        yield _line("try", " or ".join(f"-d {name}" for name in found.candidates))


def _line(label: str, text: str) -> str:
    return f"  {label:<12}{shown(text, 200)}\n"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _plain(found: Identification) -> dict[str, Any]:
    """The answer as JSON data: what is empty is left out."""
    data = dataclasses.asdict(found)
    data["roles"] = dict(found.roles)
    data["codes"] = [
        _filled({**dataclasses.asdict(code), "roles": dict(code.roles)})
        | {"pointer": pointers.to_text(code.pointer), "known": code.known}
        for code in found.codes
    ]
    return _filled(data)


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in (None, "", (), [], {}, False)}
