"""Text from outside on its way to a sink."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from schemagen.display import shown, shown_lines

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


def test_ordinary_text_is_unchanged() -> None:
    """Letters of any script, typographic marks and emoji are shown as they are."""
    text = "Ungültig: “þjóð” — 電話 👩‍👩‍👧 C:\\temp"
    assert shown(text) == text


def test_terminal_escapes_are_shown_not_sent() -> None:
    """An escape sequence cannot clear the screen or set the title."""
    assert shown("\x1b[2J\x1b]0;owned\x07") == "\\x1b[2J\\x1b]0;owned\\x07"


def test_one_line_stays_one_line() -> None:
    """No kind of line break survives."""
    assert shown("a\nb\r\nc\td\x85e\u2028f\u2029g") == "a\\nb\\r\\nc\\td\\x85e\\u2028f\\u2029g"


def test_bidirectional_controls_are_shown() -> None:
    """Nothing can make a line read in another order than it is written."""
    assert shown(BIDI) == "".join(f"\\u{ord(character):04x}" for character in BIDI)


def test_invisible_characters_are_shown() -> None:
    """Two names that look alike do not look alike here; the joiners of scripts and emoji stay."""
    assert shown("co\u200bde\u00ad\ufeff\u2060\U000e0041") == "co\\u200bde\\xad\\ufeff\\u2060\\U000e0041"
    assert shown("a\u200db") == "a\u200db"


def test_lone_surrogates_are_shown() -> None:
    """A file name of undecodable bytes can be printed."""
    assert shown("a\udcffb") == "a\\udcffb"


def test_what_a_runner_would_obey_is_shown_not_sent() -> None:
    """Commands to GitHub Actions, Azure Pipelines and TeamCity do not act in a log; what only looks similar stays."""
    assert shown("::error::x") == "\\x3a:error::x"
    assert shown_lines("a\n \u3000::x") == "a\n \u3000\\x3a:x"
    assert shown("a ##[error]b") == "a #\\x23[error]b"
    assert shown("##vso[task.setvariable]x") == "#\\x23vso[task.setvariable]x"
    assert shown("###[a]") == "##\\x23[a]"
    assert shown("a::b # [x] ## y #[z] fe80::1") == "a::b # [x] ## y #[z] fe80::1"


def test_long_text_is_cut_and_marked() -> None:
    """What is left out is marked; an escape is never cut in two."""
    assert shown("abcdef", 3) == "abc…"
    assert shown("ab\x1bdef", 3) == "ab\\x1b…"
    assert shown("abc", 3) == "abc"


def test_several_lines_keep_their_line_feeds() -> None:
    """A file is shown line by line, with everything but its line feeds escaped."""
    assert shown_lines("a\n\x1bb\n") == "a\n\\x1bb\n"


@given(ANY_TEXT)
def test_shown_text_is_safe(text: str) -> None:
    """Whatever comes in, what goes out has no controls and can be encoded."""
    out = shown(text)
    assert not [character for character in out if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not set(out) & set(BIDI)
    out.encode("utf-8")
    assert shown(out) == out


@given(st.text(st.sampled_from(":# \x1b[]va\n"), max_size=12))
def test_shown_text_begins_no_command(text: str) -> None:
    """However escapes, blanks and signs follow each other."""
    out = shown(text)
    assert not out.lstrip().startswith("::")
    assert not re.search(r"##\w*\[", out)
    assert shown(out) == out
