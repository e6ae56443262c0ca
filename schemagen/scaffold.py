"""A commented definition to start from: for nothing known yet, or for one example of an error body.

Shapes come from the example's values. What members are for is never inferred: a role is suggested in a comment, from
the member's name, and takes effect when a person writes it.
"""

from __future__ import annotations

import re
import urllib.parse
from typing import Any

from schemagen.filenames import is_device
from schemagen.rendering import render, to_yaml

_START: dict[str, Any] = {
    "error": {"code": "user_not_found", "message": "There is no such user.", "status": 404}
}

# Texts that are certainly of a format; the fewer, the better: a format that is not meant refuses good responses.
_FORMATS = {
    "uuid": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE),
    "date-time": re.compile(
        r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"
        r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
    ),
    "uri": re.compile(r"https?://[a-z0-9.-]+(/[A-Za-z0-9._~/#-]*)?"),
}
_FLAGS = ("ok", "success")  # members that say whether it went well
_ROLES = {
    "code": ("code", "errorcode", "errcode", "error", "key"),
    "message": ("message", "msg", "errormessage", "errmsg", "detail", "description", "errordescription"),
    "status": ("status", "statuscode", "httpstatus", "httpstatuscode"),
    "id": ("id", "requestid", "traceid", "correlationid", "errorid"),
    "timestamp": ("timestamp", "time", "date", "datetime"),
    "path": ("path", "instance", "field", "pointer", "param", "parameter"),
    "reason": ("reason", "subcode", "check"),
    "title": ("title",),
    "docs": ("docs", "documentation", "documentationurl", "moreinfo", "help", "errorurl"),
    "retry": ("retryafter",),
}


def scaffold(
    name: str,
    *,
    file: str = "",
    body: Any = None,
    status: int | None = None,
    schema: str = "",
    built: bool = False,
) -> str:
    """The text of a definition (YAML) that passes `check`.

    `name` becomes id and title. `body` is an example of an error body, a JSON value; without it, a usual one stands in
    its place. `status` is the HTTP status the example came with; without it, the status that the example itself
    carries, else 400. `file` is the file that the text will be in, for its first lines. `schema` is the path, as seen
    from there, of the schema that editors read, and `built` whether it is there already.
    """
    example = _START if body is None else body
    identifier = _identifier(name)
    came_with = status or _carried(example) or 400
    schemas: dict[str, list[str]] = {}
    has_members = _has_members(example)
    members = _members([example], schemas) if has_members else []
    phrase = "" if has_members else _phrase([example], "Error", schemas)
    if body is None:  # the example is ours, and so are its roles
        schemas = {name: [_adopted(line) for line in lines] for name, lines in schemas.items()}
    return render(
        "definition.yaml.j2",
        schema="".join(
            urllib.parse.quote(one) if one.isspace() or not one.isprintable() else one for one in schema
        ),
        built=built,
        file=_one_line(file or f"{identifier}.yaml"),
        id=_one_line(identifier),
        prefix=_one_line(_pascal(identifier, "X")),
        title=_one_line(name.strip() or identifier),
        members=members,
        phrase=phrase,
        schemas=schemas,
        status=came_with,
        when=to_yaml({"when": condition}).splitlines() if (condition := _when(came_with, example)) else [],
        examples=to_yaml([{"status": came_with, "body": example}]).splitlines(),
    )


def _phrase(values: list[Any], name: str, schemas: dict[str, list[str]]) -> str:
    """What all of `values` have in common, as a phrase; a schema for the objects among them is added to `schemas`."""
    objects = [value for value in values if _has_members(value)]
    lists = [value for value in values if isinstance(value, list)]
    shapes = {_type(value) for value in values if not _has_members(value) and not isinstance(value, list)}
    if objects:
        shapes.add(_object(objects, name, schemas))
    if lists:
        items = [item for value in lists for item in value]
        of = _phrase(items, _singular(name), schemas) if items else "any"
        shapes.add(f"list of ({of})" if " or " in of else f"list of {of}")
    if "number" in shapes:
        shapes.discard("integer")
    if shapes == {"null"}:
        return "any"  # one null says nothing about what else may be there
    return " or ".join(sorted(shapes, key=lambda shape: (shape == "null", shape)))


