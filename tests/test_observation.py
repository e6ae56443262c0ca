"""Which roles stand where in a body."""

from __future__ import annotations

from typing import Any

from schemagen import compiler, definitions, documents
from schemagen.contract import Contract
from schemagen.exchanges import Response
from schemagen.observation import by_error, observe, observe_headers, outermost
from schemagen.observation.visits import MOST_VALUES, visits
from schemagen.pointers import to_text


def compiled(text: str) -> Contract:
    """The contract of a definition that has no mistakes."""
    header = "schemagen: 1\nid: test\ntitle: Test\nsource: made for the tests\n"
    document, problems = documents.read((header + text).encode(), "test.yaml")
    assert document is not None, problems
    form, findings = definitions.read(document)
    assert form is not None, findings
    contract, more = compiler.compile_format(form)
    assert contract is not None, more
    return contract


TREE = compiled("""
body:
  error: Error
  trace: optional map of Trace
schemas:
  Error:
    code: string as code
    status: optional integer as status
    message: optional string as message
    target: optional Target
    inner: optional list of Error as children
  Target:
    path: string as path
    cause: optional Cause as children
  Cause:
    code: string as code
    status: integer as status
  Trace:
    id: string as id
responses: [404]
""")

CHOICE = compiled("""
body: Failure or list of (Failure or string) or null
schemas:
  Failure:
    code: integer as code
    detail: string or Detail
  Detail:
    text: string as message
  Free:
    $others: any
""")


def places(contract: Contract, value: Any, at: tuple[str, ...] = ()) -> list[tuple[str, str, bool]]:
    """Role, place and whether it is nested, of all that is seen."""
    return [(one.role, to_text(one.pointer), one.nested) for one in observe(contract, at, value)]


def test_roles_are_seen_in_document_order() -> None:
    """The order is the body's, not that of the definition."""
    body = {"error": {"message": "m", "status": 404, "target": {"path": "p"}, "code": "c"}}
    assert places(TREE, body) == [
        ("message", "/error/message", False),
        ("status", "/error/status", False),
        ("path", "/error/target/path", False),
        ("code", "/error/code", False),
    ]


def test_lists_maps_and_children_are_nested() -> None:
    """What stands in a list, in a map or below a member with role children is not the error itself."""
    body = {
        "trace": {"a": {"id": "1"}},
        "error": {"code": "c", "inner": [{"code": "d"}], "target": {"cause": {"code": "e", "status": 1}}},
    }
    assert places(TREE, body) == [
        ("id", "/trace/a/id", True),
        ("code", "/error/code", False),
        ("children", "/error/inner", False),
        ("code", "/error/inner/0/code", True),
        ("children", "/error/target/cause", False),
        ("code", "/error/target/cause/code", True),
        ("status", "/error/target/cause/status", True),
    ]


def test_a_narrowed_schema_shows_each_role_once() -> None:
    """Under a status, the member stands in two schema objects; it is seen once."""
    body = {"error": {"code": "c", "status": 404}}
    assert places(TREE, body, ("$defs", "status-404")) == places(TREE, body)


def test_a_wrong_body_is_seen_as_far_as_it_is_recognisable() -> None:
    """A wrong value keeps its role; what is not where it should be has none."""
    assert places(TREE, {"error": {"code": 5, "inner": {"code": "x"}}}) == [
        ("code", "/error/code", False),
        ("children", "/error/inner", False),
    ]
    assert places(TREE, ["x"]) == []
    assert places(TREE, None) == []


def test_of_alternatives_the_one_that_fits_is_followed() -> None:
    """The branch that accepts the value, else the one that looks like it, else none."""
    assert places(CHOICE, {"code": 1, "detail": {"text": "t"}}) == [
        ("code", "/code", False),
        ("message", "/detail/text", False),
    ]
    assert places(CHOICE, [{"code": 1, "detail": "x"}, "y"]) == [("code", "/0/code", True)]
    assert places(CHOICE, {"code": "wrong"}) == [("code", "/code", False)]
    assert places(CHOICE, None) == []
    assert places(CHOICE, 5) == []


def test_what_is_seen_comes_with_its_value_and_its_note() -> None:
    """The note leads to the line in the definition that gave the role."""
    (seen,) = observe(TREE, (), {"error": {"code": "c"}})
    assert (seen.value, seen.note.phrase, seen.note.origin) == ("c", "string", ("schemas", "Error", "code"))


def test_every_place_is_visited_once() -> None:
    """The walk names each documented value of the body, parents first."""
    body = {"error": {"code": "c", "other": 1}, "unknown": {"code": "x"}}
    found = [to_text(visit.pointer) for visit in visits(TREE.tolerant, (), body)]
    assert found == ["", "/error", "/error/code"]


def test_of_a_huge_body_the_first_values_are_looked_at() -> None:
    """So few of each list that what stands behind it is seen, too; and so many in all."""
    item = {"code": "a"}
    long = {"error": {"inner": [item] * 100_000, "code": "last"}}
    assert [one.value for one in observe(TREE, (), long) if one.role == "code"][-2:] == ["a", "last"]
    assert sum(1 for _ in visits(TREE.tolerant, (), long)) < MOST_VALUES
    wide = {"error": {"inner": [{**item, "inner": [item] * 1_000}] * 1_000}}
    assert sum(1 for _ in visits(TREE.tolerant, (), wide, 500)) == 501


def test_a_visit_knows_its_members() -> None:
    """Which members are documented at a place, and which of them must be there."""
    visit = next(iter(visits(TREE.tolerant, ("$defs", "Cause"), {})))
    assert (visit.spot.members, visit.spot.required) == ({"code", "status"}, {"code", "status"})


def test_values_are_told_apart_by_the_error_they_belong_to() -> None:
    """First what the body says of itself, then each item; what stands around a child is not the child's."""
    body = {
        "trace": {"a": {"id": "1"}},
        "error": {
            "code": "c",
            "inner": [{"code": "d", "message": "m"}],
            "target": {"path": "p", "cause": {"code": "e"}},
        },
    }
    assert [
        [(one.role, one.value) for one in error] for error in by_error(observe(TREE, (), body)) if error
    ] == [
        [("code", "c"), ("children", body["error"]["inner"]), ("path", "p"), ("children", {"code": "e"})],
        [("id", "1")],
        [("code", "d"), ("message", "m")],
        [("code", "e")],
    ]
    assert by_error([]) == [()]


def test_of_a_role_the_outermost_value_counts() -> None:
    """Of several at one depth, the first."""
    seen = observe(
        TREE, (), {"error": {"inner": [{"code": "d"}], "target": {"cause": {"code": "e"}}, "code": "c"}}
    )
    assert {role: one.value for role, one in outermost(seen).items()}["code"] == "c"
    assert outermost(seen[1:2])["code"].value == "d"


def test_headers_are_seen_by_their_documented_types() -> None:
    """A header of the status, else of every response; without a role, or absent, it is not seen."""
    contract = compiled(
        "body: {m: string}\nheaders: {X-Code: string as code, X-Other: string}\n"
        "responses: {429: {headers: {Retry-After: integer or string as retry}}}\n"
    )
    headers = (("x-code", "17"), ("retry-after", "30"), ("x-other", "o"))
    seen = observe_headers(contract, Response(429, headers))
    assert {one.role: (one.pointer, one.value, one.nested) for one in seen} == {
        "code": (("X-Code",), "17", False),
        "retry": (("Retry-After",), "30", False),
    }
    assert [one.role for one in observe_headers(contract, Response(404, headers))] == ["code"]
    assert observe_headers(contract, Response(429)) == ()
