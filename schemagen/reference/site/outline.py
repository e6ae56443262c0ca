"""What an error of a format looks like in one line, and where in it each role stands: what tells formats apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemagen.pointers import Pointer, to_text
from schemagen.reference.context import Member, Reference, Schema, Word

_DEEPEST = 12  # objects inside each other
_MARK = {"always": "", "usually": "?", "optional": "?"}


def outline(reference: Reference) -> str:
    """The body in one line: `{ error: { code, path?, inner?: [Error] } }`. A question mark: it may be missing."""
    return _type(reference.body, _by_anchor(reference), ())


def places(reference: Reference) -> dict[str, tuple[str, ...]]:
    """Where each role stands, as pointers into the body (`*` for any item), and names of headers (`Retry-After:`)."""
    found: dict[str, dict[str, None]] = {}
    for role, path in _walk(reference.body, _by_anchor(reference), (), ()):
        found.setdefault(role, {})[to_text(path)] = None
    for header in (*reference.headers, *(one for each in reference.responses for one in each.headers)):
        if header.role:
            found.setdefault(header.role, {})[f"{header.name}:"] = None
    return {role: tuple(paths) for role, paths in found.items()}


def _by_anchor(reference: Reference) -> dict[str, Schema]:
    return {schema.anchor: schema for schema in reference.schemas}


def _type(words: Iterable[Word], schemas: dict[str, Schema], above: tuple[str, ...]) -> str:
    """A type: objects as their members, but for one that is inside itself, which is named."""
    return "".join(
        _schema(schemas[word.anchor], schemas, above)
        if word.anchor in schemas and word.anchor not in above and len(above) < _DEEPEST
        else word.text
        for word in words
    )


def _schema(schema: Schema, schemas: dict[str, Schema], above: tuple[str, ...]) -> str:
    inside = (*above, schema.anchor)
    if not schema.members:
        return schema.name if not schema.type else _type(schema.type, schemas, inside)
    return f"{{ {', '.join(_member(member, schemas, inside) for member in schema.members)} }}"


def _member(member: Member, schemas: dict[str, Schema], above: tuple[str, ...]) -> str:
    name = member.name + _MARK[member.presence]
    return (
        f"{name}: {_type(member.type, schemas, above)}" if any(word.anchor for word in member.type) else name
    )


def _walk(
    words: tuple[Word, ...], schemas: dict[str, Schema], path: Pointer, above: tuple[str, ...]
) -> Iterator[tuple[str, Pointer]]:
    """The roles below a type, and where they stand; a schema that is inside itself is not entered again."""
    text = "".join(word.text for word in words)
    path = (*path, *["*"] * (text.count("list of") + text.count("map of")))
    for word in words:
        schema = schemas.get(word.anchor)
        if schema is None or word.anchor in above or len(above) >= _DEEPEST:
            continue
        inside = (*above, word.anchor)
        if not schema.members:
            yield from _walk(schema.type, schemas, path, inside)
        for member in schema.members:
            if member.role:
                yield member.role, (*path, member.name)
            yield from _walk(member.type, schemas, (*path, member.name), inside)
