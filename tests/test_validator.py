"""What the validator finds in a response: for each rule a bad response and its good twin, and what findings carry."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from schemagen import bodies, compiler, definitions, documents, pointers
from schemagen.contract import Contract
from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.findings import Finding, Place, Severity
from schemagen.limits import DEFAULTS
from schemagen.recognition import Recognition
from schemagen.rules import RULES
from schemagen.rules.response import RULES as RESPONSE_RULES
from schemagen.validator import Judgement, judge, unrecognised

JSON = (("content-type", "application/json"),)
ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

SHOP = """
schemagen: 1
id: shop
title: Shop API
source: made for the tests
body:
  error: Error
  hints: optional Hints
schemas:
  Error:
    code: string as code
    status: integer as status
    message: usually string as message
    id: optional uuid as id
    at: {type: optional string as timestamp, expect: {pattern: 'Z$'}}
    level: {type: optional integer, minimum: 1, maximum: 5}
    kind: {type: optional string, enum: [a, b]}
    number: optional digits
    tags: {type: optional list of string, maxItems: 2, uniqueItems: true}
    fault: optional string or list of Fault
    password: optional integer
    inner: optional list of Error as children
    cause: optional Fault or Hints
    plain: optional any
    titles: optional map of list of string
    grade: {type: optional string, expect: {enum: [low, high]}}
    rank: {type: optional integer, expect: {maximum: 5}}
  Fault:
    field: string
  Hints:
    $any: [hint, link]
    hint: optional string
    link: optional string
    $others: any
headers:
  X-Error-Code: optional string as code
responses:
  400: Bad request
  401: Unauthorized
  404: Not found
  410: {body: none}
  429: {headers: {Retry-After: integer as retry}}
  5XX: Anything else
codes:
  expired: {status: 401, message: "Session has expired, please login"}
  invalid: {status: 400, message: ["Name is invalid", "Address is invalid"]}
  missing: {status: [404, 410]}
  old: {deprecated: "use missing"}
  other: Anything
