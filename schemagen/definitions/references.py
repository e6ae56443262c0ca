"""How the schemas of a definition refer to each other: what is never used, what goes in circles, what never ends."""

from __future__ import annotations

from collections.abc import Iterator

from schemagen.definitions.shapes import Shapes
from schemagen.definitions.spots import Spot
from schemagen.findings import Finding
from schemagen.model import Choice, ErrorFormat, PhraseSchema, Reference, Schema, Shape
from schemagen.phrases import references


def check_references(root: Spot, form: ErrorFormat, shapes: Shapes) -> Iterator[Finding]:
    """Findings about the schemas as a whole."""
    yield from _check_loops(root, shapes)
    yield from _check_endless(root, shapes)
    yield from _check_unused(root, form, shapes.schemas)


def _spot(root: Spot, schema: Schema) -> Spot:
    return Spot(root.scope, schema.origin, None)


def _check_loops(root: Spot, shapes: Shapes) -> Iterator[Finding]:
    steps = shapes.looping()
    done: set[str] = set()
    for start in steps:
        path: list[str] = []
        name = start
        while name not in path and name not in done:
            path.append(name)
            name = steps[name]
        if name in path:
            loop = (*path[path.index(name) :], name)
            yield _spot(root, shapes.schemas[name]).finding(
                "phrase-loop", on_key=True, loop=" → ".join(loop[:8])
            )
        done.update(path)


def _check_endless(root: Spot, shapes: Shapes) -> Iterator[Finding]:
    """Objects that always contain an object that always contains one: no body can hold them."""
    schemas, looping = shapes.schemas, shapes.looping()
    users: dict[str, list[str]] = {}
    for name, schema in schemas.items():
        for shape in _shapes(schema):
            for inner in references(shape):
                users.setdefault(inner.name, []).append(name)
    finite: set[str] = set(looping)
    pending = [name for name in schemas if name not in looping]
    while pending:
        name = pending.pop()
        if name in finite or name not in schemas or not _is_finite(schemas[name], finite, schemas):
            continue
        finite.add(name)
        pending += users.get(name, ())
    for name, schema in schemas.items():
        if name not in finite:
            yield _spot(root, schema).finding("endless", on_key=name in root.scope.names, name=name)


def _is_finite(schema: Schema, finite: set[str], schemas: dict[str, Schema]) -> bool:
    """Whether a value of the schema can end, if those of `finite` can."""
    needed = (
        [schema.shape]
        if isinstance(schema, PhraseSchema)
        else [member.shape for member in schema.members if member.presence != "optional"]
    )
    return all(_can_end(shape, finite, schemas) for shape in needed)


def _can_end(shape: Shape, finite: set[str], schemas: dict[str, Schema]) -> bool:
    if isinstance(shape, Reference):
        return shape.name in finite or shape.name not in schemas
    if isinstance(shape, Choice):
        return any(_can_end(option, finite, schemas) for option in shape.options)
    return True  # a list or a map may be empty


def _check_unused(root: Spot, form: ErrorFormat, schemas: dict[str, Schema]) -> Iterator[Finding]:
    shapes = [form.body.shape, *(response.body.shape for response in form.responses if response.body)]
    used: set[str] = set()
    while shapes:
        for reference in references(shapes.pop()):
            if reference.name not in used and reference.name in schemas:
                used.add(reference.name)
                shapes += _shapes(schemas[reference.name])
    for schema in form.schemas:
        if schema.name not in used and schema.origin[:1] == ("schemas",):
            yield _spot(root, schema).finding("unused-schema", on_key=True, name=schema.name)


def _shapes(schema: Schema) -> list[Shape]:
    if isinstance(schema, PhraseSchema):
        return [schema.shape]
    shapes = [member.shape for member in schema.members]
    return shapes if schema.others is None else [*shapes, schema.others]
