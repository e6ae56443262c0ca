"""Rules of the stage `source`: what is wrong with a definition as a YAML text, before it means anything."""

from __future__ import annotations

from schemagen.rules.rule import Rule, Severity, table

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

RULES: tuple[Rule, ...] = table(
    "source",
    # the file
    ("too-large", _ERROR, "The file is too large", "the file has {size} bytes; the limit is {limit}"),
    ("empty", _ERROR, "The file holds nothing", "there is nothing in this file but blanks and comments"),
    ("not-utf8", _ERROR, "The file is not UTF-8", "this is not UTF-8: {what}"),
    (
        "control-character",
        _ERROR,
        "A control character stands in the file",
        "the control character {character} may not stand in a YAML file",
    ),
    (
        "invisible-character",
        _WARNING,
        "A character stands in the file that nobody sees",
        "{character} ({name}) stands here and does not show",
    ),
    # what YAML is made of
    ("syntax", _ERROR, "The file is no YAML", "this is no YAML: {problem}"),
    ("tab", _ERROR, "A tab indents a line", "a tab stands where only blanks may indent a line"),
    (
        "indentation",
        _ERROR,
        "A line is not indented like its neighbours",
        "this line is not indented so that it can follow line {line}",
    ),
    ("missing-colon", _ERROR, "A line is no `key: value`", "this line is no 'key: value': {text}"),
    (
        "colon-in-text",
        _ERROR,
        "A colon and a blank stand inside an unquoted text",
        "a colon with a blank behind it stands inside an unquoted text",
    ),
    (
        "unquoted",
        _ERROR,
        "An unquoted text begins with a character that means something else in YAML",
        "an unquoted text may not begin with {character}",
    ),
    (
        "text-after-quote",
        _ERROR,
        "A text goes on behind its closing quote",
        "the text goes on behind its closing {quote}",
    ),
    ("unclosed-quote", _ERROR, "A quote is not closed", "the {quote} that opens here is not closed"),
    (
        "unclosed-bracket",
        _ERROR,
        "A bracket is not closed, or a comma is missing inside it",
        "',' or '{closing}' is missing before {found}: the '{bracket}' in line {line} is still open",
    ),
    (
        "escape",
        _ERROR,
        "A backslash in double quotes makes no character",
        "{escape} stands for no character: in double quotes a backslash begins an escape",
    ),
    # what YAML allows and a definition does not
    (
        "duplicate-key",
        _ERROR,
        "A key stands twice in a mapping",
        "the key {name} stands here a second time; the first is in line {first}",
    ),
    (
        "key-not-text",
        _ERROR,
        "A key is no text",
        "{what} stands where a key must stand, and a key is a text",
    ),
    ("merge-key", _ERROR, "`<<` is not supported", "'<<' does not merge: write the members out"),
    ("tag", _ERROR, "A value has a tag", "the tag {tag} is not allowed: a definition is plain data"),
    (
        "unknown-anchor",
        _ERROR,
        "An alias names no anchor",
        "*{name} repeats a value marked &{name}, and there is none above",
    ),
    ("unused-anchor", _WARNING, "An anchor is never used", "&{name} marks a value that nothing repeats"),
    ("cycle", _ERROR, "A value contains itself", "*{name} stands inside the value that it repeats"),
    (
        "number",
        _ERROR,
        "A number is none that JSON can carry",
        "{text} is no number that JSON can carry: at most 64 bits, not infinite",
    ),
    (
        "several-documents",
        _ERROR,
        "The file holds more than one document",
        "a second document begins here; a file holds one definition",
    ),
    (
        "comment-in-text",
        _WARNING,
        "A comment begins after a single blank behind an unquoted text",
        "the text ends before '#': what is read is {text}",
    ),
    (
        "item-in-text",
        _WARNING,
        "A text over several lines swallows what looks like an item of a list",
        "the text that begins here goes on in line {line}, which looks like an item of a list",
    ),
    # limits
    (
        "too-deep",
        _ERROR,
        "The file nests too deep",
        "more than {limit} lists and mappings stand inside each other",
    ),
    (
        "too-many-nodes",
        _ERROR,
        "The file holds too much, aliases counted with what they repeat",
        "the file holds more than {limit} keys and values, aliases counted with what they repeat",
    ),
)
