"""The compiler: what each construct of the language becomes in the tolerant and in the exact schema."""

from __future__ import annotations

import itertools
import textwrap
from typing import Any

import pytest

from schemagen import definitions, documents, engine
from schemagen.compiler import compile_format
from schemagen.contract import Contract, Variant, readings
from schemagen.pointers import resolve

HEAD = "schemagen: 1\nid: acme\ntitle: Acme\nsource: a test\n"


def compiled(text: str) -> Contract:
    """The contract of a definition of which only the interesting part is written down."""
    source = HEAD + textwrap.dedent(text)
    document, problems = documents.read(source.encode(), "acme.yaml")
    assert document is not None
    form, more = definitions.read(document)
    assert form is not None, [item.message for item in (*problems, *more)]
    contract, last = compile_format(form)
    assert contract is not None
    assert not last
    return contract


def accepts(contract: Contract, variant: Variant, status: int, body: Any) -> bool:
    """Whether the schema that judges this status accepts a body."""
    at = contract.select(status).at
    assert at is not None
    return engine.fast(contract.schema(variant).document, at).accepts(body)


def verdict(contract: Contract, status: int, body: Any) -> str:
    """`good`, `drift` or `error`, as the two schemas say it."""
    if accepts(contract, "exact", status, body):
        return "good"
    return "drift" if accepts(contract, "tolerant", status, body) else "error"


