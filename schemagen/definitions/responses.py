"""Responses by status: what is documented for each."""

from __future__ import annotations

import dataclasses

from schemagen import statuses
from schemagen.definitions.bodies import NOTHING, read_response_body
from schemagen.definitions.catalogue import Entry, read_entries
from schemagen.definitions.conditions import can_be_error, status_key
from schemagen.definitions.heading import read_media, read_retry
from schemagen.definitions.members import read_headers
from schemagen.definitions.spots import Reading, Spot
from schemagen.model import Body, Condition, ObjectSchema, Response


@dataclasses.dataclass(slots=True)
class Responses:
    """What was read: the responses, the schemas that members of their bodies became, and what they say of codes."""

    responses: list[Response] = dataclasses.field(default_factory=list)
    schemas: list[ObjectSchema] = dataclasses.field(default_factory=list)
    entries: list[Entry] = dataclasses.field(default_factory=list)


def read_responses(root: Spot, own: Body | None, when: tuple[Condition, ...]) -> Reading[Responses]:
    """The responses: a mapping by status, or a list of statuses without more to say."""
    found = Responses()
    for item in root["responses"].items():
        key = status_key(item)
        if any(response.key == key for response in found.responses):
            yield item.finding("said-twice", name=key)
        else:
            found.responses.append(_bare(key, item, when))
    for key, spot in root["responses"].members():
        if isinstance(spot.value, dict):
            yield from _read_response(key, spot, own, when, found)
        else:
            bare = _bare(key, spot, when)
            found.responses.append(dataclasses.replace(bare, description=spot.value or bare.description))
    return found


def _bare(key: str, spot: Spot, when: tuple[Condition, ...]) -> Response:
    return Response(
        key=key,
        description=statuses.phrase(key),
        documented_only=not can_be_error(key, when),
        origin=spot.pointer,
    )


def _read_response(
    key: str, spot: Spot, own: Body | None, when: tuple[Condition, ...], found: Responses
) -> Reading[None]:
    body = None
    no_content = spot["body"].value == NOTHING
    if spot.has("body") and not no_content:
        body, schemas = yield from read_response_body(spot["body"], key, own)
        found.schemas += schemas
    entries = yield from read_entries(spot["codes"])
    found.entries += entries
    bare = _bare(key, spot, when)
    found.responses.append(
        dataclasses.replace(
            bare,
            description=spot["description"].value or bare.description,
            body=body,
            no_content=no_content,
            media=(yield from read_media(spot["media"])) or None,
            headers=(yield from read_headers(spot["headers"])),
            retry=read_retry(spot["retry"]),
            codes=tuple(entry.use for entry in entries),
        )
    )
    if bare.documented_only:
        for part in ("body", "codes"):
            if spot.has(part) and not no_content:
                yield spot[part].finding(
                    "never-an-error", on_key=True, what=f"the {part} of {key}", status=key
                )
