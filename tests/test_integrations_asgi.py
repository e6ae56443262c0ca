"""ASGI middleware: answers pass untouched, errors are checked after they were sent, and nothing in it fails a request."""

from __future__ import annotations

import asyncio
import gzip
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from answering import ACME, GOOD, JSON, RULES, WRONG

import schemagen
from schemagen.errors import DefinitionError, SchemagenError
from schemagen.exchanges import Exchange
from schemagen.findings import Finding
from schemagen.integrations.answers import Counts
from schemagen.integrations.asgi import App, ErrorFormatMiddleware, Message, Receive, Send
from schemagen.limits import Limits

HEADERS = [tuple(each.encode() for each in JSON)]


class Found:
    """A callback that keeps what it is told."""

    def __init__(self) -> None:
        self.all: list[tuple[Exchange, tuple[Finding, ...]]] = []

    def __call__(self, exchange: Exchange, findings: tuple[Finding, ...]) -> None:
        """Keeps them."""
        self.all.append((exchange, findings))

    @property
    def rules(self) -> list[str]:
        """The rules of all findings."""
        return [item.rule.code for _, findings in self.all for item in findings]


def answering(*messages: Message) -> App:
    """An application that sends these messages."""

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    return app


def answer(body: bytes, status: int = 404, headers: Sequence[Any] = tuple(HEADERS)) -> App:
    """An application that answers in one piece."""
    return answering(
        {"type": "http.response.start", "status": status, "headers": list(headers)},
        {"type": "http.response.body", "body": body},
    )


def scope(**changed: Any) -> Message:
    """A request."""
    return {
        "type": "http",
        "method": "GET",
        "path": "/parcels/17",
        "raw_path": b"/parcels/17",
        "query_string": b"",
        "headers": [],
        **changed,
    }


def sent(app: App, **changed: Any) -> list[Message]:
    """What an application sends to a server."""
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    asyncio.run(call(app, scope(**changed), receive, send))
    return messages


async def call(app: App, *given: Any) -> None:
    """Calls an application."""
    await app(*given)


@pytest.mark.parametrize(("body", "rules"), [(GOOD, []), (WRONG, RULES)], ids=["good", "wrong"])
def test_an_error_is_checked_and_passes_as_it_is(body: bytes, rules: list[str]) -> None:
    """The client of a real framework-free application gets every byte; findings are those of its answer."""
    found = Found()
    app = ErrorFormatMiddleware(answer(body), ACME, on_finding=found)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://staging") as client:
            return await client.get("/parcels/17?key=secret")

    response = asyncio.run(ask())
    assert (response.status_code, response.content, response.headers.multi_items()) == (404, body, [JSON])
    assert app.flush()
    assert found.rules == rules
    assert app.counts() == Counts(answers=1, candidates=1, chosen=1, checked=1)
    assert app.report().counts.checked == 1


def test_a_finding_tells_request_and_place_in_the_definition() -> None:
    """The callback is given the exchange, and findings with the line of the definition."""
    found = Found()
    sent(app := ErrorFormatMiddleware(answer(WRONG), ACME, on_finding=found), query_string=b"a=1")
    app.flush()
    ((exchange, (missing, _)),) = found.all
    assert exchange.request is not None
    assert (exchange.request.method, exchange.request.url) == ("GET", "/parcels/17?a=1")
    assert missing.related is not None
    assert (missing.related.source, missing.related.line) == (ACME, 9)


def test_messages_are_the_very_same_objects() -> None:
    """Nothing is copied, joined or split; headers that can be read once are read once, and kept."""
    parts: list[Message] = [
        {"type": "http.response.start", "status": 404, "headers": HEADERS, "trailers": True},
        {"type": "http.response.body", "body": WRONG[:10], "more_body": True},
        {"type": "http.response.body", "body": b"", "more_body": True},
        {"type": "http.response.body", "body": WRONG[10:]},
        {"type": "http.response.trailers", "headers": [], "more_trailers": False},
    ]
    app = ErrorFormatMiddleware(answering(*parts), ACME, on_finding=(found := Found()))
    assert [id(message) for message in sent(app)] == [id(part) for part in parts]
    app.flush()
    assert found.rules == RULES

    once: Message = {"type": "http.response.start", "status": 404, "headers": iter(HEADERS)}
    app = ErrorFormatMiddleware(answering(once, {"type": "http.response.body", "body": GOOD}), ACME)
    assert list(sent(app)[0]["headers"]) == HEADERS
    app.flush()
    assert app.counts().checked == 1