"""


def compiled(text: str) -> Contract:
    """The contract of a definition that has no mistakes."""
    document, problems = documents.read(text.encode(), "shop.yaml")
    assert document is not None, problems
    form, findings = definitions.read(document)
    assert form is not None, findings
    contract, more = compiler.compile_format(form)
    assert contract is not None, more
    return contract


CONTRACT = compiled(SHOP)


def plain(body: str, rest: str = "", responses: str = "[404, 409, 410, 422]") -> Contract:
    """The contract of a definition with this body and little else."""
    head = "schemagen: 1\nid: shop\ntitle: Shop API\nsource: made for the tests\n"
    return compiled(f"{head}body: {body}\nresponses: {responses}\n{rest}\n")


def respond(
    status: int, body: Any, headers: tuple[tuple[str, str], ...] = JSON, method: str = "GET"
) -> Exchange:
    """An exchange; `body` is a JSON value, or bytes as they are, or None where it was not recorded."""
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    return Exchange(
        Origin("run.har", 3, ("log",), 7),
        Response(status, headers, raw),
        Request(method, "https://a.example/"),
    )


def judged(exchange: Exchange, contract: Contract = CONTRACT, **limits: int) -> Judgement:
    """The judgement of an exchange."""
    bounds = dataclasses.replace(DEFAULTS, **limits)
    return judge(contract, exchange, bodies.read(exchange.response, bounds), bounds)


def brief(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """Rule and pointer of each finding."""
    return [
        (item.rule.code.removeprefix("response/"), pointers.to_text(item.place.pointer)) for item in findings
    ]


def error(**members: Any) -> dict[str, Any]:
    """A good body for 404 with some members more, or others."""
    return {"error": {"code": "other", "status": 404, "message": "m", **members}}


def without(member: str) -> dict[str, Any]:
    """A good body for 404 without a member."""
    body = error()
    del body["error"][member]
    return body


RETRY = (*JSON, ("retry-after", "30"))

# rule, pointer, severity, bad response, its good twin
CASES: list[tuple[str, str, Severity, Exchange, Exchange]] = [
    ("undocumented-status", "", WARNING, respond(403, error(status=403)), respond(404, error())),
    (
        "undocumented-media-type",
        "",
        WARNING,
        respond(404, error(), (("content-type", "application/problem+json"),)),
        respond(404, error(), (("content-type", "Application/JSON; charset=UTF-8"),)),
    ),
    (
        "wrong-media-type",
        "",
        ERROR,
        respond(404, error(), (("content-type", "text/plain"),)),
        respond(404, error()),
    ),
    (
        "missing-content-type",
        "",
        WARNING,
        respond(404, error(), (("date", "now"),)),
        respond(404, error(), ()),
    ),
    (
        "undocumented-charset",
        "",
        WARNING,
        respond(404, error(), (("content-type", 'application/json; charset="latin1"'),)),
        respond(404, error(), (("content-type", 'application/json; charset="utf-8"'),)),
    ),
    ("missing-content", "", ERROR, respond(404, b""), respond(404, b"", method="HEAD")),
    ("unexpected-content", "", ERROR, respond(410, error()), respond(410, b"")),
    ("body-not-recorded", "", NOTE, respond(404, None), respond(410, None)),
    ("missing-header", "", ERROR, respond(429, error(status=429)), respond(429, error(status=429), RETRY)),
    (
        "malformed-header",
        "",
        ERROR,
        respond(429, error(status=429), (*JSON, ("retry-after", "soon"))),
        respond(429, error(status=429), RETRY),
    ),
    ("missing-member", "/error", ERROR, respond(404, without("code")), respond(404, error())),
    ("missing-member", "/error", WARNING, respond(404, without("message")), respond(404, error())),
    (
        "unexplained",
        "",
        ERROR,
        respond(404, error(inner=[{"code": 5}] * 20_001)),
        respond(404, error(inner=[error()["error"]] * 20_001)),
    ),
    (
        "unexplained",
        "",
        WARNING,
        respond(404, error(inner=[{**error()["error"], "zzz": 1}] * 20_001)),
        respond(404, error(inner=[error()["error"]] * 20_001)),
    ),
    (
        "missing-alternative",
        "/hints",
        ERROR,
        respond(404, {**error(), "hints": {}}),
        respond(404, {**error(), "hints": {"link": "x"}}),
    ),
    ("unknown-member", "/error/zzz", WARNING, respond(404, error(zzz=1)), respond(404, error())),
    (
        "near-miss-member",
        "/hints/Hint",
        NOTE,
        respond(404, {**error(), "hints": {"link": "x", "Hint": "y"}}),
        respond(404, {**error(), "hints": {"link": "x", "zzz": "y"}}),
    ),
    ("wrong-type", "/error/code", ERROR, respond(404, error(code=5)), respond(404, error())),
    ("wrong-type", "", ERROR, respond(404, ["x"]), respond(404, error())),
    (
        "fits-none",
        "/error/cause",
        ERROR,
        respond(404, error(cause={"zzz": 1})),
        respond(404, error(cause={"field": "zip"})),
    ),
    ("wrong-value", "/error/kind", ERROR, respond(404, error(kind="c")), respond(404, error(kind="a"))),
    (
        "wrong-pattern",
        "/error/at",
        WARNING,
        respond(404, error(at="12:00")),
        respond(404, error(at="12:00Z")),
    ),
    ("wrong-format", "/error/id", ERROR, respond(404, error(id="1")), respond(404, error())),
    (
        "wrong-format",
        "/error/number",
        ERROR,
        respond(404, error(number="1a")),
        respond(404, error(number="12")),
    ),
    (
        "wrong-length",
        "/error/tags",
        ERROR,
        respond(404, error(tags=["a", "b", "c"])),
        respond(404, error(tags=["a"])),
    ),
    ("wrong-number", "/error/level", ERROR, respond(404, error(level=0)), respond(404, error(level=5.0))),
    (
        "repeated-items",
        "/error/tags",
        ERROR,
        respond(404, error(tags=["a", "a"])),
        respond(404, error(tags=["a", "b"])),
    ),
    ("body-status", "/error/status", ERROR, respond(404, error(status=405)), respond(404, error())),
    ("body-status", "/error/status", ERROR, respond(503, error(status=500)), respond(503, error(status=503))),
    ("unknown-code", "/error/code", WARNING, respond(404, error(code="nope")), respond(404, error())),
    (
        "code-under-other-status",
        "/error/code",
        WARNING,
        respond(404, error(code="expired")),
        respond(404, error(code="missing")),
    ),
    (
        "code-mismatch",
        "/error/code",
        ERROR,
        respond(404, error(), (*JSON, ("x-error-code", "missing"))),
        respond(404, error(), (*JSON, ("x-error-code", "other"))),
    ),
    ("deprecated-code", "/error/code", NOTE, respond(404, error(code="old")), respond(404, error())),
    (
        "undocumented-text",
        "/error/message",
        WARNING,
        respond(401, error(code="expired", status=401)),
        respond(401, error(code="expired", status=401, message="Session has expired, please login")),
    ),
]


@pytest.mark.parametrize(
    ("rule", "pointer", "severity", "bad", "good"), CASES, ids=[case[0] for case in CASES]
)
def test_rule(rule: str, pointer: str, severity: Severity, bad: Exchange, good: Exchange) -> None:
    """The bad response has exactly this finding, its good twin has none."""
    found = judged(bad).findings
    assert [(*one, item.severity) for one, item in zip(brief(found), found, strict=True)] == [
        (rule, pointer, severity)
    ]
    assert judged(good) == Judgement(is_error=True, key=judged(good).key)


def test_every_rule_is_tried() -> None:
    """Each rule of the stage has its bad and good response above, or a test of its own below."""
    own = {"unrecognised", "ambiguous", "more-findings"}
    assert {f"response/{name}" for name in own | {case[0] for case in CASES}} == {
        rule.code for rule in RESPONSE_RULES
    }


def test_messages_are_one_line_that_can_be_filled_in() -> None:
    """Every finding above has all the facts of its sentence."""
    for _, _, _, bad, _ in CASES:
        for item in judged(bad).findings:
            assert "\n" not in item.message
            assert "{}" not in item.message


@pytest.mark.parametrize(
    ("exchange", "message", "hint"),
    [
        (respond(404, error(status=405)), "body says 405, HTTP says 404", ""),
        (
            respond(418, error(status=418)),
            "status 418 is not covered by shop (covers 400, 401, 404, 410, 429, 5XX)",
            "",
        ),
        (
            respond(404, error(code="expird")),
            'code "expird" is not in the catalogue of shop',
            'did you mean "expired"?',
        ),
        (respond(404, error(code="expired")), 'code "expired" is documented under 401, not under 404', ""),
        (
            respond(401, error(code="expired", status=401)),
            'message is "m"; documented for code expired: "Session has expired, please login"',
            "",
        ),
        (
            respond(400, error(code="invalid", status=400, message="name is invalid")),
            'message is "name is invalid"; documented for code invalid: "Name is invalid", "Address is invalid"',
            'did you mean "Name is invalid"?',
        ),
        (respond(404, error(cause={"zzz": 1})), "cause fits none of: Fault, Hints", ""),
        (respond(404, error(fault=5)), "fault is of type integer (5); wanted string or list of Fault", ""),
        (
            respond(404, error(titles={"a": "x"})),
            'a is of type string ("x"); wanted list of string',
            "",
        ),
        (
            respond(404, error(at="12:00")),
            'at is "12:00"; the documented pattern is Z$',
            "",
        ),
        (respond(404, error(grade="x")), 'grade is "x"; the documented values are "low", "high"', ""),
        (respond(404, error(rank=6)), "rank is 6; documented is at most 5", ""),
        (respond(404, error(code="old")), 'code "old" is deprecated', "use missing"),
        (respond(404, error(id=None)), "id is null; wanted uuid", ""),
        (respond(404, error(inner=["x"])), 'inner[0] is of type string ("x"); wanted Error (object)', ""),
        (respond(404, [1]), "the body is of type list ([1]); wanted object", ""),
        (respond(404, error(level=7)), "level is 7; wanted at most 5", ""),
        (respond(404, error(tags=["a", "b", "c"])), "tags has 3 items; wanted at most 2", ""),
        (respond(404, error(number="")), 'number is ""; wanted digits', ""),
        (respond(404, error(kind="c")), 'kind is "c"; wanted "a", "b"', ""),
        (
            respond(404, {**error(), "hints": {}}),
            "hints has none of the members hint, link; at least one is due",
            "",
        ),
        (
            respond(429, error(status=429), (*JSON, ("retry-after", "soon"))),
            'header Retry-After is "soon"; wanted integer',
            "",
        ),
        (respond(410, b"gone"), "the body has 4 bytes; shop documents no content for status 410", ""),
    ],
)
def test_words(exchange: Exchange, message: str, hint: str) -> None:
    """The sentence names the thing, what was there and what was wanted."""
    (found, *_) = [item for item in judged(exchange).findings if item.severity is not NOTE or item.hint]
    assert (found.message, found.hint) == (message, hint)


def test_a_misspelt_member_is_one_finding_for_each_side() -> None:
    """The missing member and the unknown one are found, and each leads to the other."""
    body = error()
    body["error"]["Code "] = body["error"].pop("code")
    found = judged(respond(404, body)).findings
    assert brief(found) == [("missing-member", "/error"), ("unknown-member", "/error/Code ")]
    assert [item.hint for item in found] == ['"Code " looks like it', 'did you mean "code"?']
    assert found[1].place.on_key


def test_a_missing_member_is_the_best_candidate() -> None:
    """`cod` is near `code`, which is missing, and not near what is there."""
    body = without("code")
    body["error"]["cod"] = "x"
    assert judged(respond(404, body)).findings[-1].hint == 'did you mean "code"?'


def test_only_absent_members_are_suggested_and_the_one_of_the_same_case() -> None:
    """`codes` is near `code`, which is there; `xmessage` is as near to `Message` as to `message`, save for the case."""
    (found,) = judged(respond(404, error(codes=1))).findings
    assert (found.rule.code, found.hint) == ("response/unknown-member", "")
    contract = plain("{Message: optional string, message: optional string}")
    (found,) = judged(respond(404, {"xmessage": "m"}), contract).findings
    assert found.hint == 'did you mean "message"?'


def test_an_error_without_its_wrapper_is_said_to_be_one() -> None:
    """The members of `error` at the root lead to where they should stand."""
    found = judged(respond(404, {"code": "other", "status": 404, "message": "m"})).findings
    missing = [item for item in found if item.rule.code == "response/missing-member"]
    assert [(item.message, item.hint) for item in missing] == [
        (
            'the body has no member "error"; wanted Error',
            'this looks like what should stand in "error"',
        )
    ]
    assert judged(respond(404, {"code": "other"})).findings[0].hint == ""


def test_a_member_that_may_hold_anything_is_missing_as_such() -> None:
    """Not "wanted any"."""
    (found,) = judged(respond(404, {}), plain("{detail: any}")).findings
    assert found.message == 'the body has no member "detail"; it may hold anything'


def test_a_number_that_is_one_off_is_no_slip() -> None:
    """Codes of digits get no "did you mean"."""
    contract = compiled(SHOP.replace("  other: Anything", '  other: Anything\n  "1300": Not found'))
    (found,) = judged(respond(404, error(code="1301")), contract).findings
    assert (found.rule.code, found.hint) == ("response/unknown-code", "")


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (b"{ error: 1 }", JSON, ["body/broken-json"]),
        (b"<html>", (("content-type", "text/html"),), ["response/wrong-media-type"]),
        (b"<html>", (), ["body/not-json"]),
        (b"\xff", JSON, ["body/not-utf8"]),
    ],
)
def test_a_body_that_is_not_json_is_one_finding(body: bytes, headers: Any, expected: list[str]) -> None:
    """No cascade: not a word about members, and one finding for media type and body."""
    assert [item.rule.code for item in judged(respond(404, body, headers)).findings] == expected


NGINX = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
NGINX_SAID = (
    'the body is nginx\'s HTML page "502 Bad Gateway", not JSON: `<html> <head><title>502 Bad Gateway</title></head>'
    " <body> <center><h1>502 Bad Gateway</h1></center> <hr><center>nginx</c…`"
)
HTML = (("content-type", "text/html; charset=utf-8"),)


@pytest.mark.parametrize(
    ("body", "headers", "message", "hint"),
    [
        (
            NGINX,
            HTML,
            "Content-Type is text/html; documented is application/json",
            NGINX_SAID,
        ),
        (
            b"<Error><Code>NoSuchKey</Code><Message>token=abcdef</Message><RequestId>4</RequestId></Error>",
            (("content-type", "application/xml"),),
            "Content-Type is application/xml; documented is application/json",
            "the body is an S3 error (NoSuchKey), not JSON: `<Error><Code>NoSuchKey</Code><Message>token=[redacted]</Message><RequestId>4</RequestId></Error>`",
        ),
        (
            NGINX,
            JSON,
            NGINX_SAID,
            "",
        ),
        (
            json.dumps(error()).encode(),
            HTML,
            "Content-Type is text/html; documented is application/json",
            "",
        ),
    ],
)
def test_what_stands_where_json_is_due_is_said_in_one_finding(
    body: bytes, headers: Any, message: str, hint: str
) -> None:
    """Whatever the media type says: whose page it is or which error, and a short piece without secrets."""
    assert [(item.message, item.hint) for item in judged(respond(404, body, headers)).findings] == [
        (message, hint)
    ]


@pytest.mark.parametrize("headers", [HTML, JSON])
def test_a_page_is_named_without_a_word_from_it_where_no_values_are_shown(headers: Any) -> None:
    """With a limit of 0 characters, neither the title nor a piece is said."""
    (found,) = judged(respond(404, NGINX, headers), value_characters=0).findings
    assert "the body is nginx's HTML page, not JSON: `…`" in (found.message, found.hint)
    assert "502" not in repr(found)
    assert "text/html" not in repr(found)


@pytest.mark.parametrize("headers", [HTML, ()])
def test_a_page_that_is_documented_as_such_is_no_mistake(headers: Any) -> None:
    """A response with media types of its own that are no JSON may have any body; JSON in it is judged all the same."""
    contract = plain("{code: string}", responses="{404: Gone, 502: {description: Gateway, media: text/html}}")
    assert judged(respond(502, NGINX, headers), contract).findings == ()
    assert brief(judged(respond(502, {}, headers), contract).findings) == [("missing-member", "")]
    assert judged(respond(404, NGINX, headers), contract).findings
    assert judged(respond(502, NGINX, JSON), contract).findings[0].hint == ""


def test_bodies_of_one_kind_are_one_group() -> None:
    """Kinds and shapes stand for the place in the schema, so that pages of one server are alike and others are not."""
    pages = [NGINX, NGINX.replace(b"502", b"503"), b"<html>", b"<Error/>"]
    found = [judged(respond(404, page, HTML)).findings[0] for page in pages]
    assert found[0].fingerprint == found[1].fingerprint
    assert len({item.fingerprint for item in found}) == 3


def test_a_wrong_status_brings_no_second_finding_about_the_code() -> None:
    """The body says 405 under 404, so of course its code is not one of 405."""
    assert brief(judged(respond(404, error(code="missing", status=405))).findings) == [
        ("body-status", "/error/status")
    ]


TIED = "codes: {A: {status: 404}, B: {status: [409, 410]}}\nrules: {codes: closed}"


@pytest.mark.parametrize("rules", ["closed", "open"])
@pytest.mark.parametrize(
    ("status", "code"), [(404, "A"), (404, "B"), (409, "A")], ids=["one status", "another code", "twice"]
)
def test_a_wrong_status_is_not_blamed_on_the_code_beside_it(rules: str, status: int, code: str) -> None:
    """What the body says of the status is compared with HTTP first, whether codes are closed or open."""
    contract = plain("{status: integer as status, code: string as code}", TIED.replace("closed", rules))
    (found,) = judged(respond(status, {"status": 422, "code": code}), contract).findings
    assert found.message == f"body says 422, HTTP says {status}"
    (found,) = judged(respond(409, {"status": 409, "code": "A"}), contract).findings
    assert found.message == 'code "A" is documented under 404, not under 409'


@pytest.mark.parametrize("rules", ["closed", "open"])
@pytest.mark.parametrize(
    ("status", "rule"),
    [("old", "wrong-format"), ("", "wrong-format"), (404, "wrong-type"), ("40404", "wrong-length")],
)
def test_a_code_is_not_judged_by_a_status_that_is_none(rules: str, status: Any, rule: str) -> None:
    """A status that breaks its own type, format or length is found as such, and the code is left alone."""
    item = "{status: {type: digits as status, maxLength: 3}, code: string as code}"
    contract = plain(f"{{errors: list of Item}}\nschemas: {{Item: {item}}}", TIED.replace("closed", rules))
    (found,) = judged(respond(404, {"errors": [{"status": status, "code": "A"}]}), contract).findings
    assert found.rule.code == f"response/{rule}"
    (found,) = judged(respond(404, {"errors": [{"status": "409", "code": "A"}]}), contract).findings
    assert found.rule.code == "response/code-under-other-status"


def test_texts_of_a_misplaced_code_are_not_compared() -> None:
    """A code under a wrong status is found as such; its text is not blamed as well."""
    assert brief(judged(respond(404, error(code="expired", message="anything"))).findings) == [
        ("code-under-other-status", "/error/code")
    ]


@pytest.mark.parametrize(
    ("placeholder", "here", "there"),
    [
        ("", "Plain {x}", "Other {y}"),
        ("placeholder: '[{][^}]*[}]'\n", "Plain {x}", "Other {y}"),
        ("placeholder: '[{][^}]*[}]'\n", "Plain", "Other {y}"),
    ],
    ids=["lists", "patterns", "a list and a pattern"],
)
@pytest.mark.parametrize("status", ["", "status: integer as status, "], ids=["alone", "beside a status"])
def test_the_texts_named_are_those_of_the_status(
    placeholder: str, here: str, there: str, status: str
) -> None:
    """Texts that the code has under other statuses are not offered, be the constraint a list or a pattern."""
    contract = plain(
        f"{{{status}code: string as code, message: string as message}}",
        f"{placeholder}codes: {{A: {{message: Everywhere}}}}",
        f"{{404: {{codes: {{A: {{message: '{here}'}}}}}}, 409: {{codes: {{A: {{message: '{there}'}}}}}}}}",
    )
    body = {"code": "A", "message": "m", **({"status": 404} if status else {})}
    (found,) = judged(respond(404, body), contract).findings
    assert dict(found.facts)["want"] == ('"Everywhere"', json.dumps(here))
    assert found.message.startswith('message is "m"; documented for code A: ')


@pytest.mark.parametrize(
    ("body", "rule", "message"),
    [
        (5, "wrong-type", "the body is of type integer (5); wanted Failure or Result"),
        ([], "wrong-type", "the body is of type list ([]); wanted Failure or Result"),
        (
            {"id": "x"},
            "missing-alternative",
            "the body has none of the members error (Failure), result (Result); at least one is due",
        ),
        ({"x": 1}, "fits-none", "the body fits none of: Failure, Result"),
    ],
)
def test_what_is_none_of_several_shapes(body: Any, rule: str, message: str) -> None:
    """Another JSON type than any has, the one member missing by which they differ, or else all of them."""
    contract = plain(
        "Failure or Result\nschemas: {Failure: {id: string, error: any}, Result: {id: string, result: any}}"
    )
    found = judged(respond(404, body), contract).findings[0]
    assert (found.rule.code, found.message) == (f"response/{rule}", message)


def test_shapes_without_a_name_are_told_by_their_members() -> None:
    """Also where the body is of another type than both."""
    contract = plain("[{code: string, text: string}, {errors: list of string}]")
    (found,) = judged(respond(404, ["x"]), contract).findings
    assert found.message == 'the body is of type list (["x"]); wanted object {code, text} or object {errors}'


def test_a_body_that_is_a_list_is_wanted_as_one() -> None:
    """Not by the name of the status's schema."""
    (found,) = judged(respond(404, {}), plain("list of string")).findings
    assert found.message == "the body is of type object ({}); wanted list of string"


