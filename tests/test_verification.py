"""Proof before writing: each promise is broken once, and noticed."""

from __future__ import annotations

import dataclasses
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemagen import definitions, documents
from schemagen import rules as catalogue
from schemagen.compiler import compile_format
from schemagen.contract import Contract
from schemagen.emitters import OPENAPI, Options, emit
from schemagen.model import (
    Body,
    Choice,
    Code,
    Condition,
    ErrorFormat,
    Example,
    Many,
    Member,
    ObjectSchema,
    Reference,
    Response,
    Rules,
    Scalar,
)
from schemagen.mutations import mutate, share
from schemagen.rendering import Artifact, to_json, to_yaml
from schemagen.verification import agreement, prove
from schemagen.verification.fragments import host_document
from schemagen.verification.reading import read_back

TEXT, NUMBER, NOTHING = Scalar("string"), Scalar("integer"), Scalar("null")
GOOD = {"error": {"code": "expired", "status": 404, "message": "Log in"}}

FORM = ErrorFormat(
    name="specs/acme.yaml",
    id="acme",
    prefix="Acme",
    title="Acme API",
    sources=("https://acme.example",),
    body=Body(Reference("Body"), "Body"),
    schemas=(
        ObjectSchema("Body", (Member("error", Reference("Error"), origin=("body", "error")),)),
        ObjectSchema(
            "Error",
            (
                Member("code", TEXT, role="code", origin=("schemas", "Error", "code")),
                Member("status", NUMBER, role="status", origin=("schemas", "Error", "status")),
                Member("message", Choice((TEXT, NOTHING)), "usually", "message"),
                Member("at", Scalar("date-time"), "optional", "timestamp"),
                Member("inner", Many("list", Reference("Error")), "optional", "children"),
            ),
        ),
    ),
    headers=(Member("Retry-After", NUMBER, "optional", "retry"),),
    responses=(
        Response("404", "Not here"),
        Response("503", "Down", no_content=True),
        Response("5XX", "Broken", media=("application/json", "application/problem+json")),
    ),
    codes=(
        Code("expired", "expired", "Gone", ("Log in",), ("404",)),
        Code("odd", "odd", messages=("No ${0}",)),
    ),
    placeholder=r"\$\{[0-9]+\}",
)


def example(body: Any = GOOD, status: int = 404, **more: Any) -> Example:
    """An example that stands first in the definition."""
    return Example(status, body, origin=("examples", 0), **more)


def compiled(*examples: Example, **changes: Any) -> Contract:
    """The contract of the form with these examples."""
    contract, findings = compile_format(dataclasses.replace(FORM, examples=examples, **changes))
    assert contract is not None
    assert findings == []
    return contract


def proved(contract: Contract, artifacts: list[Artifact] | None = None) -> list[tuple[str, str]]:
    """Rule and message of each finding."""
    made = list(emit(contract)) if artifacts is None else artifacts
    return [(item.rule.code, item.message) for item in prove(contract, made)]


def rules(contract: Contract, artifacts: list[Artifact] | None = None) -> set[str]:
    """The rules of the findings."""
    return {code for code, _ in proved(contract, artifacts)}


def changed(contract: Contract, name: str, change: Callable[[Any], object]) -> list[Artifact]:
    """The artifacts of the contract, with `change` made to the data of one of them."""
    artifacts = []
    for artifact in emit(contract):
        if artifact.path.endswith("/" + name):
            read, to_text = (json.loads, to_json) if name.endswith(".json") else (yaml.safe_load, to_yaml)
            data = read(artifact.text)
            change(data)
            artifacts.append(Artifact(artifact.path, to_text(data)))
        else:
            artifacts.append(artifact)
    return artifacts


GOOD_ONES = [
    example(),
    example({"error": {"code": "odd", "status": 404, "message": "No way", "inner": [GOOD["error"]]}}),
    example(
        {"error": {"code": "odd", "status": 500, "message": None}}, 500, media="application/problem+json"
    ),
    example(None, 503),
    example(headers=(("retry-after", "120"),)),
    example({"error": {"code": "new", "status": 404, "message": "x"}}, drift="not in the catalogue"),
    example({"error": {"code": "odd", "status": 404}}, drift="no message"),
    example({"error": {"code": "odd", "status": 418, "message": None}}, 418, drift="418 is not documented"),
    example(media="text/json", drift="another media type"),
    example(None, text="{ error: 1 }", broken="unquoted"),
    example({"error": {"code": 7, "status": 404}}, broken="a code that is a number"),
    example({"error": {"code": "odd"}}, 503, broken="there should be no content"),
    example(headers=(("Retry-After", "soon"),), broken="no number"),
]