def test_an_answer_is_sent_before_it_is_looked_at() -> None:
    """The last message has gone when the copy is put aside; background work of the application is not waited for."""
    order: list[str] = []

    class Watching(ErrorFormatMiddleware):
        def end(self, answer: Any) -> None:
            order.append("looked at")
            super().end(answer)

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        for message in ({"type": "http.response.start", "status": 404}, {"type": "http.response.body"}):
            await send(message)
        order.append("background work")

    async def send(message: Message) -> None:
        order.append(message["type"])

    asyncio.run(call(Watching(app, ACME), scope(), None, send))
    assert order[:4] == ["http.response.start", "http.response.body", "looked at", "background work"]


@pytest.mark.parametrize(
    ("method", "status", "body"),
    [("HEAD", 404, b""), ("GET", 204, b""), ("GET", 200, WRONG), ("GET", 304, b"")],
)
def test_what_has_no_body_or_is_no_error_has_no_findings(method: str, status: int, body: bytes) -> None:
    """HEAD has no body to miss; 200, 204 and 304 are no errors."""
    app = ErrorFormatMiddleware(answer(body, status), ACME, on_finding=(found := Found()))
    sent(app, method=method)
    app.flush()
    assert found.all == []
    assert app.counts().checked == (method == "HEAD")


def test_a_body_decides_where_the_definition_says_so(tmp_path: Path) -> None:
    """An API that answers 200 with errors is looked at in every answer."""
    path = tmp_path / "always200.yaml"
    path.write_text(
        "schemagen: 1\nid: always\ntitle: T\nsource: https://x.example\n"
        "when: {body: {ok: false}}\nbody: {ok: boolean, error: string as message}\n"
    )
    found = Found()
    for body in (b'{"ok": true}', b'{"ok": false}'):
        app = ErrorFormatMiddleware(answer(body, 200), str(path), on_finding=found)
        sent(app)
        app.flush()
        assert app.counts().checked == 1
    assert found.rules == ["response/missing-member"]


def test_bodies_are_unpacked_and_bounded() -> None:
    """A body in gzip is read; one larger than is looked at passes whole, and is counted and not checked."""
    packed = gzip.compress(WRONG)
    app = ErrorFormatMiddleware(
        answer(packed, headers=[*HEADERS, (b"content-encoding", b"gzip")]),
        ACME,
        on_finding=(found := Found()),
    )
    assert sent(app)[1]["body"] == packed
    app.flush()
    assert found.rules == RULES

    app = ErrorFormatMiddleware(
        answer(WRONG * 100), ACME, on_finding=(found := Found()), limits=Limits(body_bytes=len(WRONG))
    )
    assert sent(app)[1]["body"] == WRONG * 100
    app.flush()
    assert app.counts() == Counts(answers=1, candidates=1, chosen=1, too_large=1)
    assert (found.all, app.counts().left_out) == ([], 1)


def test_an_answer_broken_off_is_not_judged() -> None:
    """What the application did not finish, or the client did not take, is no contradiction."""

    async def fails(scope: Message, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 500, "headers": HEADERS})
        await send({"type": "http.response.body", "body": WRONG[:5], "more_body": True})
        raise LookupError("of the application")

    app = ErrorFormatMiddleware(fails, ACME, on_finding=(found := Found()))
    with pytest.raises(LookupError, match="of the application"):
        sent(app)

    async def gone(message: Message) -> None:
        raise ConnectionResetError

    app2 = ErrorFormatMiddleware(answer(WRONG), ACME, on_finding=found)
    with pytest.raises(ConnectionResetError):
        asyncio.run(call(app2, scope(), None, gone))
    for each, counts in (
        (app, Counts(answers=1, candidates=1, chosen=1, unfinished=1)),
        (app2, Counts(answers=1)),
    ):
        each.flush()
        assert each.counts() == counts
    assert found.all == []


def test_cancellation_reaches_the_application() -> None:
    """A request that is given up ends as without the middleware, and is counted."""

    async def waits(scope: Message, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 503, "headers": HEADERS})
        await asyncio.sleep(60)

    app = ErrorFormatMiddleware(waits, ACME)

    async def give_up() -> None:
        async def send(message: Message) -> None:
            return None

        task = asyncio.ensure_future(call(app, scope(), None, send))
        await asyncio.sleep(0.01)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(give_up())
    assert app.counts().unfinished == 1


