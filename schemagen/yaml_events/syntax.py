"""Why a text is no YAML, in words that say what to do; the parsers' own words name tokens.

Works on the text around the place, not on the parser: libyaml and PyYAML's own parser word and place errors
differently, and both are understood. Knows no yaml.
"""

from __future__ import annotations

import dataclasses
import re

from schemagen.yaml_events.problems import SHOWN, cut, position

_LINE = re.compile(
    r"""(?P<lead>[ ]*(?:-[ ]+)*)
        (?:(?P<key> "[^"\n]*" | '[^'\n]*' | [^\s'"\[{&*!|>%@`\#-][^\n]*? | -[^\s][^\n]*? ) [ ]* :(?=[ ]|$) [ ]*)?
        (?P<value>.*)""",
    re.VERBOSE,
)
_LOOKED_AT = 4096  # characters of a line that are looked at
_LINES_ABOVE = 100  # lines over which an unquoted text is followed back
_BLOCKS = {"-": "a list", "|": "a text over several lines", ">": "a text over several lines"}
_CLOSING = {"[": "]", "{": "}"}


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """What a parser said: its words, the indexes they are about, the last scalar before, whether in `[…]`/`{…}`."""

    words: str
    at: int
    context: int
    scalar: tuple[int, int] = (0, 0)  # where the last scalar begins and ends
    flow: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """The slug of a rule, the index that it is about, its facts, and what to do."""

    slug: str
    at: int
    facts: tuple[tuple[str, str | int], ...] = ()
    hint: str = ""


def explain(text: str, fault: Fault) -> Explanation:
    """The rule that `fault` breaks."""
    words = fault.words
    if "tab character" in words or ("start any token" in words and text[fault.at : fault.at + 1] == "\t"):
        return Explanation("tab", fault.at)
    if "nesting depth" in words:  # libyaml reads ahead, and so meets a bound of its own before ours
        return Explanation("too-deep", fault.at)
    if "quoted scalar" in words and "found unexpected" in words:
        return Explanation("unclosed-quote", fault.context, (("quote", text[fault.context]),))
    for needles, explanation in _CASES:
        if any(needle in words for needle in needles):
            return explanation(text, fault)
    return _unknown(text, fault)


def _unknown(_text: str, fault: Fault) -> Explanation:
    return Explanation("syntax", fault.at, (("problem", cut(fault.words)),))


def _escape(text: str, fault: Fault) -> Explanation:
    at = max(text.rfind("\\", fault.context, fault.at + 1), fault.context)
    escape = text[at : at + 2]
    if pair := re.match(r"\\u(d[89ab]..)\\u(d[c-f]..)", text[at : at + 12], re.IGNORECASE):
        both = bytes.fromhex(pair[1] + pair[2]).decode("utf-16-be", "replace")
        hint = f"write the character itself, or \\U{ord(both):08X}" if len(both) == 1 else ""
        return Explanation("escape", at, (("escape", pair[0]),), hint)
    hint = "write the text in single quotes: there a backslash is a backslash"
    return Explanation("escape", at, (("escape", escape),), hint)


def _unquoted(text: str, fault: Fault) -> Explanation:
    at = fault.at if "start any token" in fault.words else fault.context
    return _begins_badly(text, at, flow=fault.flow)


def _begins_badly(text: str, at: int, *, flow: bool = False) -> Explanation:
    character = text[at : at + 1]
    hint = quoting(_rest(text, at, flow=flow))
    if character in _BLOCKS:
        hint = f"{hint}; {_BLOCKS[character]} begins on the next line"
    return Explanation("unquoted", at, (("character", character),), hint)


def _colon(text: str, fault: Fault) -> Explanation:
    """A `: ` where no key can stand: in an unquoted text on this line, or in one that began on a line above."""
    start, key, value = _parts(text, fault.at)
    if key is not None and start <= fault.at:
        if text[start] in "'\"":
            return Explanation("text-after-quote", fault.at, (("quote", text[start]),), quoting(value))
        return Explanation("colon-in-text", fault.at, (), quoting(value))
    above, first = fault.at, None
    for _ in range(_LINES_ABOVE):
        above = _line_start(text, above) - 1
        if above <= 0:
            break
        start, key, value = _parts(text, above)
        if key is not None:
            break
        if value and not value.startswith("#"):
            first = start
    if key is not None and value and above > 0:
        facts = (("line", position(text, start)[0]),)
        return Explanation("indentation", _first(text, fault.at), facts, _INDENT_KEY)
    return _no_colon(text, first) if first is not None else _unknown(text, fault)


_INDENT_KEY = "indent it like its neighbours; or, if it goes on with the text above, quote that text"
_INDENT = "give lines that belong together the same blanks before them"


def _missing_colon(text: str, fault: Fault) -> Explanation:
    return _no_colon(text, _first(text, fault.context))


