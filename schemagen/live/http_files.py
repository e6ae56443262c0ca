"""Files of requests as editors use them (`.http`, `.rest`): those of VS Code's REST Client and of JetBrains' HTTP Client.

Requests stand between lines of `###`, each with its headers and its body; `@name = value` gives `{{name}}` a value.
Scripts are never run, responses never written, and the environment is not read: what a file needs of it comes by `--var`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.live.calls import Call, checked
from schemagen.live.variables import Values

_VARIABLE = re.compile(r"@([\w.-]+)\s*=\s*(.*)")
_REQUEST = re.compile(r"(?:([A-Za-z]+)\s+)?(\S.*?)(?:(?<=\S)\s+HTTP/[\d.]+)?")
_COMMENT = re.compile(r"\s*(?:#|//)")
_HANDLER = re.compile(r"(?:>\s*\{%|>{1,2}!?\s+\S|<>\s+\S)")  # JetBrains: what is to be done with the response
_INCLUDED = re.compile(r"<(@)?(?:\w+)?\s+(\S.*)")

Included = Callable[[str], bytes]


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A line of the file and its number, from 1."""

    number: int
    text: str


def parse(text: str, name: str, variables: Mapping[str, str], included: Included) -> list[Call]:
    """The requests of a file. `variables` win over those of the file; `included` reads a file that a body names.

    Raises:
        InputError: a request cannot be understood, or a variable has no value (file and line are named); or no request
            uses one of `variables`.
    """
    lines = [
        Line(number, line) for number, line in enumerate(re.split(r"\r?\n", text.lstrip("\ufeff")), start=1)
    ]
    values = Values(name, {**dict(_definitions(lines)), **variables})
    read = (_read(block, name, values, included) for block in _blocks(lines))
    calls = [call for call in read if call is not None]
    if calls:
        values.check_use(variables)
    return calls


def include_from(folder: Path, most: int) -> Included:
    """Reads the files that bodies name: regular ones below `folder`, wherever links lead, of at most so many bytes.

    It raises InputError.
    """

    def read(name: str) -> bytes:
        home, path = folder.resolve(), (folder / name).resolve()
        if not path.is_relative_to(home):
            raise InputError(f"{shown(name)}: it is outside of the folder of the requests")
        try:
            if not path.is_file():
                raise InputError(f"{shown(name)}: there is no such file")
            with path.open("rb") as file:
                data = file.read(most + 1)
        except (OSError, ValueError) as problem:
            raise InputError(f"{shown(name)}: it cannot be read") from problem
        if len(data) > most:
            raise InputError(f"{shown(name)}: more than {most} bytes")
        return data

    return read


def _definitions(lines: list[Line]) -> Iterator[tuple[str, str]]:
    for line in lines:
        match = _VARIABLE.fullmatch(line.text.strip())
        if match:
            yield match[1], match[2].strip()


def _blocks(lines: list[Line]) -> Iterator[list[Line]]:
    """The lines of each request."""
    block: list[Line] = []
    for line in lines:
        if line.text.startswith("###"):
            yield block
            block = []
        else:
            block.append(line)
    yield block


def _read(block: list[Line], name: str, values: Values, included: Included) -> Call | None:
    """The request of a block, or None where there is none."""
    rest = _without_preface(block)
    if not rest:
        return None
    start, *rest = rest
    target = start.text.strip()
    while rest and re.match(r"\s+[?&/]", rest[0].text):  # the query may go on in further lines
        target += rest.pop(0).text.strip()
    match = _REQUEST.fullmatch(values.fill(target, start.number))
    where = f"{name}:{start.number}"
    if match is None or match[1] == "curl":  # the REST Client knows these, too
        raise InputError(f"{where}: a request begins with a method and a URL, such as GET https://…")
    headers: list[tuple[str, str]] = []
    while rest and rest[0].text.strip():
        line = rest.pop(0)
        if not _COMMENT.match(line.text):
            headers.append(_header(line, name, values))
    body = _body(rest[1:], headers, name, values, included)
    url = _absolute(match[2], headers)
    return checked(Call((match[1] or "GET").upper(), url, tuple(headers), body, start.number), where)


def _without_preface(block: list[Line]) -> list[Line]:
    """The lines of a block from its request line on: without blanks, comments, variables and a script that comes before."""
    rest = list(block)
    while rest:
        text = rest[0].text.strip()
        if re.match(r"<\s*\{%", text):
            while rest and "%}" not in rest[0].text:
                rest.pop(0)
        elif (
            text and not _COMMENT.match(text) and not _VARIABLE.fullmatch(text) and not text.startswith("< ")
        ):
            break
        if rest:
            rest.pop(0)
    return rest


def _header(line: Line, name: str, values: Values) -> tuple[str, str]:
    key, colon, value = values.fill(line.text, line.number).partition(":")
    if not colon:
        raise InputError(
            f"{name}:{line.number}: no header (Name: value); a blank line must stand between headers and body"
        )
    return key.strip(), value.strip()


def _absolute(url: str, headers: list[tuple[str, str]]) -> str:
    """The URL; one that is only a path is that of the header Host, which is then sent anyway."""
    host = next((value for key, value in headers if key.lower() == "host"), "")
    if not url.startswith("/") or not host:
        return url
    return f"http{'s' if host.endswith((':443', ':8443')) else ''}://{host}{url}"


def _body(
    lines: list[Line], headers: list[tuple[str, str]], name: str, values: Values, included: Included
) -> bytes | None:
    texts: list[str | bytes] = []
    for line in lines:
        if _HANDLER.match(line.text):
            break
        match = _INCLUDED.fullmatch(line.text)
        if match:
            data = _include(match[2].strip(), f"{name}:{line.number}", included)
            texts.append(values.fill(data.decode("utf-8", "replace"), line.number) if match[1] else data)
        else:
            texts.append(values.fill(line.text, line.number))
    while texts and not texts[-1]:
        texts.pop()
    if not texts:
        return None
    media = next((value.lower() for key, value in headers if key.lower() == "content-type"), "")
    end = b"\r\n" if media.startswith("multipart/") else b"\n"  # RFC 2046, section 5.1.1
    if media.startswith("application/x-www-form-urlencoded"):
        end, texts = b"", [text.strip() for text in texts]
    return end.join(
        text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape") for text in texts
    )


def _include(path: str, where: str, included: Included) -> bytes:
    try:
        return included(path)
    except InputError as problem:
        raise InputError(f"{where}: {problem}") from problem