def test_items_of_a_list_that_is_another_one_are_not_looked_at() -> None:
    """A list that is not the documented one is one finding, whatever is in it."""
    contract = plain("{schemas: {type: list of string, const: [a]}}")
    (found,) = judged(respond(404, {"schemas": [None]}), contract).findings
    assert found.message == 'schemas is [null]; wanted ["a"]'


@pytest.mark.parametrize(
    ("line", "value", "demand"),
    [
        ("{type: string, pattern: '^[a-z]+$'}", "a b", "wanted a text that matches ^[a-z]+$"),
        ("{type: string, expect: {pattern: '^[a-z]+$'}}", "1", "the documented pattern is ^[a-z]+$"),
        ("{type: string, maxLength: 2}", "abc", "wanted at most 2 characters"),
        ("{type: integer, maximum: 5}", "7", "wanted at most 5"),
        ("{type: string, enum: [a, b]}", "c", 'wanted "a", "b"'),
        ("uuid", "1", "wanted uuid"),
        ("digits", "", "wanted digits"),
        ("integer", "soon", "wanted integer"),
        ("integer or date-time", "soon", "wanted integer or date-time"),
    ],
)
def test_headers_are_worded_as_members_are(line: str, value: str, demand: str) -> None:
    """The keyword that failed says what is wanted; the type does where no reading of the text has it."""
    contract = plain("{code: string}", f"headers: {{X-Id: {line}}}")
    (found,) = judged(respond(404, {"code": "A"}, (*JSON, ("x-id", value))), contract).findings
    assert found.message == f"header X-Id is {json.dumps(value)}; {demand}"


