"""`schemagen list`: the definitions that are known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from schemagen.cli import console, options
from schemagen.cli.options import Scope

if TYPE_CHECKING:
    from schemagen.api.definitions import Definition


@click.command("list")
@options.scope
@options.json_option
def command(scope: Scope, as_json: bool) -> None:
    """List the definitions that are known: those of your folder, and the shipped ones.

    \b
    Examples:
      schemagen list
      schemagen list --definitions errors
      schemagen list --json | jq -r '.[].id'
    """
    from schemagen import api

    found = api.collect(scope.names, scope.folder, scope.limits, contract_only=True)
    entries = [_entry(definition) for definition in found]
    if as_json:
        console.put(json.dumps(entries, indent=2) + "\n")
        return
    rows = [
        (each["id"], each["title"], " ".join(each["statuses"]), str(each["codes"]), each["source"])
        if each["sound"]
        else (each["id"], "has mistakes", f"schemagen check {each['source']}", "", each["source"])
        for each in entries
    ]
    console.put(console.table([("ID", "TITLE", "STATUSES", "CODES", "FILE"), *rows]))


def _entry(definition: Definition) -> dict[str, Any]:
    contract = definition.contract
    return {
        "id": definition.id,
        "title": contract.title if contract else "",
        "statuses": [each.key for each in contract.responses if each.is_error] if contract else [],
        "codes": len(contract.codes) if contract else 0,
        "source": definition.source.name,
        "shipped": definition.source.shipped,
        "sound": definition.is_sound,
    }