@pytest.mark.parametrize("schemas", ["tolerant", "exact"])
def test_a_sound_definition_is_proved(schemas: Any) -> None:
    """Every example that keeps its word, in every emitted form and variant, gives no finding."""
    contract = compiled(*GOOD_ONES)
    assert proved(contract, list(emit(contract, Options(schemas=schemas)))) == []


@pytest.mark.parametrize(
    ("case", "rule", "said"),
    [
        (
            example({"error": {"code": "new", "status": 404, "message": "x"}}),
            "refused",
            "not in the catalogue",
        ),
        (example({"error": {"code": "odd", "status": 404}}), "refused", '"message"'),
        (example({"error": {"code": "odd", "status": 404, "message": None, "x": 1}}), "refused", '"x"'),
        (example({"error": {"code": 7, "status": 404}}, drift="a number"), "refused", "string"),
        (example(drift="nothing"), "not-drift", "shows no drift"),
        (example(broken="nothing"), "not-broken", "nothing in it is broken"),
        (example({"error": {"code": "odd", "status": 404}}, broken="no message"), "not-broken", "NotFound1"),
        (example(None, text="[", drift="cut"), "refused", "JSON"),
        (example(None, text="[NaN]"), "refused", "JSON"),
        (example({"error": {"code": "odd", "status": 418, "message": None}}, 418), "refused", "418"),
        (example(media="text/json"), "refused", "text/json"),
        (example(media="text/html", drift="a page"), "refused", "text/html"),
        (example(status=503), "refused", "503"),
        (example(headers=(("retry-after", "soon"),)), "refused", "Retry-After"),
        (example({"error": {"code": "odd", "status": 418, "message": None}}, 500), "refused", "418"),
    ],
)
def test_an_example_that_breaks_its_word_is_named(case: Example, rule: str, said: str) -> None:
    """Each claim that an example may make is judged as the validator judges responses."""
    ((code, message),) = proved(compiled(case))
    assert code == f"build/example-{rule}"
    assert said in message


def test_an_example_at_a_status_without_content_is_empty() -> None:
    """An empty text, or no body at all."""
    assert proved(compiled(example(None, 503, text=""), example(None, 503))) == []


def test_an_example_that_when_excludes_is_no_error() -> None:
    """The validator would pass over it."""
    when = (Condition(statuses=((200, 299),), body={"ok": False}),)
    assert rules(compiled(example(status=200), when=when)) == {"build/example-no-error"}


def test_every_status_may_have_an_example_where_none_is_listed() -> None:
    """Without responses nothing is undocumented."""
    assert proved(compiled(example(), responses=(), headers=())) == []


def test_a_finding_points_into_the_example_and_at_what_says_otherwise() -> None:
    """Its place is in the definition's example, its related place the member that the schema came from."""
    contract = compiled(example({"error": {"code": 7, "status": 404}}, drift="a number"))
    found = next(item for item in prove(contract, list(emit(contract))))
    assert found.place.pointer == ("examples", 0, "body", "error", "code")
    assert found.related is not None
    assert found.related.pointer == ("schemas", "Error", "code")


def test_an_undocumented_status_is_fine_where_any_is() -> None:
    """With `responses: any` the list of statuses is a help, not a limit."""
    case = example({"error": {"code": "odd", "status": 418, "message": None}}, 418)
    assert proved(compiled(case, rules=Rules(responses="any"))) == []


def rename(data: Any, section: str, old: str, new: str) -> None:
    """Give a component another name."""
    data["components"][section][new] = data["components"][section].pop(old)