def test_a_code_that_replaces_another_is_named_as_such() -> None:
    """`deprecated` with a code of the catalogue says what to use instead; any other text stands as it is."""
    contract = plain("{code: string as code}", "codes: {A: {deprecated: B}, B: new}")
    (found,) = judged(respond(404, {"code": "A"}), contract).findings
    assert found.hint == "instead: B"


def test_a_wrong_type_is_the_only_finding_of_its_place() -> None:
    """No "not in the catalogue" for a number where a string is due."""
    assert brief(judged(respond(404, error(code=5, status="404"))).findings) == [
        ("wrong-type", "/error/code"),
        ("wrong-type", "/error/status"),
    ]


def test_the_status_in_the_body_is_compared_under_statuses_that_are_not_listed() -> None:
    """The schemas cannot say it there; inside lists it is not compared."""
    body = error(status=404, inner=[{"code": "other", "status": 1, "message": "m"}])
    found = judged(respond(418, body)).findings
    assert brief(found) == [("undocumented-status", ""), ("body-status", "/error/status")]
    assert found[1].message == "body says 404, HTTP says 418"
    assert found[1].severity is ERROR


@pytest.mark.parametrize(
    ("rules", "severity"),
    [("{responses: open}", WARNING), ("{responses: closed}", ERROR), ("{responses: any}", None)],
)
def test_rules_for_responses(rules: str, severity: Severity | None) -> None:
    """`closed` makes an undocumented status an error, `any` makes it nothing."""
    contract = compiled(f"{SHOP}\nrules: {rules}\n")
    found = judged(respond(403, error(status=403)), contract).findings
    assert [item.severity for item in found] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("rule", "body", "name"),
    [
        ("codes", error(code="nope"), "unknown-code"),
        ("codes", error(code="expired"), "code-under-other-status"),
        ("messages", error(code="expired", status=401), "undocumented-text"),
        ("members", error(zzz=1), "unknown-member"),
    ],
)
def test_a_closed_rule_lifts_drift_to_an_error(rule: str, body: Any, name: str) -> None:
    """The same finding, as an error."""
    status = body["error"]["status"]
    open_ = judged(respond(status, body)).findings
    closed = judged(respond(status, body), compiled(f"{SHOP}\nrules: {{{rule}: closed}}\n")).findings
    assert [(item.rule.code, item.severity) for item in open_] == [(f"response/{name}", WARNING)]
    assert [(item.rule.code, item.severity) for item in closed] == [(f"response/{name}", ERROR)]