@pytest.mark.parametrize(
    ("phrase", "schema"),
    [
        ("string", {"type": "string"}),
        ("uuid", {"type": "string", "format": "uuid"}),
        ("any", {}),
        ("digits", {"type": "string", "minLength": 1, "not": {"pattern": "[^0-9]"}}),
        ("integer or null", {"type": ["integer", "null"]}),
        ("date-time or null", {"type": ["string", "null"], "format": "date-time"}),
        ("string or integer", {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        ("Issue or null", {"anyOf": [{"$ref": "#/$defs/Issue"}, {"type": "null"}]}),
        ("list of Issue", {"type": "array", "items": {"$ref": "#/$defs/Issue"}}),
        (
            "map of list of string",
            {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        ),
        (
            "list of (string or integer)",
            {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
        ),
    ],
)
def test_a_phrase_becomes_a_schema(phrase: str, schema: dict[str, Any]) -> None:
    """Types, formats, null, alternatives, lists and maps have one form each."""
    contract = compiled(
        f"body: {{it: {phrase}, issue: optional Issue}}\nschemas: {{Issue: {{text: string}}}}"
    )
    assert resolve(contract.tolerant.document, ("$defs", "Body", "properties", "it")) == schema


def test_presence_decides_what_is_required() -> None:
    """`always` is required in both schemas, `usually` in exact only, `optional` in neither."""
    contract = compiled("body: {a: string, b: usually string, c: optional string}")
    assert contract.tolerant.document["$defs"]["Body"]["required"] == ["a"]
    assert contract.exact.document["$defs"]["Body"]["required"] == ["a", "b"]


@pytest.mark.parametrize(("rule", "verdicts"), [("closed", "error"), ("open", "drift"), ("any", "good")])
def test_unlisted_members_are_judged_by_their_rule(rule: str, verdicts: str) -> None:
    """Closed refuses in both schemas, open in exact, any in neither."""
    contract = compiled(f"body: {{a: string}}\nrules: {{members: {rule}}}")
    assert verdict(contract, 400, {"a": "x", "b": 1}) == verdicts


@pytest.mark.parametrize(("rule", "verdicts"), [("closed", "error"), ("open", "drift"), ("any", "good")])
def test_unlisted_codes_are_judged_by_their_rule(rule: str, verdicts: str) -> None:
    """The same three ways for codes."""
    contract = compiled(f"body: {{code: string as code}}\ncodes: [A, B]\nrules: {{codes: {rule}}}")
    assert verdict(contract, 400, {"code": "A"}) == "good"
    assert verdict(contract, 400, {"code": "C"}) == verdicts


@pytest.mark.parametrize(("rule", "verdicts"), [("closed", "error"), ("open", "drift"), ("any", "good")])
def test_unlisted_texts_are_judged_by_their_rule(rule: str, verdicts: str) -> None:
    """The same three ways for texts, of codes that list some; a code without texts may say anything."""
    contract = compiled(
        f"body: {{code: string as code, text: string as message}}\ncodes: {{A: {{message: Gone}}, B: }}\nrules: {{messages: {rule}}}"
    )
    assert verdict(contract, 400, {"code": "A", "text": "Gone"}) == "good"
    assert verdict(contract, 400, {"code": "A", "text": "Lost"}) == verdicts
    assert verdict(contract, 400, {"code": "B", "text": "Lost"}) == "good"


def test_a_code_under_a_status_it_is_not_documented_for_is_drift_even_where_codes_are_any() -> None:
    """`codes: any` frees codes that are not listed, not those that are."""
    contract = compiled(
        "body: {code: string as code}\nresponses: [400, 404]\ncodes: {A: {status: 404}, B: {status: 400}}\nrules: {codes: any}"
    )
    assert verdict(contract, 404, {"code": "A"}) == "good"
    assert verdict(contract, 400, {"code": "A"}) == "drift"
    assert verdict(contract, 400, {"code": "other"}) == "good"


def test_a_status_to_which_no_code_is_tied_accepts_the_whole_catalogue() -> None:
    """There is never an empty enum."""
    contract = compiled("body: {code: string as code}\nresponses: [400, 405]\ncodes: {A: {status: 400}}")
    assert verdict(contract, 405, {"code": "A"}) == "good"
    assert verdict(contract, 405, {"code": "Z"}) == "drift"


def test_a_class_has_no_codes_of_statuses_that_have_a_response_of_their_own() -> None:
    """4XX judges what is not documented otherwise, and so do its codes."""
    contract = compiled(
        """
        body: {code: string as code}
        responses: [404, 4XX, default]
        codes: {A: {status: 404}, B: {status: 4XX}, C: {status: 409}, D: {status: 500}}
        """
    )
    assert {one.key: one.codes for one in contract.responses} == {
        "404": ("A", "B"),
        "4XX": ("B", "C"),
        "default": ("D",),
    }
    assert verdict(contract, 418, {"code": "B"}) == "good"
    assert verdict(contract, 418, {"code": "A"}) == "drift"
    assert verdict(contract, 500, {"code": "D"}) == "good"
    assert verdict(contract, 500, {"code": "A"}) == "drift"


def test_the_ties_of_a_code_and_of_a_response_are_one() -> None:
    """A code may be tied in both places; its statuses are the union."""
    contract = compiled(
        "body: {code: string as code}\nresponses: {400: {codes: [A]}, 404: , 409: {codes: [B]}}\ncodes: {A: {status: 404}, B: }"
    )
    assert [(code.text, code.statuses) for code in contract.codes] == [("A", ("400", "404")), ("B", ("409",))]
    assert verdict(contract, 404, {"code": "A"}) == "good"
    assert verdict(contract, 409, {"code": "A"}) == "drift"


def test_the_body_status_is_the_http_status() -> None:
    """An exact status is a const, a class a range; in `default` and the root it is free."""
    contract = compiled(
        "body: {status: integer as status}\nresponses: {404: Gone, 5XX: Trouble, default: Else}"
    )
    assert verdict(contract, 404, {"status": 404}) == "good"
    assert verdict(contract, 404, {"status": 400}) == "error"
    assert verdict(contract, 503, {"status": 504}) == "good"
    assert verdict(contract, 503, {"status": 404}) == "error"
    assert verdict(contract, 418, {"status": 404}) == "good"


@pytest.mark.parametrize("type_name", ["string", "digits"])
def test_a_status_that_is_text_is_compared_as_text(type_name: str) -> None:
    """`"404"`, not 404."""
    contract = compiled(f"body: {{status: {type_name} as status}}\nresponses: [404, 4XX]")
    assert verdict(contract, 404, {"status": "404"}) == "good"
    assert verdict(contract, 404, {"status": "400"}) == "error"
    assert verdict(contract, 409, {"status": "410"}) == "good"
    assert verdict(contract, 409, {"status": "500"}) == "error"


def test_the_status_inside_children_lists_and_maps_is_not_the_http_status() -> None:
    """Only the outermost error repeats it."""
    contract = compiled(
        """
        body: {error: Error}
        schemas: {Error: {status: integer as status, cause: optional Error as children, all: optional list of Error, by: optional map of Error}}
        responses: [404]
        """
    )
    inner = {"status": 422}
    assert (
        verdict(contract, 404, {"error": {"status": 404, "cause": inner, "all": [inner], "by": {"x": inner}}})
        == "good"
    )
    assert verdict(contract, 404, {"error": inner}) == "error"


def test_a_tie_binds_the_status_beside_the_code_right_inside_lists() -> None:
    """In a list of errors each has its own status."""
    contract = compiled(
        """
        body: {errors: list of Error}
        schemas: {Error: {code: string as code, status: digits as status}}
        codes: {A: {status: 404}, B: {status: [400, 422]}, C: {status: 5XX}}
        """
    )
    assert (
        verdict(contract, 400, {"errors": [{"code": "A", "status": "404"}, {"code": "B", "status": "422"}]})
        == "good"
    )
    assert verdict(contract, 400, {"errors": [{"code": "A", "status": "400"}]}) == "drift"
    assert verdict(contract, 400, {"errors": [{"code": "C", "status": "503"}]}) == "good"
    assert verdict(contract, 400, {"errors": [{"code": "C", "status": "403"}]}) == "drift"


def test_the_code_nearest_to_the_root_is_bound_by_the_http_status() -> None:
    """A code further down is in the catalogue, but under no status."""
    contract = compiled(
        """
        body: {code: string as code, details: optional list of Detail as children}
        schemas: {Detail: {code: string as code}}
        responses: [400, 404]
        codes: {A: {status: 400}, B: {status: 404}}
        """
    )
    assert verdict(contract, 400, {"code": "A", "details": [{"code": "B"}]}) == "good"
    assert verdict(contract, 400, {"code": "B"}) == "drift"
    assert verdict(contract, 400, {"code": "A", "details": [{"code": "Z"}]}) == "drift"


def test_a_code_in_a_list_is_bound_where_none_is_nearer() -> None:
    """Lists are no border for codes."""
    contract = compiled(
        """
        body: {errors: list of Error}
        schemas: {Error: {code: string as code}}
        responses: [400, 404]
        codes: {A: {status: 400}, B: {status: 404}}
        """
    )
    assert verdict(contract, 404, {"errors": [{"code": "B"}]}) == "good"
    assert verdict(contract, 404, {"errors": [{"code": "B"}, {"code": "A"}]}) == "drift"


def test_one_alternative_never_binds_another() -> None:
    """Status, codes and texts are narrowed inside each branch."""
    contract = compiled(
        """
        body: [{code: string as code, status: integer as status}, List]
        schemas: {List: {errors: list of string, status: optional string}}
        responses: [404]
        codes: [A]
        """
    )
    assert verdict(contract, 404, {"errors": [], "status": "whatever"}) == "good"
    assert verdict(contract, 404, {"code": "A", "status": 404}) == "good"
    assert verdict(contract, 404, {"code": "A", "status": 400}) == "error"


def test_an_alternative_of_one_response_is_known_to_the_root_as_any_error() -> None:
    """An undocumented status may carry any documented body."""
    contract = compiled(
        """
        body: {code: string as code}
        schemas: {Spring: {path: string}}
        responses: {404: {body: [body, Spring]}, 400: Bad}
        """
    )
    assert verdict(contract, 404, {"path": "/"}) == "good"
    assert verdict(contract, 400, {"path": "/"}) == "error"
    assert verdict(contract, 418, {"path": "/"}) == "good"


def test_texts_belong_to_the_pair_of_status_and_code() -> None:
    """The same code says other things under another status."""
    contract = compiled(
        """
        body: {code: string as code, text: string as message}
        responses:
          400: {codes: {invalid: {message: Bad}}}
          404: {codes: {invalid: {message: Gone}}}
        """
    )
    assert verdict(contract, 400, {"code": "invalid", "text": "Bad"}) == "good"
    assert verdict(contract, 400, {"code": "invalid", "text": "Gone"}) == "drift"
    assert verdict(contract, 404, {"code": "invalid", "text": "Gone"}) == "good"


def test_a_text_pairs_with_the_message_of_the_enclosing_object() -> None:
    """Where the code's own object has no message, the nearest one above it without a list between has."""
    contract = compiled(
        """
        body: {message: string as message, error: Error}
        schemas: {Error: {code: string as code}}
        codes: {A: {message: Alas}}
        """
    )
    assert verdict(contract, 400, {"message": "Alas", "error": {"code": "A"}}) == "good"
    assert verdict(contract, 400, {"message": "Oh", "error": {"code": "A"}}) == "drift"


def test_each_text_of_a_list_is_one_of_the_code() -> None:
    """A message may be a list of texts."""
    contract = compiled(
        """
        body: {code: string as code, texts: list of string as message}
        codes: {A: {message: [Alas, Oh]}}
        """
    )
    assert verdict(contract, 400, {"code": "A", "texts": ["Alas", "Oh"]}) == "good"
    assert verdict(contract, 400, {"code": "A", "texts": ["Alas", "Ah"]}) == "drift"


def test_a_message_that_may_be_something_else_is_not_compared() -> None:
    """What an object has to say is not in the catalogue; a text is compared all the same."""
    contract = compiled(
        """
        body: {code: string as code, text: string or map of string as message}
        codes: {A: {message: Alas}}
        """
    )
    assert verdict(contract, 400, {"code": "A", "text": {"en": "Oh"}}) == "good"
    assert verdict(contract, 400, {"code": "A", "text": "Oh"}) == "drift"
    assert verdict(contract, 400, {"code": "A", "text": "Alas"}) == "good"


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("Call [c-1] (of 2) not found.", "good"),
        ("Call [] (of 2) not found.", "good"),
        ("Call [a\nb] (of 2) not found.", "good"),
        ("Call [c-1] (of 2) not found", "drift"),
        ("Call [c-1] (of 2) not foundx", "drift"),
        ("call [c-1] (of 2) not found.", "drift"),
        ("Other", "good"),
        ("Others", "drift"),
        ("Ends in anything", "good"),
    ],
)
def test_a_placeholder_stands_for_anything_and_the_rest_for_itself(text: str, verdicts: str) -> None:
    """Brackets, dots and the like in a text are literal."""
    contract = compiled(
        """
        body: {code: string as code, text: string as message}
        codes: {A: {message: ["Call [${0}] (of 2) not found.", Other, "Ends in ${1}"]}}
        placeholder: '\\$\\{[0-9]+\\}'
        """
    )
    assert verdict(contract, 400, {"code": "A", "text": text}) == verdicts


def test_expectations_stand_in_exact_only() -> None:
    """What is documented, but cannot be relied on."""
    contract = compiled("body: {when: {type: date-time, expect: {pattern: 'Z$'}}}")
    assert verdict(contract, 400, {"when": "2020-01-01T00:00:00Z"}) == "good"
    assert verdict(contract, 400, {"when": "2020-01-01T00:00:00+01:00"}) == "drift"
    assert verdict(contract, 400, {"when": "yesterday"}) == "error"


def test_an_expectation_beside_a_keyword_of_the_same_name_keeps_both() -> None:
    """Neither takes the other's place."""
    contract = compiled("body: {a: {type: string, pattern: '^a', expect: {pattern: 'z$'}}}")
    assert verdict(contract, 400, {"a": "az"}) == "good"
    assert verdict(contract, 400, {"a": "ab"}) == "drift"
    assert verdict(contract, 400, {"a": "bz"}) == "error"


def test_null_passes_a_const_an_enum_and_a_catalogue_where_the_member_may_be_null() -> None:
    """`or null` means null, whatever else is said."""
    contract = compiled(
        "body: {a: {type: string or null, const: x}, b: {type: string or null, enum: [y]}, c: string or null as code}\ncodes: [A]"
    )
    assert verdict(contract, 400, {"a": None, "b": None, "c": None}) == "good"
    assert verdict(contract, 400, {"a": "x", "b": "y", "c": "A"}) == "good"
    assert verdict(contract, 400, {"a": "y", "b": "y", "c": "A"}) == "error"


def test_at_least_one_of_the_members_is_there() -> None:
    """`$any` in both schemas."""
    contract = compiled("body: {a: optional string, b: optional string, $any: [a, b]}")
    assert verdict(contract, 400, {"b": "x"}) == "good"
    assert verdict(contract, 400, {}) == "error"


def test_a_schema_may_be_closed_or_open_by_itself() -> None:
    """`$closed` and `$others` overrule the definition's rule for members."""
    contract = compiled(
        """
        body: {shut: optional Shut, free: optional Free}
        schemas: {Shut: {a: optional string, $closed: true}, Free: {$others: list of string}}
        """
    )
    assert verdict(contract, 400, {"shut": {"b": 1}}) == "error"
    assert verdict(contract, 400, {"free": {"b": ["x"]}}) == "good"
    assert verdict(contract, 400, {"free": {"b": "x"}}) == "error"


def test_a_recursive_schema_ends() -> None:
    """A schema that holds itself is narrowed once on the way down."""
    contract = compiled(
        """
        body: Error
        schemas: {Error: {code: string as code, status: integer as status, cause: optional Error}}
        responses: [404]
        codes: {A: {status: 404}}
        """
    )
    assert (
        verdict(contract, 404, {"code": "A", "status": 404, "cause": {"code": "A", "status": 404}}) == "good"
    )


def test_a_definition_that_would_unfold_without_end_is_refused() -> None:
    """Twenty-six schemas that refer to each other twice each would make a schema of millions of parts."""
    names = [chr(65 + index) for index in range(26)]
    lines = [
        f"  {one}: {{left: optional {two}, right: optional {two}}}" for one, two in itertools.pairwise(names)
    ]
    source = (
        HEAD
        + "body: A\nresponses: [404]\nschemas:\n"
        + "\n".join(lines)
        + "\n  Z: {status: integer as status}\n"
    )
    document, _ = documents.read(source.encode(), "acme.yaml")
    assert document is not None
    form, _ = definitions.read(document)
    assert form is not None
    contract, findings = compile_format(form)
    assert contract is None
    assert [item.rule.code for item in findings] == ["definition/too-complex"]


def test_a_status_without_content_and_a_status_that_is_no_error_have_no_schema() -> None:
    """They are documented all the same."""
    contract = compiled("body: {a: string}\nresponses: {200: Fine, 404: {body: none}, 400: Bad}")
    assert set(contract.tolerant.document["$defs"]) == {"Body", "status-400"}
    assert [(one.key, one.is_error, one.at) for one in contract.responses] == [
        ("200", False, None),
        ("400", True, ("$defs", "status-400")),
        ("404", True, None),
    ]


@pytest.mark.parametrize(
    ("phrase", "good", "bad"),
    [
        ("integer", "120", "soon"),
        ("integer", "120", "1.5"),
        ("{type: integer, maximum: 9}", "9", "10"),
        ("{type: integer, enum: [1, 2]}", "1", "3"),
        ("number", "2.5", "2,5"),
        ("boolean", "true", "yes"),
        ("digits", "007", "7a"),
        ("integer or date", "2020-01-01", "1.1.2020"),
        ("{type: string, pattern: '^a'}", "ab", "b"),
        ("string", "", None),
    ],
)
def test_a_header_is_judged_by_what_its_text_may_mean(phrase: str, good: str, bad: str | None) -> None:
    """A value on the wire is a text; `integer` means digits."""
    header = compiled(f"body: {{a: string}}\nheaders: {{X-It: {phrase}}}").headers[0]
    check = engine.fast(header.schema)
    assert any(check.accepts(value) for value in readings(good))
    assert bad is None or not any(check.accepts(value) for value in readings(bad))


@pytest.mark.parametrize("text", ["+1", "1_0", "٣", "0x1", "1e3", " ", ".5", "5.", "--1", "9" * 400, "-"])
def test_what_is_no_plain_number_is_a_text(text: str) -> None:
    """Digits are ASCII digits, with a sign and a point at the most."""
    assert readings(text) == (text.strip(),)


def test_headers_have_an_exact_form_too() -> None:
    """`expect` and `usually` are drift in a header as in a body."""
    header = compiled(
        "body: {a: string}\nheaders: {X-It: {type: usually integer, expect: {maximum: 9}}}"
    ).headers[0]
    assert not header.required
    assert engine.fast(header.schema).accepts(10)
    assert not engine.fast(header.exact).accepts(10)


def test_links_are_filled_in_and_escaped() -> None:
    """`{code}` is the code, in the form that a URL needs."""
    contract = compiled("body: {code: string as code}\ncodes: ['a/b c']\ndocs: 'https://example.com/{code}'")
    assert contract.codes[0].docs == "https://example.com/a%2Fb%20c"


def test_every_note_stands_at_a_place_that_exists() -> None:
    """The pointers of the side table resolve in the schema."""
    contract = compiled(
        """
        body: {code: string as code, status: integer as status, text: optional string as message, more: optional list of (Issue or string)}
        schemas: {Issue: {field: usually string as path}}
        responses: {400: {codes: {A: {message: x}}}, 4XX: Other}
        """
    )
    for schema in (contract.tolerant, contract.exact):
        assert schema.notes
        for at in schema.notes:
            resolve(schema.document, at)