@pytest.mark.parametrize("version", OPENAPI)
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda data: rename(data, "schemas", "AcmeError", "Acme!Error"), {"build/component-name", "build/dangling-reference"}),
        (lambda data: data["responses"].update({"400": {"$ref": "#/components/responses/X"}}), {"build/dangling-reference"}),
        (lambda data: data["responses"].update({"400": {"$ref": "http://x.example/"}}), {"build/dangling-reference"}),
        (
            lambda data: data["components"]["responses"]["AcmeNotFound"]["headers"].update({"A": {"$ref": "#/x"}}),
            {"build/dangling-reference"},
        ),
        (lambda data: data["components"]["responses"]["AcmeNotFound"].update(content=[]), {"build/invalid-openapi"}),
        (lambda data: data["components"]["schemas"]["AcmeError"].update(type="strnig"), {"build/invalid-openapi"}),
        (lambda data: data["components"]["headers"]["AcmeRetry-After"].update(explode="no"), {"build/invalid-openapi"}),
        (lambda data: data["components"]["examples"]["AcmeNotFound1"].update(summary=1), {"build/invalid-openapi"}),
        (
            lambda data: data["components"]["schemas"]["AcmeError"].update(maxProperties=2),
            {"build/fragment-example", "build/forms-disagree"},
        ),
        (
            lambda data: data["components"]["schemas"]["AcmeError"].update(required=["code"]),
            {"build/forms-disagree"},
        ),
    ],
)  # fmt: skip
def test_a_fragment_that_is_wrong_is_not_written(version: str, change: Any, expected: set[str]) -> None:
    """Names, references, the specification, examples beside schemas, and agreement with the schema files."""
    contract = compiled(example())
    assert rules(contract, changed(contract, f"openapi-{version}.yaml", change)) == expected


def test_3_0_is_judged_in_its_own_dialect() -> None:
    """A list of types, which only JSON Schema knows, is no valid 3.0; `nullable` means nothing in 3.1."""
    contract = compiled(example())

    def to_list(data: Any) -> None:
        data["components"]["schemas"]["AcmeError"]["properties"]["message"] = {"type": ["string", "null"]}

    def to_nullable(data: Any) -> None:
        data["components"]["schemas"]["AcmeError"]["properties"]["message"] = {
            "type": "string",
            "nullable": True,
        }

    assert rules(contract, changed(contract, "openapi-3.0.yaml", to_list)) == {"build/invalid-openapi"}
    assert rules(contract, changed(contract, "openapi-3.1.yaml", to_nullable)) == {"build/forms-disagree"}


def test_forms_that_share_a_mistake_are_both_named() -> None:
    """Equal schemas are judged once, and what is wrong with them is said of each file that holds them."""
    contract = compiled(example())

    def refuse(data: Any) -> None:
        data["components"]["schemas"]["AcmeError"]["maxProperties"] = 0

    names = ("openapi-3.1.yaml", "openapi-3.2.yaml")
    wrong = {
        artifact.path: artifact
        for name in names
        for artifact in changed(contract, name, refuse)
        if artifact.path.endswith(name)
    }
    artifacts = [wrong.get(artifact.path, artifact) for artifact in emit(contract)]
    said = " ".join(
        message for code, message in proved(contract, artifacts) if code == "build/forms-disagree"
    )
    for form in (f"{name} with {library}" for name in names for library in ("jsonschema", "jsonschema-rs")):
        assert form in said


def test_no_body_is_judged_twice_at_one_place() -> None:
    """Examples that are equal, and what several amount to when they are changed, are tried once."""
    once, twice = compiled(example()), compiled(example(), example())
    given = [(at, json.dumps(body)) for _, at, body in agreement._bodies(twice)]
    assert len(set(given)) == len(given)
    assert set(given) == {(at, json.dumps(body)) for _, at, body in agreement._bodies(once)}


@pytest.mark.parametrize("name", ["acme.schema.json", "acme.exact.schema.json"])
@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(type="strnig"),
        lambda data: data["$defs"].pop("Error"),
        lambda data: data["$defs"]["Error"].update(pattern="("),
    ],
)
def test_a_schema_that_is_wrong_is_not_written(name: str, change: Any) -> None:
    """The metaschema, references and patterns of both files are checked, by both libraries."""
    contract = compiled(example())
    assert rules(contract, changed(contract, name, change)) == {"build/invalid-schema"}


def test_a_schema_file_judges_as_the_validator_does() -> None:
    """A schema file that is not what the validator uses is found by the examples and their neighbours."""
    contract = compiled(example())
    artifacts = changed(
        contract, "acme.schema.json", lambda data: data["$defs"]["Error"].update(maxProperties=2)
    )
    assert ("build/forms-disagree", "the tolerant schema accepts the body of NotFound1, but as acme.schema.json with jsonschema it does not agree") in proved(contract, artifacts)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text"),
    [("acme/codes.json", "{"), ("acme/openapi-3.1.yaml", "a: [1"), ("acme/acme.schema.json", '{"a": NaN')],
)
def test_text_that_cannot_be_read_back_is_not_written(path: str, text: str) -> None:
    """The proof reads the very text that would be written."""
    contract = compiled(example())
    artifacts = [Artifact(one.path, text if one.path == path else one.text) for one in emit(contract)]
    assert rules(contract, artifacts) == {"build/unreadable-artifact"}


