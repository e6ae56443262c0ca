"""The catalogue against the rest: codes need a member to stand in, texts one beside them, ties a status that can be."""

from __future__ import annotations

from collections.abc import Iterator

from schemagen import engine, statuses
from schemagen.definitions.conditions import can_be_error
from schemagen.definitions.spots import Spot, cut
from schemagen.findings import Finding
from schemagen.limits import option
from schemagen.model import Choice, ErrorFormat, Many, Member, ObjectSchema, PhraseSchema, Reference, Shape


def check_placement(root: Spot, form: ErrorFormat) -> Iterator[Finding]:
    """Codes without a member with role `code`, and texts without one with role `message`."""
    if not form.codes:
        return
    places = list(_code_places(form))
    if not places:
        yield _first(root, [code.origin for code in form.codes]).finding("codes-without-place", on_key=True)
        return
    texts = [(*code.origin, "message") for code in form.codes if code.messages]
    texts += [
        (*use.origin, "message") for response in form.responses for use in response.codes if use.messages
    ]
    if texts and not any(places):
        yield _first(root, texts).finding("message-without-place", on_key=True)


def _first(root: Spot, origins: list[tuple[str | int, ...]]) -> Spot:
    return Spot(root.scope, origins[0], None)


def _code_places(form: ErrorFormat) -> Iterator[bool]:
    """For each member with role `code`: whether a message stands in its object, or around it without a list between."""
    schemas = {schema.name: schema for schema in form.schemas}
    shapes = [form.body.shape, *(response.body.shape for response in form.responses if response.body)]
    pending: list[tuple[Shape, bool]] = [(shape, False) for shape in shapes]
    seen: set[tuple[str, bool]] = set()
    while pending:
        shape, is_inside = pending.pop()
        if isinstance(shape, Choice):
            pending += [(option, is_inside) for option in shape.options]
        elif isinstance(shape, Many):
            pending.append((shape.of, False))
        elif isinstance(shape, Reference) and (shape.name, is_inside) not in seen:
            seen.add((shape.name, is_inside))
            schema = schemas.get(shape.name)
            if isinstance(schema, PhraseSchema):
                pending.append((schema.shape, is_inside))
            elif isinstance(schema, ObjectSchema):
                roles = {member.role for member in schema.members}
                has_message = is_inside or "message" in roles
                if "code" in roles:
                    yield has_message
                pending += [(member.shape, has_message) for member in schema.members]


def check_ties(root: Spot, form: ErrorFormat) -> Iterator[Finding]:
    """Codes tied to a status that is never an error, or that no response documents."""
    documented = [response.key for response in form.responses]
    is_told = bool(documented)
    for code in form.codes:
        for key in code.statuses:
            spot = Spot(root.scope, (*code.origin, "status"), None)
            if not can_be_error(key, form.when):
                yield spot.finding("never-an-error", what=f"code {cut(code.text)}", status=key)
            elif not is_told:
                is_told = True
                yield spot.finding("ties-without-responses", code=cut(code.text))
            elif documented and not any(statuses.overlap(key, known) for known in documented):
                yield spot.finding(
                    "tie-without-response", code=cut(code.text), status=key, known=tuple(documented)
                )


def check_retries(root: Spot, form: ErrorFormat) -> Iterator[Finding]:
    """`retry: after` where no header and no member has the role `retry`; a header of a response counts for its own."""
    objects = [schema.members for schema in form.schemas if isinstance(schema, ObjectSchema)]
    if _have_retry(form.headers, *objects):
        return
    afters = [
        response.origin
        for response in form.responses
        if response.retry == "after" and not _have_retry(response.headers)
    ]
    if not _have_retry(*(response.headers for response in form.responses)):
        afters += [code.origin for code in form.codes if code.retry == "after"]
    for origin in afters:
        yield Spot(root.scope, (*origin, "retry"), None).finding("retry-without-place")


def _have_retry(*groups: tuple[Member, ...]) -> bool:
    return any(member.role == "retry" for members in groups for member in members)


def check_messages(root: Spot, form: ErrorFormat) -> Iterator[Finding]:
    """Messages with variable parts that are too long for a regular expression."""
    most = root.scope.limits.pattern_length
    told = [(code.origin, code.messages) for code in form.codes]
    told += [(use.origin, use.messages) for response in form.responses for use in response.codes]
    for origin, messages in told:
        for position, text in enumerate(messages):
            if form.placeholder and len(text) > most and engine.matches(form.placeholder, text):
                spot = _spot_of(root, origin)["message"]
                spot = spot[position] if isinstance(spot.value, list) else spot
                yield spot.finding("long-message", got=len(text), want=most, option=option("pattern_length"))


def _spot_of(root: Spot, origin: tuple[str | int, ...]) -> Spot:
    spot = root
    for step in origin:
        spot = spot[step]
    return spot