def _object(values: list[dict[str, Any]], name: str, schemas: dict[str, list[str]]) -> str:
    """Adds the schema of objects like `values` to `schemas`, before those that it needs, and gives its name."""
    unique = _unique(_pascal(name, "Part"), schemas)
    lines = schemas[unique] = []
    lines += _members(values, schemas)
    return unique


def _members(values: list[dict[str, Any]], schemas: dict[str, list[str]]) -> list[str]:
    """The lines of the members of objects like `values`, with roles suggested in comments."""
    lines: list[str] = []
    suggested: set[str | None] = {None}
    for member in dict.fromkeys(member for value in values for member in value):
        present = [value[member] for value in values if member in value]
        phrase = _phrase(present, member, schemas)
        line = phrase if len(present) == len(values) else f"optional {phrase}"
        role = _role(member, present)
        comment = "" if role in suggested else f"  # {line} as {role}?"
        suggested.add(role)
        key = "$" + member if member.startswith("$") else member
        lines += (to_yaml({key: line}).rstrip("\n") + comment).split("\n")
    return lines


def _when(status: int, example: Any) -> dict[str, Any]:
    """What makes an error of a response like `example`, where its status does not; the rest of its class may be good."""
    if status >= 400:
        return {}
    condition: dict[str, Any] = {"status": f"{status // 100}00-{status // 100}99"}
    if _has_members(example):
        flag = next((name for name in example if name.lower() in _FLAGS and example[name] is False), None)
        return {**condition, **({"has": next(iter(example))} if flag is None else {"body": {flag: False}})}
    return condition


def _adopted(line: str) -> str:
    """A member's line with the role that its comment suggests."""
    member, _, suggestion = line.partition("  # ")
    return f"{member.partition(':')[0]}: {suggestion.rstrip('?')}" if suggestion else line


def _has_members(value: Any) -> bool:
    """Whether it is an object whose members can be written down; a member without a name cannot."""
    return isinstance(value, dict) and bool(value) and "" not in value


def _type(value: Any) -> str:
    """What a value is that has no schema of its own."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return next((name for name, form in _FORMATS.items() if form.fullmatch(value)), "string")
    return "object"


def _role(member: str, values: list[Any]) -> str | None:
    """The role that a member of this name often has, if its values allow it."""
    if any(isinstance(value, dict | list | bool | None) for value in values):
        return None
    folded = re.sub(r"[^a-z]", "", member.lower())
    role = next((role for role, names in _ROLES.items() if folded in names), None)
    if role == "status" and not all(_is_status(value) for value in values):
        return None
    return role


def _carried(body: Any) -> int | None:
    """The first HTTP error status that stands in the body as a member of an object, the outermost first."""
    level = [body]
    while level:
        objects = [value for value in level if isinstance(value, dict)]
        for value in (value for item in objects for value in item.values()):
            if _is_status(value) and int(value) >= 400:
                return int(value)
        level = [value for item in objects for value in item.values()]
        level += [value for item in level if isinstance(item, list) for value in item]
    return None


def _is_status(value: Any) -> bool:
    return not isinstance(value, bool) and re.fullmatch("[1-5][0-9][0-9]", str(value)[:4]) is not None


def _identifier(name: str) -> str:
    """`name` as an id: `[a-z0-9][a-z0-9-]{0,62}`, and no device of Windows."""
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()).strip("-")
    identifier = words[:63].rstrip("-") or "my-api"
    return f"{identifier}-api" if is_device(identifier) else identifier


def _pascal(name: str, fallback: str) -> str:
    """`name` as the name of a schema or a prefix: ASCII letters and digits, capitalised."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    text = "".join(word[0].upper() + word[1:] for word in words)[:40]
    return text if text[:1].isalpha() else fallback + text


def _singular(name: str) -> str:
    return name[:-1] if len(name) > 3 and name.endswith("s") and not name.endswith("ss") else name


def _unique(name: str, taken: dict[str, list[str]]) -> str:
    """`name`, numbered where it is taken; names that begin with `Body` belong to the compiler."""
    stem = "Part" + name if name.startswith("Body") else name
    number = 2
    unique = stem
    while unique in taken:
        unique, number = f"{stem}{number}", number + 1
    return unique


def _one_line(text: str) -> str:
    """`text` as a YAML scalar on one line."""
    return to_yaml(" ".join(text.split())).rstrip("\n")