def test_other_contracts_are_none_of_its_business() -> None:
    """Artifacts of other ids may be among those given."""
    contract = compiled(example())
    assert proved(contract, [*emit(contract), Artifact("other/codes.json", "{")]) == []


@pytest.mark.parametrize("version", OPENAPI)
def test_the_host_document_reaches_every_component(version: str) -> None:
    """Following references from the paths leads to each component of the fragment."""
    contract = compiled(*GOOD_ONES)
    emitted, _ = read_back(list(emit(contract, names=[f"openapi-{version}"])), "x")
    host = host_document(emitted[0])
    reached: set[str] = set()
    waiting = [host["paths"]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference not in reached:
                reached.add(reference)
                _, _, section, name = reference.split("/")
                waiting.append(host["components"][section][name])
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    assert reached == {
        f"#/components/{section}/{name}" for section, named in host["components"].items() for name in named
    }


def test_mutants_are_the_same_every_time() -> None:
    """No randomness: the same body gives the same mutants, none of them the body itself."""
    contract = compiled(example())
    one, other = (list(mutate(GOOD, contract, 1000)) for _ in range(2))
    assert one == other
    assert GOOD not in one
    assert GOOD == {"error": {"code": "expired", "status": 404, "message": "Log in"}}


@pytest.mark.parametrize(
    "mutant",
    [
        {},
        {"error": None},
        {"error": {"code": "expired", "status": 404}},
        {"error": {"code": "odd", "status": 404, "message": "Log in"}},
        {"error": {"code": "expired", "status": 405, "message": "Log in"}},
        {"error": {"code": "expired", "status": "404", "message": "Log in"}},
        {"error": {"code": "expired", "status": 404, "message": "Log in\n"}},
        {"error": {"code": "expired", "status": 404, "message": "No ${0}"}},
        {"error": {"code": "expired", "status": 404, "message": "Log in", "schemagenUnknownMember": 1}},
    ],
)
def test_mutants_change_what_responses_get_wrong(mutant: Any) -> None:
    """A member dropped, null, retyped or added; another code, status or text."""
    assert mutant in list(mutate(GOOD, compiled(example()), 1000))


def test_giant_examples_cost_no_more_than_small_ones() -> None:
    """The work is bounded by nodes: a giant example gets few mutants, many examples share."""
    assert share(1, GOOD) == 200
    assert share(1, ["x"] * 100_000) == 0
    assert share(10_000, GOOD) == 2


def test_a_large_catalogue_is_proved_in_seconds() -> None:
    """Hundreds of codes with texts and statuses stay far below a minute, even on a busy machine."""
    codes = tuple(
        Code(f"code-{n}", f"code-{n}", f"Meaning {n}", (f"Text {n} of ${{0}}",), (str(400 + n % 5),))
        for n in range(150)
    )
    responses = tuple(Response(str(status), "Refused") for status in range(400, 405))
    body = {"error": {"code": "code-0", "status": 400, "message": "Text 0 of it"}}
    contract = compiled(example(body, 400), codes=codes, responses=responses)
    start = time.process_time()
    assert proved(contract) == []
    assert time.process_time() - start < 30


@pytest.mark.parametrize(
    "slug",
    ["refused", "not-drift", "not-broken", "no-error"],
)
def test_explanations_of_examples_do_what_they_say(slug: str) -> None:
    """The bad piece of each explanation gives its finding and no other, the good one gives none."""
    page = Path(catalogue.__file__).parent / "explanations" / "build" / f"example-{slug}.md"
    bad, good = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert [sorted(rules(defined(text))) for text in (bad, good)] == [[f"build/example-{slug}"], []]


def defined(text: str) -> Contract:
    """The contract of a definition of which the head is left out."""
    head = "schemagen: 1\nid: acme\ntitle: Acme\nsource: a test\n"
    document, problems = documents.read((head + text).encode(), "acme.yaml")
    assert document is not None
    form, more = definitions.read(document)
    assert form is not None, [item.message for item in (*problems, *more)]
    contract, _ = compile_format(form)
    assert contract is not None
    return contract
