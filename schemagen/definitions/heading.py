"""What a definition says about itself: id, prefix, sources, servers, media types, links, rules, placeholder."""

from __future__ import annotations

import re
import urllib.parse

from schemagen import engine
from schemagen.definitions.spots import Reading, Spot, cut
from schemagen.filenames import is_device
from schemagen.model import RULE_NAMES, Retry, Rules

_PARAMETERS = re.compile(
    r"""(?:[ \t]*;[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+=(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|"[^"\\\r\n]*"))*"""
)
_HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:.]+")


def read_id(root: Spot) -> Reading[str]:
    """The id; empty if there is none."""
    spot = root["id"]
    if is_device(spot.value or ""):
        yield spot.bad("a name that Windows does not keep for devices", hint="add a word: 'con-api'")
    return spot.value or ""


def read_prefix(root: Spot, identity: str) -> Reading[str]:
    """The prefix of component names, by default the id in PascalCase."""
    if root["prefix"].value is not None:
        return str(root["prefix"].value)
    if identity[:1].isdigit() and not root.scope.unfit & {("prefix",)}:
        yield root["id"].finding("prefix-required", id=identity)
    return "".join(word[:1].upper() + word[1:] for word in identity.split("-"))


def read_texts(spot: Spot) -> Reading[tuple[str, ...]]:
    """A text, or a list of texts without repetitions."""
    found: dict[str, None] = {}
    for item in spot.each():
        if item.value in found:
            yield item.finding("said-twice", name=cut(item.written))
        found[item.value] = None
    return tuple(found)


def read_servers(root: Spot) -> Reading[tuple[str, ...]]:
    """Base URLs: with a host, without what no base URL has."""
    found = yield from read_texts(root["servers"])
    for item in root["servers"].items():
        problem = _server_problem(item.value)
        if problem:
            yield item.bad("a base URL such as https://api.example.com/v1", hint=problem)
    return found


def _server_problem(text: str) -> str:
    try:
        parts = urllib.parse.urlsplit(text)
        _ = parts.port
    except ValueError:
        return "its host or port cannot be read"
    if "{" in text or "*" in text:
        return "a variable part matches nothing: list each server"
    if parts.username is not None or parts.password is not None:
        return "leave out what stands before '@': a definition holds no credentials"
    if "?" in text or "#" in text:
        return "leave out what begins with '?' or '#'"
    return "" if _HOST.fullmatch(parts.hostname or "") else "its host cannot be read"


def read_media(spot: Spot) -> Reading[tuple[str, ...]]:
    """Media types with a valid syntax (RFC 9110, section 8.3.1)."""
    found = yield from read_texts(spot)
    for item in spot.each():
        yield from _check_media(item)
    return found


def read_one_media(spot: Spot) -> Reading[str | None]:
    """A single media type, or None."""
    if spot.value is not None:
        yield from _check_media(spot)
    return spot.value  # type: ignore[no-any-return]


def _check_media(spot: Spot) -> Reading[None]:
    essence, _, _ = spot.value.partition(";")
    if "*" in essence:
        yield spot.bad("one media type", hint="list each of them; '*' matches nothing here")
    elif not _PARAMETERS.fullmatch(spot.value[len(essence.rstrip()) :]):
        yield spot.bad("a media type such as application/json", hint="a parameter is written '; name=value'")


def read_link(spot: Spot) -> Reading[str | None]:
    """A link to documentation, in which `{code}` may stand."""
    if spot.value is None:
        return None
    try:
        has_host = bool(urllib.parse.urlsplit(spot.value).hostname)
    except ValueError:
        has_host = False
    if not has_host:
        yield spot.bad("a URL such as https://api.example.com/errors#{code}", hint="its host cannot be read")
    elif re.search(r"[{}]", spot.value.replace("{code}", "")):
        yield spot.bad("a URL in which {code} is the only variable part")
    return str(spot.value)


def read_rules(root: Spot) -> Rules:
    """How strictly each list is meant."""
    said = {name: root["rules"][name].value for name in RULE_NAMES}
    return Rules(**{name: value for name, value in said.items() if value is not None})


def read_retry(spot: Spot) -> Retry | None:
    """Whether to try again."""
    if spot.value is None:
        return None
    return "after" if spot.value == "after" else "yes" if spot.value else "no"


def check_pattern(spot: Spot) -> Reading[bool]:
    """Whether a regular expression may stand in a definition."""
    problem = engine.pattern_problem(spot.value, spot.scope.limits)
    if problem:
        yield spot.finding("bad-pattern", name=spot.name, problem=problem)
    return not problem


def read_placeholder(root: Spot) -> Reading[str | None]:
    """The pattern of a variable part in a message, which is never empty."""
    spot = root["placeholder"]
    if spot.value is None:
        return None
    if not (yield from check_pattern(spot)):
        return None
    if engine.fast({"pattern": spot.value}).accepts(""):
        yield spot.finding("empty-placeholder")
    return str(spot.value)
