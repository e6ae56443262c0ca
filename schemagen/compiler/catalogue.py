"""The catalogue: which codes and texts belong to which status."""

from __future__ import annotations

import urllib.parse

from schemagen import contract, engine, model, statuses

# What may stand for itself in no regular expression: ECMA-262, SyntaxCharacter.
_SYNTAX = frozenset("^$\\.*+?()[]{}|")


def compile_codes(form: model.ErrorFormat) -> tuple[contract.Code, ...]:
    """The entries with the union of their ties, their texts by status, and their links filled in."""
    uses: dict[str, list[tuple[str, model.CodeUse]]] = {}
    for response in form.responses:
        for use in response.codes:
            uses.setdefault(use.code, []).append((response.key, use))
    return tuple(_compile_code(code, form, uses.get(code.text, [])) for code in form.codes)


def _compile_code(
    code: model.Code, form: model.ErrorFormat, uses: list[tuple[str, model.CodeUse]]
) -> contract.Code:
    tied = [*code.statuses, *(key for key, _ in uses)]
    texts = [_compile_text(text, (), form.placeholder) for text in code.messages]
    texts += [_compile_text(text, (key,), form.placeholder) for key, use in uses for text in use.messages]
    template = code.docs or form.docs
    return contract.Code(
        text=code.text,
        value=code.value,
        meaning=code.meaning,
        texts=tuple(texts),
        statuses=tuple(sorted(set(tied), key=statuses.sort_key)),
        retry=code.retry,
        deprecated=code.deprecated,
        docs=template.replace("{code}", urllib.parse.quote(code.text, safe="")) if template else None,
        origin=code.origin,
    )


def _compile_text(text: str, keys: tuple[str, ...], placeholder: str | None) -> contract.Text:
    gaps = engine.spans(placeholder, text) if placeholder else ()
    if not gaps:
        return contract.Text(text, keys)
    pattern, end = "", 0
    for start, stop in gaps:
        pattern += _escape(text[end:start]) + "[\\s\\S]*"
        end = stop
    return contract.Text(text, keys, f"^{pattern}" + (f"{_escape(text[end:])}$" if text[end:] else ""))


def _escape(text: str) -> str:
    return "".join("\\" + character if character in _SYNTAX else character for character in text)


def reaches(tied: str, key: str, documented: frozenset[str]) -> bool:
    """Whether a code tied to the status `tied` may be expected where the response `key` judges.

    A class and `default` judge what no response of its own does: with 404 documented, a code tied to 404 is not one
    of 4XX.
    """
    if not statuses.overlap(tied, key):
        return False
    if statuses.sort_key(tied)[0] >= statuses.sort_key(key)[0]:
        return True
    between = {tied} if key != statuses.DEFAULT else {tied, f"{tied[0]}XX"}
    return not between & documented


def is_tied(code: contract.Code, key: str, documented: frozenset[str]) -> bool:
    """Whether the source ties the code to a status that the response `key` judges."""
    return any(reaches(tied, key, documented) for tied in code.statuses)


def codes_of(
    codes: tuple[contract.Code, ...], key: str, documented: frozenset[str]
) -> tuple[contract.Code, ...]:
    """The codes of a status: those tied to it and those tied to none."""
    return tuple(code for code in codes if not code.statuses or is_tied(code, key, documented))


def texts_of(code: contract.Code, key: str, documented: frozenset[str]) -> tuple[contract.Text, ...]:
    """The texts of the pair (status, code): the code's own and those of that status."""
    return tuple(
        text
        for text in code.texts
        if not text.statuses or any(reaches(tied, key, documented) for tied in text.statuses)
    )


def texts_anywhere(code: contract.Code, documented: frozenset[str]) -> tuple[contract.Text, ...]:
    """All texts of a code, if each of its statuses has some; else none, because another status may have any text."""
    if code.texts and all(texts_of(code, key, documented) for key in code.statuses):
        return code.texts
    return ()


def match_texts(texts: tuple[contract.Text, ...]) -> tuple[str, list[str] | str]:
    """The keyword and its value that accept exactly these texts: an `enum`, or a `pattern` if a text has variable parts.

    The pattern ends in `$`: the linear engines know no look-ahead. (Python's `re`, which none of our engines uses,
    would let a final line break pass.)
    """
    if all(text.pattern is None for text in texts):
        return "enum", list(dict.fromkeys(text.text for text in texts))
    parts = dict.fromkeys(text.pattern or f"^{_escape(text.text)}$" for text in texts)
    return "pattern", "|".join(parts)
