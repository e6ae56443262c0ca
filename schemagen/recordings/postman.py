"""Postman collections v2.x: the saved examples of their requests, in folders of any depth.

`{{name}}` in a URL is filled in from the collection's own variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.pointers import Pointer
from schemagen.recordings.entries import find_entries, read_entries
from schemagen.recordings.fields import (
    BrokenError,
    read_headers,
    read_json,
    read_object,
    read_status,
)
from schemagen.recordings.form import Form, Item, Recording
from schemagen.recordings.slices import Slice, find_list, find_members

_MARKS = (b"schema.getpostman.com", b"schema.postman.com", b'"_postman_id"')
_DEEPEST = 30  # folders in folders
_VARIABLE = re.compile(r"\{\{([^{}]{1,100})\}\}")


def _detects(data: bytes) -> bool:
    return any(mark in data for mark in _MARKS) and _find_root(data) is not None


def _find_root(data: bytes) -> tuple[str, ...] | None:
    """Where the collection is: the file, or its only member, as Postman's API answers. Newman's reports have more."""
    if find_list(data, "item") is not None:
        return ()
    is_wrapped = find_list(data, "collection", "item") is not None and len(find_members(data)) == 1
    return ("collection",) if is_wrapped else None


def _read(recording: Recording) -> Iterator[Item]:
    data = recording.data
    root = _find_root(data)
    if root is None:
        yield recording.find("no-entries", want="item")
        return
    variables = _read_variables(recording, root)

    def read(_: Recording, response: dict[str, Any], origin: Origin) -> Iterator[Item]:
        if "item" in response:
            raise BrokenError(f"its folders are nested deeper than {_DEEPEST}")
        request = read_request(response.get("originalRequest"), variables)
        yield Exchange(origin, _read_response(response), request)

    yield from read_entries(recording, _find_examples(data, root), read)


def _find_examples(data: bytes, root: tuple[str, ...], depth: int = 0) -> Iterator[tuple[Slice, Pointer]]:
    """The examples in a collection, folder or request; where it is cut off, a slice that is not whole is the last."""
    for item, pointer in find_entries(data, *root, "item"):
        if depth == _DEEPEST:
            yield item, pointer  # `read` says that it is too deep
            continue
        piece = data[item.start : item.end]
        for places in (find_entries(piece, "response"), _find_examples(piece, (), depth + 1)):
            for place, inner in places:
                found = Slice(item.start + place.start, item.start + place.end, place.whole)
                yield found, (*pointer, *inner)
        if not item.whole:
            yield item, pointer


def _read_variables(recording: Recording, root: tuple[str, ...]) -> dict[str, str]:
    variables = {}
    for item, _ in find_entries(recording.data, *root, "variable"):
        try:
            variable = read_object(read_json(recording.data[item.start : item.end], recording.limits), "it")
        except BrokenError:
            continue
        key, value = variable.get("key") or variable.get("id"), variable.get("value")
        if isinstance(key, str) and isinstance(value, str):
            variables[key] = value
    return variables


def _read_response(response: dict[str, Any]) -> Response:
    status = read_status({"status": response["code"]} if "code" in response else {})
    body = response.get("body", b"")
    if not isinstance(body, (str, bytes, type(None))):
        raise BrokenError("its body is {}, not a text", got=body)
    raw = body.encode() if isinstance(body, str) else b"" if body is None else None
    return Response(status, read_fields(response.get("header")), raw, decoded=True)


def read_fields(value: Any) -> tuple[tuple[str, str], ...]:
    """Headers as Postman and Newman write them: a list of `{key, value}`, or one text with a header a line.

    Raises:
        BrokenError: they are neither.
    """
    if isinstance(value, str):
        return read_headers([line.split(":", 1) for line in value.split("\n") if ":" in line])
    if isinstance(value, list):
        named = [
            {"name": each.get("key"), "value": each.get("value")} if isinstance(each, dict) else each
            for each in value
            if not (isinstance(each, dict) and each.get("disabled") is True)
        ]
        return read_headers(named)
    return read_headers(value)


def read_request(value: Any, variables: dict[str, str]) -> Request | None:
    """The request of an example or of a run: a URL alone, or an object with method and URL."""
    if isinstance(value, str):
        value = {"url": value, "method": "GET"}
    if not isinstance(value, dict):
        return None
    method = value.get("method")
    url = _VARIABLE.sub(lambda found: variables.get(found[1], found[0]), _read_url(value.get("url")))
    return Request(method if isinstance(method, str) else "", url) if method or url else None


def _read_url(url: Any) -> str:
    """A URL, which is a text, or has one in `raw`, or is in parts."""
    if isinstance(url, str) or not isinstance(url, dict):
        return url if isinstance(url, str) else ""
    if isinstance(url.get("raw"), str):
        return str(url["raw"])
    host, path = (_join(url.get(name), mark) for name, mark in (("host", "."), ("path", "/")))
    scheme, port, query = url.get("protocol"), url.get("port"), url.get("query")
    pairs = [each for each in query if isinstance(each, dict)] if isinstance(query, list) else []
    query = "&".join(
        f"{each.get('key')}={each.get('value') or ''}" for each in pairs if not each.get("disabled")
    )
    return "".join(
        (
            f"{scheme}://" if isinstance(scheme, str) else "",
            host,
            f":{port}" if isinstance(port, str) and port else "",
            f"/{path}" if path else "",
            f"?{query}" if query else "",
        )
    )


def _join(value: Any, mark: str) -> str:
    if isinstance(value, list):
        return mark.join(part for part in value if isinstance(part, str))
    return value.strip("/") if isinstance(value, str) else ""


FORM = Form("postman", "Postman collections v2 with saved examples", _detects, _read)