def _no_colon(text: str, at: int) -> Explanation:
    line = _rest(text, at)
    hint = "a key ends in ':' and a blank; a text over several lines stands in quotes or begins with '|'"
    if re.search(r":[^ ]", line):
        hint = "a blank is missing behind ':'"
    return Explanation("missing-colon", at, (("text", cut(line)),), hint)


def _flow(text: str, fault: Fault) -> Explanation:
    """Inside `[…]` or `{…}`."""
    at_end = not text[fault.at :].strip()
    if "node content" in fault.words and not at_end:
        missing = f"something is missing before {text[fault.at : fault.at + 1]!r}"
        return Explanation("syntax", fault.at, (("problem", missing),))
    opened = fault.context
    if "flow node" in fault.words:
        opened = max(text.rfind("[", 0, fault.at), text.rfind("{", 0, fault.at))
    bracket = text[opened : opened + 1]
    line, _ = position(text, opened)
    same_line = line == position(text, fault.at)[0]
    if same_line and text[fault.at : fault.at + 1] == ":":
        return Explanation("colon-in-text", fault.at, (), "put quotes around the text that holds the colon")
    at = fault.at if same_line or at_end else _first(text, fault.at)
    facts = (
        ("bracket", bracket),
        ("closing", _CLOSING.get(bracket, "]")),
        ("found", "the end of the file" if at_end else cut(_rest(text, at))),
        ("line", line),
    )
    return Explanation("unclosed-bracket", opened if at_end else at, facts)


def _behind(text: str, fault: Fault) -> Explanation:
    """Something stands where the next key or item was due."""
    begin, end = fault.scalar
    quote = text[begin : begin + 1]
    if quote in ("'", '"') and not text[end : fault.at].strip(" "):
        if "\n" in text[begin:end]:
            line = position(text, end)[0]
            hint = f"its next quote stands in line {line}"
            return Explanation("unclosed-quote", begin, (("quote", quote),), hint)
        return Explanation("text-after-quote", fault.at, (("quote", quote),), quoting(_rest(text, begin)))
    if "<document start>" in fault.words and text[: fault.at].rstrip().endswith("\n..."):
        return Explanation("several-documents", fault.at)
    start, _, _ = _parts(text, fault.at)
    if start < fault.at and text[start] in "[{&*!|>":
        return _begins_badly(text, start)
    if _first(text, fault.at) == fault.at:
        return Explanation("indentation", fault.at, (("line", _line_above(text, fault.at)),), _INDENT)
    return _unknown(text, fault)


_CASES = (
    (("escape", "hexdecimal"), _escape),
    (("start any token",), _unquoted),
    (("mapping values are not allowed",), _colon),
    (("could not find expected ':'",), _missing_colon),
    (("while parsing a flow",), _flow),
    (("an alias", "an anchor", "a tag", "tag handle", "block scalar"), _unquoted),
    (("node content", "entries are not allowed", "keys are not allowed"), _unquoted),
    (("expected key", "<block end>", "'-' indicator", "<document start>"), _behind),
)


def value_at(text: str, at: int) -> str:
    """The value on the line of `at`, as it is written, without a comment."""
    start, _, _ = _parts(text, at)
    return _rest(text, start)


def quoting(value: str) -> str:
    """What to do with an unquoted text that must be quoted."""
    if value[:1] in ("'", '"') and value[-1:] == value[:1] and len(value) > 1:
        value = value[1:-1]
    if not value or len(value) > SHOWN:
        return "put quotes around the text"
    if "'" not in value:
        return f"put quotes around the text: '{value}'"
    if '"' not in value and "\\" not in value:
        return f'put quotes around the text: "{value}"'
    return "put quotes around the text: '" + value.replace("'", "''") + "'"


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _first(text: str, at: int) -> int:
    """Where the first character of the line of `at` stands that is no blank."""
    start = _line_start(text, at)
    while text[start : start + 1] == " ":
        start += 1
    return start


def _line_above(text: str, at: int) -> int:
    """The number of the last line above `at` that holds anything."""
    return position(text, len(text[: _line_start(text, at)].rstrip()))[0]


def _rest(text: str, at: int, *, flow: bool = False) -> str:
    """The line from `at` on, without a comment; inside brackets as far as the item goes."""
    line = re.split(r"[\r\n]", text[at : at + _LOOKED_AT], maxsplit=1)[0]
    line = re.split(r"[ \t]#", line, maxsplit=1)[0]
    if flow:
        line = re.split(r"[,\]}]", line, maxsplit=1)[0]
    return line.strip()


def _parts(text: str, at: int) -> tuple[int, str | None, str]:
    """The line of `at`: where its value begins, its key or None, and its value."""
    start = _line_start(text, at)
    match = _LINE.match(_rest_raw(text, start))
    assert match
    return start + match.start("value"), match["key"], match["value"].strip()


def _rest_raw(text: str, at: int) -> str:
    return re.split(r"[\r\n]", text[at : at + _LOOKED_AT], maxsplit=1)[0]