def test_files_that_the_server_sends_are_counted_as_unseen() -> None:
    """`pathsend` and `zerocopysend` hand a file to the server: its bytes never pass here."""
    app = ErrorFormatMiddleware(
        answering(
            {"type": "http.response.start", "status": 404, "headers": HEADERS},
            {"type": "http.response.pathsend", "path": "/error.json"},
        ),
        ACME,
    )
    assert len(sent(app)) == 2
    assert app.counts() == Counts(answers=1, candidates=1, chosen=1, unseen=1)


@pytest.mark.parametrize("kind", ["websocket", "something.new"])
def test_other_connections_pass_untouched(kind: str) -> None:
    """The application gets the server's own `receive` and `send`."""
    given: list[object] = []

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        given.extend((scope, receive, send))

    connection, receive, send = {"type": kind}, object(), object()
    asyncio.run(call(ErrorFormatMiddleware(app, ACME), connection, receive, send))
    assert [id(each) for each in given] == [id(connection), id(receive), id(send)]


def test_all_is_checked_when_the_server_is_told_of_the_shutdown() -> None:
    """At `lifespan.shutdown.complete` nothing waits any more."""
    found, checked = Found(), []

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await answer(WRONG)(scope, receive, send)

    watched = ErrorFormatMiddleware(app, ACME, on_finding=found)
    for _ in range(100):
        sent(watched)

    async def send(message: Message) -> None:
        checked.append((message["type"], watched.counts().checked))

    asyncio.run(call(watched, {"type": "lifespan"}, None, send))
    assert checked[1] == ("lifespan.shutdown.complete", 100)


def test_a_thousand_requests_at_once_lose_nothing() -> None:
    """Every answer is counted, every error checked, every finding told."""
    found = Found()

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0)
        number = int(scope["path"][1:])
        await answer(WRONG if number % 2 else GOOD, 404 if number % 4 < 2 else 200)(scope, receive, send)

    watched = ErrorFormatMiddleware(app, ACME, on_finding=found)

    async def ask() -> None:
        async def send(message: Message) -> None:
            await asyncio.sleep(0)

        await asyncio.gather(
            *(watched(scope(path=f"/{number}", raw_path=None), _none, send) for number in range(1000))
        )

    asyncio.run(ask())
    assert watched.flush(30)
    assert watched.counts() == Counts(answers=1000, candidates=500, chosen=500, checked=500)
    urls = [exchange.request.url for exchange, _ in found.all if exchange.request]
    assert sorted(urls, key=lambda url: int(url[1:])) == [f"/{number}" for number in range(1, 1000, 4)]


async def _none() -> Message:
    return {"type": "http.disconnect"}


@pytest.mark.parametrize(("sample", "least", "most"), [(0, 0, 0), (0.5, 50, 150), (1, 200, 200)])
def test_a_sample_is_a_share_of_the_errors(sample: float, least: int, most: int) -> None:
    """Of what is no error nothing is taken; the rest is by chance."""
    app = ErrorFormatMiddleware(answer(GOOD), ACME, sample=sample)
    for _ in range(200):
        sent(app)
    app.flush()
    counts = app.counts()
    assert (counts.answers, counts.candidates) == (200, 200)
    assert counts.chosen == counts.checked
    assert counts.not_chosen + counts.chosen == 200
    assert least <= counts.chosen <= most


def test_paths_and_statuses_choose_what_is_checked() -> None:
    """`only` and `exclude` are those of `validate`."""
    found = Found()
    app = ErrorFormatMiddleware(
        answer(WRONG), ACME, on_finding=found, only="path=/parcels/*", exclude="path=*/17"
    )
    for path in (b"/parcels/16", b"/parcels/17", b"/health"):
        sent(app, raw_path=path)
    app.flush()
    assert [exchange.request and exchange.request.url for exchange, _ in found.all] == ["/parcels/16"]
    counts = app.counts()
    assert (counts.candidates, counts.filtered, counts.chosen, counts.checked) == (3, 2, 1, 1)


def test_each_kind_of_finding_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """A hundred wrong answers are one entry in the log, with pointer, got, want and the place in the definition."""
    app = ErrorFormatMiddleware(answer(WRONG), ACME)
    with caplog.at_level(logging.INFO, "schemagen"):
        for _ in range(100):
            sent(app)
        app.flush()
    (record,) = caplog.records
    assert (record.levelname, record.name) == ("ERROR", "schemagen")
    text = record.getMessage()
    assert text.startswith("GET /parcels/17: the 404 response is not as acme documents it")
    for part in ('no member "message"', "/msg", "see ", "acme.yaml:9:12"):
        assert part in text
    assert app.report().groups[0].count == 100