def test_what_is_no_error_has_no_findings() -> None:
    """A success is not judged, whatever is in it."""
    assert judged(respond(200, {"any": "thing"})) == Judgement(is_error=False)


def test_the_judgement_names_the_documented_status() -> None:
    """The exact status, else its class, else nothing."""
    assert [judged(respond(status, error(status=status))).key for status in (404, 503, 418)] == [
        "404",
        "5XX",
        None,
    ]


def test_responses_without_headers_were_recorded_without_them() -> None:
    """Neither a Content-Type nor a required header is missed where nothing was recorded."""
    assert judged(respond(429, error(status=429), ())).findings == ()


def test_findings_carry_their_places() -> None:
    """The place in the recording and in the body, the definition's line, the schema, and what was got and wanted."""
    (found,) = judged(respond(404, error(level=9))).findings
    assert found.place == Place("run.har", ("error", "level"), entry=3, line=7)
    assert found.related == Place("shop.yaml", ("schemas", "Error", "level", "maximum"))
    assert (found.definition, found.schema) == ("shop", ("$defs", "Error", "properties", "level"))
    assert found.facts == (
        ("demand", "wanted at most 5"),
        ("got", "9"),
        ("member", "level"),
        ("want", "at most 5"),
    )


def test_values_are_cut() -> None:
    """A long value is shown as far as the limit goes."""
    (found,) = judged(respond(404, error(kind="x" * 500)), value_characters=10).findings
    assert dict(found.facts)["got"] == '"xxxxxxxx…'


