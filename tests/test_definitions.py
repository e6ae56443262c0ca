"""From a document to an error format: what each construct of the language becomes."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from schemagen import definitions, documents
from schemagen.findings import Finding, Severity
from schemagen.model import (
    Body,
    Choice,
    CodeUse,
    Condition,
    ErrorFormat,
    Many,
    Member,
    ObjectSchema,
    PhraseSchema,
    Reference,
    Rules,
    Scalar,
    Schema,
)

SPECS = sorted((Path(__file__).parents[1] / "specs").glob("*.yaml"))
BASE = {
    "schemagen": "schemagen: 1",
    "id": "id: shop",
    "title": "title: Shop API",
    "source": "source: https://shop.example/errors",
    "body": "body: {code: string as code, message: string as message}",
}


def named(form: ErrorFormat, name: str) -> Schema:
    """The schema of that name."""
    return next(schema for schema in form.schemas if schema.name == name)


def merged(piece: str) -> str:
    """A whole definition with the top-level keys of `piece` in place of those of a small one."""
    piece = textwrap.dedent(piece).strip("\n")
    keys = {line.partition(":")[0] for line in piece.splitlines() if line[:1].isalpha()}
    return "\n".join([*(line for key, line in BASE.items() if key not in keys), piece, ""])


def read(text: str) -> tuple[ErrorFormat | None, list[Finding]]:
    """What a definition written in YAML means, and all that was found."""
    document, found = documents.read(text.encode(), "shop.yaml")
    assert document is not None, [item.message for item in found]
    form, more = definitions.read(document)
    return form, [*found, *more]


def good(piece: str) -> ErrorFormat:
    """The format of a small definition with this piece in it, in which nothing is found."""
    form, found = read(merged(piece))
    assert [item.message for item in found] == []
    assert form is not None
    return form


def found_in(piece: str) -> list[tuple[str, str]]:
    """The rules and places (slash between steps, `!` for a key) of what is found in a small definition."""
    _, found = read(merged(piece))
    return [
        (
            item.rule.code.removeprefix("definition/"),
            "/".join(map(str, item.place.pointer)) + "!" * item.place.on_key,
        )
        for item in found
    ]


def hints(piece: str) -> list[str]:
    """The hints of what is found in a small definition."""
    return [item.hint for item in read(merged(piece))[1]]


def members(form: ErrorFormat, schema: str = "Body") -> dict[str, Member]:
    """The members of a schema by name."""
    found = named(form, schema)
    assert isinstance(found, ObjectSchema)
    return {member.name: member for member in found.members}


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_shipped_definition_is_read_without_a_finding(path: Path) -> None:
    """The five formats are written in the language."""
    form, found = read(path.read_text(encoding="utf-8"))
    assert [item.message for item in found] == []
    assert form is not None
    assert form.id == path.stem
    assert form.name == "shop.yaml"


def test_the_smallest_definition_has_defaults() -> None:
    """Prefix, media type, `when`, rules and body come from what is required."""
    form = good("id: big-shop2")
    assert (form.id, form.prefix, form.title) == ("big-shop2", "BigShop2", "Shop API")
    assert form.sources == ("https://shop.example/errors",)
    assert form.media == ("application/json",)
    assert form.when == (Condition(statuses=((400, 599),)),)
    assert form.rules == Rules("open", "open", "open", "open")
    assert form.body == Body(Reference("Body"), "Body", ("body",))
    assert (form.codes, form.responses, form.examples, form.docs, form.placeholder) == (
        (),
        (),
        (),
        None,
        None,
    )


def test_the_heading_is_read() -> None:
    """All that a definition says about itself."""
    form = good(
        """
        prefix: Shoppe
        source: [https://shop.example/errors, "A letter, 2020-01-01"]
        description: |
          Prose.
        servers: [https://api.shop.example/v1, "http://localhost:8080"]
        media: [application/problem+json, 'application/json; charset="utf-8"']
        docs: https://shop.example/errors#{code}
        rules: {responses: closed, codes: any}
        placeholder: '<[a-z]+>'
        """
    )
    assert form.prefix == "Shoppe"
    assert form.sources == ("https://shop.example/errors", "A letter, 2020-01-01")
    assert form.description == "Prose.\n"
    assert form.servers == ("https://api.shop.example/v1", "http://localhost:8080")
    assert form.media == ("application/problem+json", 'application/json; charset="utf-8"')
    assert form.docs == "https://shop.example/errors#{code}"
    assert form.rules == Rules(responses="closed", codes="any")
    assert form.placeholder == "<[a-z]+>"


def test_a_member_is_a_phrase_or_a_phrase_with_keywords() -> None:
    """Constraints, expectations and annotations are kept apart; `$$` writes a `$`."""
    form = good(
        """
        body:
          code: {type: string as code, maxLength: 40, expect: {pattern: '^[A-Z]+$'}, description: The code}
          $$ref: optional list of (string or integer) as path
          data: null
        """.replace("The code", '"The code"')
    )
    found = members(form)
    assert found["code"] == Member(
        name="code",
        shape=Scalar("string"),
        role="code",
        keywords={"maxLength": 40},
        expected={"pattern": "^[A-Z]+$"},
        annotations={"description": "The code"},
        phrase="string as code",
        origin=("body", "code"),
    )
    assert found["$ref"].shape == Many("list", Choice((Scalar("string"), Scalar("integer"))))
    assert (found["$ref"].presence, found["$ref"].role) == ("optional", "path")
    assert found["$ref"].origin == ("body", "$$ref")
    assert (found["data"].shape, found["data"].phrase) == (Scalar("null"), "null")


def test_keys_with_a_dollar_are_about_the_object() -> None:
    """`$any`, `$closed`, `$others` and `$description`."""
    form = good(
        """
        body: {code: string as code, one: One, two: Two}
        schemas:
          One: {$any: [a, $$b], a: optional string, $$b: usually string, $closed: true}
          Two: {a: string, $others: list of string, $description: "What it is"}
        """
    )
    one, two = named(form, "One"), named(form, "Two")
    assert isinstance(one, ObjectSchema)
    assert isinstance(two, ObjectSchema)
    assert (one.at_least_one, one.closed, one.others) == (("a", "$b"), True, None)
    assert (two.others, two.description, two.closed) == (Many("list", Scalar("string")), "What it is", False)


def test_a_schema_is_members_or_a_phrase() -> None:
    """A mapping under `schemas` is always members, even if all its keys are also keywords."""
    form = good(
        """
        body: {code: string as code, link: Link, problem: Problem}
        schemas:
          Link: uri or object or null
          Problem: {type: uri, title: string, format: optional string}
        """
    )
    assert named(form, "Link") == PhraseSchema(
        "Link",
        Choice((Scalar("uri"), Scalar("object"), Scalar("null"))),
        phrase="uri or object or null",
        origin=("schemas", "Link"),
    )
    assert list(members(form, "Problem")) == ["type", "title", "format"]


def test_a_body_is_members_a_phrase_or_alternatives() -> None:
    """Members become schemas with generated names; alternatives are joined."""
    schemas = "schemas: {Error: {code: string as code}}"
    assert good(f"body: list of Error\n{schemas}").body.shape == Many("list", Reference("Error"))
    assert good("body: null").body == Body(Scalar("null"), "null", ("body",))
    form = good(f"body: [Error or null, {{id: string}}, null]\n{schemas}")
    assert form.body.shape == Choice((Reference("Error"), Scalar("null"), Reference("Body2")))
    assert form.body.phrase == "Error or null or Body2 or null"
    assert list(members(form, "Body2")) == ["id"]


def test_a_body_of_members_may_name_itself() -> None:
    """`Body` is a schema like others where the body is members."""
    form = good("body: {code: string as code, inner: optional list of Body as children}")
    assert members(form)["inner"].shape == Many("list", Reference("Body"))
    assert found_in("body: list of Body") == [("unknown-schema", "body")]


def test_responses_say_what_differs_by_status() -> None:
    """Descriptions, bodies, media types, headers, retry and codes, in short and long forms."""
    form = good(
        """
        schemas:
          Spring: {error: string}
        responses:
          401:
          403: {}
          404: Not there
          409: {body: none, retry: false}
          422: {body: {field: string}, media: application/problem+json}
          4XX: {body: [body, Spring, {other: string}]}
          default: {description: Other, headers: {Retry-After: optional integer as retry}, retry: after}
        """
    )
    found = {response.key: response for response in form.responses}
    assert found["401"].description == "Unauthorized"
    assert found["403"].description == "Forbidden"
    assert found["404"].description == "Not there"
    assert (found["409"].no_content, found["409"].body, found["409"].retry) == (True, None, "no")
    assert found["422"].body == Body(Reference("Body422"), "Body422", ("responses", "422", "body"))
    assert found["422"].media == ("application/problem+json",)
    assert found["4XX"].body is not None
    assert found["4XX"].body.shape == Choice(
        (Reference("Body"), Reference("Spring"), Reference("Body4XXAlternative3"))
    )
    assert found["default"].retry == "after"
    assert [header.role for header in found["default"].headers] == ["retry"]
    assert {schema.name for schema in form.schemas} == {"Body", "Spring", "Body422", "Body4XXAlternative3"}


def test_statuses_without_more_to_say_are_a_list() -> None:
    """Numbers, classes and default; descriptions are the registered phrases."""
    form = good("responses: [400, 5XX, default]")
    assert [(response.key, response.description) for response in form.responses] == [
        ("400", "Bad Request"),
        ("5XX", "Server error"),
        ("default", "Any other error"),
    ]


def test_a_status_that_is_never_an_error_is_documentation() -> None:
    """`when` decides; `default` and statuses that only a body condition covers can be errors."""
    form = good("responses: {200: OK, 204: {body: none}, 404: , default: }")
    assert [response.documented_only for response in form.responses] == [True, True, False, False]
    form = good("responses: {200: OK, 301: }\nwhen: [{status: [200, 4XX], has: code}, {status: 500-599}]")
    assert [response.documented_only for response in form.responses] == [False, True]


def test_when_is_read() -> None:
    """A mapping or a list; statuses are ranges; body, has and unless are carried over."""
    form = good(
        """
        when:
          - {status: [200-299, 404, 5XX], body: {ok: false}}
          - has: errors
          - unless: {errcode: 0}
        """
    )
    assert form.when == (
        Condition(((200, 299), (404, 404), (500, 599)), {"ok": False}, None, None, ("when", 0)),
        Condition((), None, "errors", None, ("when", 1)),
        Condition((), None, None, {"errcode": 0}, ("when", 2)),
    )


def test_the_catalogue_has_long_and_short_forms() -> None:
    """A string is the meaning, nothing is nothing; facts of the long form are kept."""
    form = good(
        """
        codes:
          gone: It was there once
          bare:
          expired:
            description: The session has ended
            message: ["Session has expired, please login", Session ended]
            status: [401, 5XX]
            retry: after
            deprecated: use gone
            docs: https://shop.example/{code}
        responses: [401, 5XX]
        headers: {Retry-After: optional integer as retry}
        """.replace("Session ended]", '"Session ended"]')
    )
    gone, bare, expired = form.codes
    assert (gone.text, gone.value, gone.meaning, gone.origin) == (
        "gone",
        "gone",
        "It was there once",
        ("codes", "gone"),
    )
    assert (bare.meaning, bare.messages, bare.statuses, bare.deprecated) == ("", (), (), False)
    assert expired.messages == ("Session has expired, please login", "Session ended")
    assert (expired.statuses, expired.retry) == (("401", "5XX"), "after")
    assert (expired.deprecated, expired.docs) == ("use gone", "https://shop.example/{code}")


def test_codes_of_responses_are_in_the_catalogue() -> None:
    """Their texts stay with the status; what they say of the code joins what the catalogue says."""
    form = good(
        """
        codes: {known: "Known here"}
        responses:
          404: {codes: {known: {message: "Nothing", retry: true}, new: "Only here"}}
          409: {codes: [new, other]}
        """
    )
    assert [(code.text, code.meaning, code.retry, code.messages) for code in form.codes] == [
        ("known", "Known here", "yes", ()),
        ("new", "Only here", None, ()),
        ("other", "", None, ()),
    ]
    assert form.responses[0].codes == (
        CodeUse("known", ("Nothing",), ("responses", "404", "codes", "known")),
        CodeUse("new", (), ("responses", "404", "codes", "new")),
    )
    assert [use.code for use in form.responses[1].codes] == ["new", "other"]


def test_keys_are_the_text_as_written() -> None:
    """`0100`, `null`, `no` and `1e3` are codes like others where the member with role code is a string."""
    expected = ["0100", "null", "no", "1e3", "0x1F", "~", "1.0"]
    form = good("codes: {0100: , null: , no: , 1e3: , 0x1F: , ~: , 1.0: }")
    assert [code.value for code in form.codes] == expected
    form = good("codes: [0100, null, no, 1e3, 0x1F, ~, 1.0]")
    assert [code.value for code in form.codes] == expected


def test_the_member_with_role_code_decides_whether_codes_are_numbers() -> None:
    """Integers where it is an integer; where it may be both, quotes make a text."""
    assert [code.value for code in good("body: {n: integer as code}\ncodes: [100, '-1', 0]").codes] == [
        100,
        -1,
        0,
    ]
    form = good("body: {n: string or integer as code}\ncodes: {100: , '100 ': , '7': , 0100: }")
    assert [code.value for code in form.codes] == [100, "100 ", "7", "0100"]
    form = good("body: {n: Code as code}\nschemas: {Code: integer or null}\ncodes: [100]")
    assert [code.value for code in form.codes] == [100]


def test_examples_are_read() -> None:
    """Bodies verbatim, header values as they are written, marks with their reasons."""
    form = good(
        """
        examples:
          - {status: 404, body: {code: a, n: 1.50}, title: "One", headers: {Retry-After: 010}, media: text/json}
          - {status: 404, body: null, drift: "null is not documented"}
          - {status: 404, text: "{ code", broken: "no JSON"}
        """
    )
    one, two, three = form.examples
    assert (one.status, one.body, one.title) == (404, {"code": "a", "n": 1.5}, "One")
    assert (one.headers, one.media, one.origin) == ((("Retry-After", "010"),), "text/json", ("examples", 0))
    assert (two.body, two.drift) == (None, "null is not documented")
    assert (three.text, three.broken) == ("{ code", "no JSON")


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        ("codes: {a: Not found}", [("unquoted-text", "codes/a")]),
        ("codes: {a: {description: x, message: [Not found]}}", [("unquoted-text", "codes/a/message/0")]),
        ("codes: {not found: x}", [("unquoted-text", "codes/not found!")]),
        ("codes: {a: {message: Session expired, please login}}", [("unquoted-text", "codes/a/message")]),
        ("codes: {a: {message: Session expired, login}}", [("unquoted-text", "codes/a/message")]),
        ("codes: {a: {message: Expired, please login}}", [("unquoted-text", "codes/a/please login!")]),
        ("codes: {a: {message: Expired, login}}", [("empty-value", "codes/a/login!")]),
        ("examples: [{status: 404, body: {code: a b, message: ''}}]", [("unquoted-text", "examples/0/body/code")]),
        ("media: [application/json; charset=utf-8]", [("unquoted-text", "media/0")]),
        ("body: {code: string as code, e: {type: optional string, description: a b}}",
         [("unquoted-text", "body/e/description")]),
        ("body: {code: string as code}\nheaders: {X: optional string}", []),
        ("body: [list of string, {a: optional list of E}]\nschemas: {E: string or null}", []),
        ("responses: {404: {headers: {X: optional string}, body: [list of string, {a: string or null}]}}", []),
        ("body:\n  code: string as code\n  a:", [("empty-value", "body/a!")]),
        ("body:\n  code: string as code\n  a: null", []),
        ("body:\n  code: string as code\n  a: ~", []),
        ("title:", [("empty-value", "title!")]),
        ("source: [a, ]", []),
        ("source:\n  - a\n  -", [("empty-value", "source/1")]),
        ("codes:\n  - a\n  -", [("empty-value", "codes/1")]),
        ("examples: [{status: 404, body: }]", [("empty-value", "examples/0/body!")]),
    ],
)  # fmt: skip
def test_what_yaml_loses_is_found(piece: str, expected: list[tuple[str, str]]) -> None:
    """Unquoted texts with blanks inside brackets, unless a phrase stands there; keys without a value."""
    assert found_in(piece) == expected


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        ("body: {error: {type: object}, code: string as code, x: {}}", [("missing-key", "body/x")]),
        ("body: {x: {tpe: string}}", [("nested-object", "body/x")]),
        ("body: {x: {type: string, properties: {}}}", [("unknown-key", "body/x/properties!")]),
        ("body: {x: {type: string, expect: {description: y}}}", [("unknown-key", "body/x/expect/description!")]),
        ("body: {x: {type: string, format: uid}}", [("bad-value", "body/x/format")]),
        ("body: {x: 5}", [("wrong-type", "body/x")]),
        ("body: {x: {type: list of string, minLength: 1}}", [("keyword-misfit", "body/x/minLength!")]),
        ("body: {x: {type: E, expect: {minItems: 1}}}\nschemas: {E: {y: string}}",
         [("keyword-misfit", "body/x/expect/minItems!")]),
        ("body: {x: {type: any, minLength: 1, minItems: 1}}", []),
        ("body: {x: {type: L, maxItems: 1}}\nschemas: {L: list of string}", []),
        ("body: {x: {type: integer, enum: [1, '2', 3.5]}}",
         [("value-misfit", "body/x/enum/1"), ("value-misfit", "body/x/enum/2")]),
        ("body: {x: {type: integer or null, enum: [1, null, 2.0]}}", []),
        ("body: {x: {type: string, enum: [a, b, a]}}", [("said-twice", "body/x/enum/2")]),
        ("body: {x: {type: any, enum: [1, true, '1', [1], {a: 1}]}}", []),
        ("body: {x: {type: any, enum: [1, 1.0, {a: [1], b: 2}, {b: 2, a: [1.0]}]}}",
         [("said-twice", "body/x/enum/1"), ("said-twice", "body/x/enum/3")]),
        ("body: {x: {type: uuid, const: x, default: y, examples: [z]}}",
         [("value-misfit", "body/x/const"), ("value-misfit", "body/x/default"),
          ("value-misfit", "body/x/examples/0")]),
        ("body: {x: {type: string, maxLength: 1, expect: {const: ab}}}", [("value-misfit", "body/x/expect/const")]),
        ("body: {x: {type: digits, const: 12x}}", [("value-misfit", "body/x/const")]),
        ("body: {x: {type: U or L, const: 1}}\nschemas: {L: M, M: L}", [("unknown-schema", "body/x/type")]),
        ("body: {x: {type: L, default: [1]}}\nschemas: {L: list of M, M: string or L}",
         [("value-misfit", "body/x/default")]),
        ("body: {x: {type: string, pattern: '('}}", [("bad-pattern", "body/x/pattern")]),
        ("body: {x: {type: string, expect: {pattern: '(?=a)'}}}", [("bad-pattern", "body/x/expect/pattern")]),
        ("body: {x: {type: number, minimum: 2, maximum: 1}}", [("empty-range", "body/x/minimum")]),
        ("body: {x: string, $any: [x, y]}", [("any-member", "body/$any/0"), ("any-member", "body/$any/1")]),
        ("body: {x: optional string, $any: [x]}", [("too-few", "body/$any")]),
        ("body: {}", [("too-few", "body")]),
        ("body: {$closed: true}", [("no-members", "body")]),
        ("body: {$others: as code}", [("phrase", "body/$others")]),
        ("body: {$others: optional string as code}",
         [("phrase-part", "body/$others"), ("phrase-part", "body/$others")]),
        ("body: {a: string, $other: string}", [("unknown-key", "body/$other!")]),
        ("body: [A]", [("too-few", "body")]),
        (f"body: [{', '.join(['{a: string}'] * 100)}]", [("bad-value", "body")]),
        ("body: [string, string]", [("said-twice", "body/1")]),
        ("body: [string, body]", [("phrase", "body/1")]),
        ("body: string\nschemas: {a: string}", [("bad-name", "schemas/a!")]),
        ("body: A\nschemas: {A: list of A}", []),
        ("body: A\nschemas: {A: B or string, B: C, C: B}", [("phrase-loop", "schemas/B!")]),
        ("body: A\nschemas: {A: {b: B or A}, B: {c: C}, C: {a: A, b: usually B}}",
         [("endless", "schemas/A!"), ("endless", "schemas/B!"), ("endless", "schemas/C!")]),
        ("body: {x: Body}", [("endless", "body!")]),
        ("body: A\nschemas: {A: {b: B}, B: list of A, C: {d: D}, D: C or null}",
         [("unused-schema", "schemas/C!"), ("unused-schema", "schemas/D!")]),
    ],
)  # fmt: skip
def test_mistakes_in_members_and_schemas(piece: str, expected: list[tuple[str, str]]) -> None:
    """Each gives its rule at its place, and nothing else."""
    assert found_in(piece) == expected


@pytest.mark.parametrize(
    ("phrase", "is_good"),
    [
        ("integer as status", True),
        ("string or integer as status", True),
        ("digits as status", True),
        ("Named as status", True),
        ("integer or null as status", False),
        ("number as status", False),
        ("any as status", False),
        ("list of integer as status", False),
        ("Obj as status", False),
        ("uri-reference as code", True),
        ("string or null as code", True),
        ("null as code", False),
        ("number as code", False),
        ("list of string as code", False),
        ("list of string as message", True),
        ("string or list of Obj as message", True),
        ("any as message", True),
        ("boolean as message", False),
        ("Obj as message", False),
        ("list of (string or integer) as path", True),
        ("integer as timestamp", True),
        ("boolean as retry", True),
        ("boolean as id", False),
        ("list of Obj as children", True),
        ("map of list of Obj as children", True),
        ("list of Obj or list of string as children", True),
        ("object as children", True),
        ("Obj or null as children", True),
        ("Named as children", False),
        ("list of string as children", False),
    ],
)
def test_a_role_needs_a_type_that_can_play_it(phrase: str, *, is_good: bool) -> None:
    """Status and code in every alternative, the others in one of them."""
    piece = (
        f"body: {{x: {phrase}, y: optional Obj or Named}}\nschemas: {{Named: integer, Obj: {{z: string}}}}"
    )
    assert found_in(piece) == ([] if is_good else [("role-misfit", "body/x")])


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        ("id: con", [("bad-value", "id")]),
        ("id: Shop", [("bad-value", "id")]),
        ("id: -a", [("bad-value", "id")]),
        ("id: 8x8", [("prefix-required", "id")]),
        ("id: 8x8\nprefix: Eight", []),
        ("prefix: eight", [("bad-value", "prefix")]),
        ("titel: x", [("unknown-key", "titel!")]),
        ("extends: x\noperations: {}", [("reserved-key", "extends!"), ("reserved-key", "operations!")]),
        ("source: []", [("too-few", "source")]),
        ("source: ' '", [("bad-value", "source")]),
        ("source: [a, a]", [("said-twice", "source/1")]),
        ("servers: https://a.example", [("wrong-type", "servers")]),
        ("servers: ['ftp://a.example']", [("bad-value", "servers/0")]),
        ("servers: ['https://']", [("bad-value", "servers/0")]),
        ("servers: ['https://a.example?x=1']", [("bad-value", "servers/0")]),
        ("servers: ['https://[::1', 'https://a.example:x']", [("bad-value", "servers/0"), ("bad-value", "servers/1")]),
        ("servers: ['https://{region}.example', 'https://u@a.example']",
         [("bad-value", "servers/0"), ("bad-value", "servers/1")]),
        ("servers: ['https://[::1]:8080/v1', 'HTTP://A.example']", []),
        ("media: json", [("bad-value", "media")]),
        ("media: [application/*]", [("bad-value", "media/0")]),
        ("media: application/json; charset", [("bad-value", "media")]),
        ("docs: shop.example", [("bad-value", "docs")]),
        ("docs: https://shop.example/{status}", [("bad-value", "docs")]),
        ("rules: {code: any}", [("unknown-key", "rules/code!")]),
        ("rules: {codes: none}", [("bad-value", "rules/codes")]),
        ("placeholder: '[a-z]*'", [("empty-placeholder", "placeholder")]),
        (r"placeholder: '\w+'", [("bad-pattern", "placeholder")]),
        ("schemagen: '1'", [("bad-value", "schemagen")]),
        ("schemagen: true", [("bad-value", "schemagen")]),
        ("schemagen: 2\nbody: 5", [("unknown-version", "schemagen")]),
        ("when: {}", [("too-few", "when")]),
        ("when: []", [("too-few", "when")]),
        ("when: {status: 599-400}", [("bad-value", "when/status")]),
        ("when: {status: [400, '400']}", [("said-twice", "when/status/1")]),
        ("when: {body: 5, has: 1}", [("wrong-type", "when/body"), ("wrong-type", "when/has")]),
        ("headers: {'X Y': string}", [("bad-name", "headers/X Y!")]),
        ("headers: {X-Y: string, x-y: string}", [("said-twice", "headers/x-y!")]),
        ("headers: {X: string or null}", [("header-misfit", "headers/X")]),
        ("headers: {X: string as children}", [("role-misfit", "headers/X"), ("role-misfit", "headers/X")]),
        ("headers: {X: integer as retry, Y: string as retry}", [("role-twice", "headers/Y")]),
        ("responses: []", [("too-few", "responses")]),
        ("responses: [404, '404']", [("said-twice", "responses/1")]),
        ("responses: [99]", [("bad-value", "responses/0")]),
        ("responses: {4xx: , 600: }", [("bad-name", "responses/4xx!"), ("bad-name", "responses/600!")]),
        ("responses: {404: {codes: {a: {status: 404}}}}", [("unknown-key", "responses/404/codes/a/status!")]),
        ("responses: {404: {retry: maybe}}", [("bad-value", "responses/404/retry")]),
        ("responses: {404: {body: Nothing}}", [("unknown-schema", "responses/404/body")]),
        ("responses: {204: {codes: [a]}}", [("never-an-error", "responses/204/codes!")]),
    ],
)  # fmt: skip
def test_mistakes_in_the_heading_and_in_responses(piece: str, expected: list[tuple[str, str]]) -> None:
    """Each gives its rule at its place, and nothing else."""
    assert found_in(piece) == expected


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        ("codes: [a, a]", [("said-twice", "codes/1")]),
        ("codes: {'': x}", [("bad-name", "codes/!")]),
        ("codes: {a: {status: default}}", [("bad-value", "codes/a/status")]),
        ("responses: [404]\ncodes: {a: {status: [404, '404']}}", [("said-twice", "codes/a/status/1")]),
        ("codes: {a: {status: 204}}", [("never-an-error", "codes/a/status")]),
        ("codes: {a: {status: 418}}\nresponses: [404]", [("tie-without-response", "codes/a/status")]),
        ("codes: {a: {status: 418}, b: {status: 404}}", [("ties-without-responses", "codes/a/status")]),
        ("responses: {429: {retry: after}}", [("retry-without-place", "responses/429/retry")]),
        ("responses: {429: {retry: after}}\nheaders: {Retry-After: integer as retry}", []),
        ("responses: {429: {retry: after, headers: {Retry-After: integer as retry}}}", []),
        ("codes: {a: {retry: after}}", [("retry-without-place", "codes/a/retry")]),
        ("placeholder: '[x-z]'\ncodes: {a: {message: [b, '%s']}}" % ("xa" * 2049), [("long-message", "codes/a/message/1")]),
        ("placeholder: '[x-z]'\ncodes: {a: {message: '%s'}}" % ("a" * 5000), []),
        ("codes: {a: {status: 418}}\nresponses: [4XX]", []),
        ("codes: {a: {status: 4XX}}\nresponses: [404]", []),
        ("codes: {a: {docs: 'x'}}", [("bad-value", "codes/a/docs")]),
        ("codes: {a: {message: []}}", [("too-few", "codes/a/message")]),
        ("codes: {a: {message: [x, x]}}", [("said-twice", "codes/a/message/1")]),
        ("codes: {a: x}\nbody: {a: string}", [("codes-without-place", "codes/a!")]),
        ("responses: {404: {codes: [x]}}\nbody: {a: string}", [("codes-without-place", "responses/404/codes/0!")]),
        ("codes: {a: {message: x}}\nbody: {c: string as code, m: string}",
         [("message-without-place", "codes/a/message!")]),
        ("codes: {a: {message: x}}\nbody: {c: C, m: string as message}\nschemas: {C: {c: string as code}}", []),
        ("codes: {a: {message: x}}\nbody: {c: list of C, m: string as message}\nschemas: {C: {c: string as code}}",
         [("message-without-place", "codes/a/message!")]),
        ("codes: [0100, 1.0, 1e3, x, 9999999999999999999]\nbody: {c: integer as code}",
         [("code-not-integer", f"codes/{at}") for at in range(5)]),
        ("codes: {12: , 1x: }\nbody: {c: digits as code}", [("code-misfit", "codes/1x!")]),
        ("codes: [a, b]\nbody: {c: {type: string as code, enum: [a]}}", [("code-misfit", "codes/1")]),
        ("codes: [a, 1]\nbody: {c: {type: string as code, const: a}, d: D}\nschemas: {D: {c: digits as code}}", []),
        ("codes: {a: {retry: true}}\nresponses: {404: {codes: {a: {retry: false}}}}",
         [("said-differently", "responses/404/codes/a/retry")]),
        ("examples: [{body: 1}]", [("missing-key", "examples/0")]),
        ("examples: [{status: 404}]", [("body-or-text", "examples/0")]),
        ("examples: [{status: 404, body: 1, text: ''}]", [("body-or-text", "examples/0/text!")]),
        ("examples: [{status: 200, body: 1}]", [("never-an-error", "examples/0/status")]),
        ("examples: [{status: 200, body: 1, broken: x}]", []),
        ("examples: [{status: 404, body: 1, drift: ''}]", [("bad-value", "examples/0/drift")]),
        ("examples: [{status: 404, body: 1, drift: x, broken: x}]", [("drift-and-broken", "examples/0/broken!")]),
        ("examples: [{status: 404, body: 1, headers: {a: x, A: x}}]", [("said-twice", "examples/0/headers/A!")]),
    ],
)  # fmt: skip
def test_mistakes_in_the_catalogue_and_in_examples(piece: str, expected: list[tuple[str, str]]) -> None:
    """Each gives its rule at its place, and nothing else."""
    assert found_in(piece) == expected


@pytest.mark.parametrize(
    ("piece", "hint"),
    [
        ("titel: x", "did you mean 'title'?"),
        ("body: {type: list of E, minItems: 1}\nschemas: {E: {a: string}}", "'body: list of E'"),
        ("body: {x: {type: string, message: string}}", "nested objects are named schemas"),
        ("body: [list of string]", "for a JSON array write 'list of'"),
        ("body: {$ref: string}", "is written '$$ref'"),
        ("body: {x: Errors}\nschemas: {Error: {a: string}}", "did you mean 'Error'?"),
        ("body: {x: String}", "did you mean 'string'?"),
        ("body: {x: {type: string, format: datetime}}", "did you mean 'date-time'?"),
        ("body: {x: {type: string, const: 2.0}}", "put quotes around it: '2.0'"),
        ("responses: {4xx: }", "write '4XX'"),
        ("schemas: {error: string}", "write 'Error'"),
        ("title: 404", "put quotes around it: '404'"),
        ("servers: https://a.example", "put it in a list"),
        ("rules: {codes: opn}", "did you mean 'open'?"),
        ("body: {x: {type: object, properties: {}}}", "nested objects are named schemas"),
        ("body: {x: {type: list of any, items: {}}}", "nested objects are named schemas"),
        ("responses: {Default: Any}", "write 'default'"),
        ("codes: {a: {message: Expired, login}}", "put quotes around the whole text"),
        ("extends: x", "write out"),
        ("responses: {404: {codes: {a: {status: 404}}}}", "the status is that of the response"),
    ],
)
def test_a_hint_says_what_to_do(piece: str, hint: str) -> None:
    """The nearest known word, or the form that was probably meant."""
    assert any(hint in said for said in hints(piece)), hints(piece)


def test_several_mistakes_are_reported_at_once_in_the_order_of_the_text() -> None:
    """Shape, phrases, texts and meaning, each with its line."""
    text = merged(
        """
        body:
          code: strng as code
          extra: 5
        responses:
          44: x
        codes:
          a: {message: not this}
          b: {status: 204}
        """
    )
    document, _ = documents.read(text.encode(), "shop.yaml")
    assert document is not None
    form, found = definitions.read(document)
    assert form is None
    places = [document.locate(item.place) for item in found]
    lines = [text.splitlines()[(place.line or 0) - 1][(place.column or 0) - 1 :] for place in places]
    assert lines == ["strng as code", "5", "44: x", "not this}", "204}"]


@pytest.mark.parametrize("data", [[], 5, None, "text", [{"schemagen": 1}]])
def test_what_is_no_mapping_is_no_definition(data: Any) -> None:
    """One finding, at the root."""
    form, found = definitions.read(documents.Document("x.yaml", data, {}, {}))
    assert form is None
    assert [(item.rule.code, item.place.pointer) for item in found] == [("definition/wrong-type", ())]


def test_nesting_beyond_measure_is_refused() -> None:
    """Data deeper than any engine goes is one finding, whatever limit the YAML reader was given."""
    data: Any = "x"
    for _ in range(5000):
        data = {"x": data}
    form, found = definitions.read(documents.Document("x.yaml", {"schemagen": 1, "body": data}, {}, {}))
    assert form is None
    assert [item.rule.code for item in found] == ["definition/not-json"]


def test_data_that_is_no_json_is_refused() -> None:
    """Infinite numbers do not come out of our YAML, but a Document may be made by others."""
    data = {"schemagen": 1, "id": "x", "title": "x", "source": "x", "body": {"x": float("inf")}}
    form, found = definitions.read(documents.Document("x.yaml", data, {}, {}))
    assert form is None
    assert [item.rule.code for item in found] == ["definition/not-json"]


def test_a_warning_alone_leaves_a_format() -> None:
    """Stages stop on errors, not on warnings."""
    form, found = read(merged("schemas: {Unused: string}"))
    assert [item.severity for item in found] == [Severity.WARNING]
    assert form is not None