def test_a_kind_of_finding_is_logged_for_each_status(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong in a 404 is not known of the 422; where there are too many kinds, the log says that it goes no further."""
    monkeypatch.setattr("schemagen.integrations.journal._KINDS", 3)
    app = ErrorFormatMiddleware(answer(WRONG), ACME)
    for status in (404, 422, 404, 429):
        app.app = answer(WRONG, status)
        sent(app)
        assert app.flush()
    assert [record.getMessage().partition(" response")[0] for record in caplog.records] == [
        "GET /parcels/17: the 404",
        "GET /parcels/17: the 422",
        "3 kinds of findings were logged, and no more are (logged once; counts() and report() tell the rest)",
    ]


def test_trouble_in_the_check_is_logged_once_and_reaches_no_request(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a failing callback, nor a failing check, nor a failing copy changes an answer."""

    def fails(*_: object) -> None:
        raise ZeroDivisionError("of the callback")

    app = ErrorFormatMiddleware(answer(WRONG), ACME, on_finding=fails)
    for _ in range(3):
        assert sent(app)[1]["body"] == WRONG
    app.flush()
    assert (app.counts().checked, app.counts().untold, app.counts().left_out) == (3, 3, 0)

    monkeypatch.setattr("schemagen.live.checker.Checker.check", fails)
    for _ in range(3):
        assert sent(app)[1]["body"] == WRONG
    app.flush()
    assert app.counts().failed == 3

    monkeypatch.setattr("schemagen.integrations.answers.may_be_error", fails)
    for _ in range(3):
        assert sent(app)[1]["body"] == WRONG
    assert app.counts() == Counts(answers=9, candidates=9, chosen=9, checked=3, failed=6, untold=3)
    assert [record.getMessage().partition(" (")[0] for record in caplog.records] == [
        "on_finding failed",
        "an answer could not be checked",
        "an answer could not be looked at",
    ]
    assert all(record.exc_info for record in caplog.records)


def test_too_many_answers_are_left_out_counted_and_told_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check that cannot keep up does not fill the memory."""
    monkeypatch.setattr("schemagen.integrations.answers._HELD", 3 * len(WRONG))
    gate = threading.Event()
    app = ErrorFormatMiddleware(answer(WRONG), ACME, on_finding=lambda *_: gate.wait(10))
    for _ in range(10):
        sent(app)
    gate.set()
    app.flush()
    counts = app.counts()
    assert (counts.chosen, counts.checked, counts.too_many) == (10, 3, 7)
    assert ["too many" in record.getMessage() for record in caplog.records] == [True]


def wsgi_app(environ: Any, start_response: Any) -> list[bytes]:
    """Is of the other kind."""
    return []


def test_what_cannot_be_is_said_at_the_start(tmp_path: Path) -> None:
    """A wrong definition, an unknown one, a wrong term and a wrong sample stop the application before it serves."""
    path = tmp_path / "wrong.yaml"
    path.write_text("schemagen: 1\n")
    app = answer(GOOD)
    with pytest.raises(DefinitionError):
        ErrorFormatMiddleware(app, str(path))
    with pytest.raises(SchemagenError, match="telecomx"):
        ErrorFormatMiddleware(app, "telecom")
    with pytest.raises(SchemagenError, match="did you mean 'path='"):
        ErrorFormatMiddleware(app, ACME, only="paht=/x")
    with pytest.raises(
        ValueError, match="host=staging: hosts are not looked at in a server; say path= or status="
    ):
        ErrorFormatMiddleware(app, ACME, exclude=["path=/x", "host=staging"])
    for sample in (10, "0.1", None):
        with pytest.raises(ValueError, match=f"sample: {sample!r} is not a number between 0 and 1"):
            ErrorFormatMiddleware(app, ACME, sample=sample)
    for wrong in (wsgi_app, ACME):
        with pytest.raises(
            TypeError, match=r"^\w+ is no application of ASGI, which takes scope, receive, send;"
        ):
            ErrorFormatMiddleware(wrong, ACME)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="on_finding: 'raise' is no function"):
        ErrorFormatMiddleware(app, ACME, on_finding="raise")


def test_a_definition_is_an_id_a_path_or_a_contract() -> None:
    """As for everything that checks."""
    for definition in (Path(ACME), schemagen.load(ACME)):
        sent(app := ErrorFormatMiddleware(answer(WRONG), definition, on_finding=(found := Found())))
        assert app.flush()
        assert found.rules == RULES