def test_secrets_are_not_shown() -> None:
    """Values whose place is secret are replaced before they become facts, also inside what is shown."""
    (found,) = judged(respond(404, error(password="hunter2"))).findings
    assert "hunter2" not in found.message
    (found,) = judged(respond(404, error(code={"token": "hunter2"}))).findings
    assert "hunter2" not in found.message
    assert "[redacted]" in found.message


def test_no_more_findings_than_the_limit_and_a_note_of_the_rest() -> None:
    """The worst are kept; one more counts the others by their severity, and is as bad as the worst of them."""
    body = error(code=5, **{f"m{number}": 1 for number in range(10)})
    found = judged(respond(404, body), findings=3).findings
    assert len(found) == 4
    assert [item.severity for item in found].count(ERROR) == 1
    (more,) = [item for item in found if item.rule.code == "response/more-findings"]
    assert more.message == "8 more findings in this response (0 errors, 8 drift, 0 notes)"
    assert more.severity is WARNING


def test_an_unrecognised_error_is_a_finding() -> None:
    """With the nearest miss and why; a success, or another host, is none."""
    exchange = respond(404, error())
    body = bodies.read(exchange.response)
    missed = Recognition(nearest="telecomx", reason='no member "code"')
    found = unrecognised(exchange, missed, body)
    assert found is not None
    assert (found.rule, found.severity) == (RULES["response/unrecognised"], WARNING)
    assert (
        found.message
        == 'no definition recognises this 404 response: the nearest is telecomx: no member "code"'
    )
    assert unrecognised(respond(200, {}), missed, body) is None
    assert unrecognised(exchange, Recognition(out_of_scope=True), body) is None
    assert unrecognised(exchange, Recognition(CONTRACT, "named"), body) is None


def test_an_ambiguous_error_is_a_finding() -> None:
    """All definitions that fit are named."""
    exchange = respond(404, error())
    found = unrecognised(
        exchange, Recognition(candidates=("a", "b"), reason="…"), bodies.read(exchange.response)
    )
    assert found is not None
    assert found.message == "this 404 response fits a, b equally well; name one with -d"
