"""WSGI middleware: PEP 3333 is kept on both sides, answers pass untouched, errors are checked after they were sent."""

from __future__ import annotations

import concurrent.futures
import http.client
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from wsgiref.handlers import SimpleHandler
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.util import FileWrapper, setup_testing_defaults
from wsgiref.validate import validator

import pytest
from answering import ACME, GOOD, JSON, RULES, WRONG

from schemagen.exchanges import Exchange
from schemagen.findings import Finding
from schemagen.integrations.answers import Counts
from schemagen.integrations.wsgi import ErrorFormatMiddleware

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

NOT_FOUND = "404 Not Found"


class Found:
    """A callback that keeps what it is told."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.rules: list[str] = []

    def __call__(self, exchange: Exchange, findings: tuple[Finding, ...]) -> None:
        """Keeps them."""
        self.exchanges.append(exchange)
        self.rules += [item.rule.code for item in findings]


def answer(make: Callable[[], Iterable[bytes]], status: str = NOT_FOUND) -> WSGIApplication:
    """An application that answers with what `make` gives."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(status, [JSON])
        return make()

    return app


def environment(**changed: Any) -> WSGIEnvironment:
    """A request for a parcel."""
    environ: dict[str, Any] = {"SCRIPT_NAME": "", "PATH_INFO": "/parcels/17", "QUERY_STRING": ""}
    setup_testing_defaults(environ)
    return {**environ, **changed}


def raw(app: WSGIApplication, **changed: Any) -> bytes:
    """What the server of the standard library sends for an application."""
    out = io.BytesIO()
    handler = SimpleHandler(io.BytesIO(), out, io.StringIO(), environment(**changed), multithread=False)
    handler.run(app)  # type: ignore[arg-type]
    return out.getvalue()


def lazily(*parts: bytes) -> Callable[[], Iterator[bytes]]:
    """A generator of parts."""

    def make() -> Iterator[bytes]:
        yield from parts

    return make


class Closing:
    """An iterable of which it is known whether it was closed; with a length, if it is given one."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = parts
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.parts)

    def close(self) -> None:
        """Counts."""
        self.closed += 1


class Sized(Closing):
    """The same with a length."""

    def __len__(self) -> int:
        return len(self.parts)


KINDS: dict[str, Callable[[], Iterable[bytes]]] = {
    "list": lambda: [WRONG],
    "list of parts": lambda: [WRONG[:9], b"", WRONG[9:]],
    "tuple": lambda: (WRONG,),
    "generator": lazily(WRONG[:9], b"", WRONG[9:]),
    "closing": lambda: Closing(WRONG),
    "sized": lambda: Sized(WRONG),
}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_every_kind_of_body_passes_as_it_is_and_is_checked(make: Callable[[], Iterable[bytes]]) -> None:
    """A server sends the same bytes with and without the middleware, Content-Length included; both sides keep PEP 3333."""
    found = Found()
    watched = ErrorFormatMiddleware(answer(make), ACME, on_finding=found)
    strict = validator(ErrorFormatMiddleware(validator(answer(make)), ACME, on_finding=found))
    assert without_date(raw(watched)) == without_date(raw(answer(make)))
    assert raw(strict).endswith(WRONG)
    watched.flush()
    assert found.rules[:2] == RULES
    assert watched.counts() == Counts(answers=1, candidates=1, chosen=1, checked=1)


def without_date(data: bytes) -> list[bytes]:
    """An answer without the header that tells the time."""
    return [line for line in data.split(b"\r\n") if not line.startswith(b"Date:")]


@pytest.mark.parametrize("body", [[WRONG], (WRONG,)], ids=["list", "tuple"])
def test_a_body_in_memory_is_given_back_itself(body: Iterable[bytes]) -> None:
    """Servers treat lists in their own ways, and they still can."""
    assert ErrorFormatMiddleware(answer(lambda: body), ACME)(environment(), lambda *_: print) is body


@pytest.mark.parametrize("body", [Closing(b"x"), lazily(b"x")()], ids=["closing", "generator"])
def test_what_is_no_error_is_given_back_itself(body: Iterable[bytes]) -> None:
    """A download is not looked at, not even iterated."""
    app = ErrorFormatMiddleware(answer(lambda: body, "200 OK"), ACME)
    assert app(environment(), lambda *_: print) is body
    assert app.counts() == Counts(answers=1)


def test_a_file_for_the_server_stays_one() -> None:
    """What `wsgi.file_wrapper` has made is given to the server, and counted as unseen."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(NOT_FOUND, [JSON])
        wrapped: Iterable[bytes] = environ["wsgi.file_wrapper"](io.BytesIO(WRONG))
        return wrapped

    watched = ErrorFormatMiddleware(app, ACME)
    body = watched(environment(**{"wsgi.file_wrapper": FileWrapper}), lambda *_: print)
    assert type(body) is FileWrapper
    assert raw(watched).endswith(WRONG)
    assert watched.counts() == Counts(answers=2, candidates=2, chosen=2, unseen=2)


def test_what_is_written_the_old_way_is_seen() -> None:
    """The function that `start_response` gives still writes, before the body."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response(NOT_FOUND, [JSON])
        write(WRONG[:20])
        return [WRONG[20:]]

    watched = ErrorFormatMiddleware(app, ACME, on_finding=(found := Found()))
    assert raw(watched).endswith(WRONG)
    watched.flush()
    assert (found.rules, found.exchanges[0].response.body) == (RULES, WRONG)


def test_an_application_may_begin_again_before_anything_is_sent() -> None:
    """The second `start_response`, with `exc_info`, is what counts; the one answer is counted once."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("500 Oops", [("content-type", "text/html")])
        try:
            raise LookupError("is handled")
        except LookupError as problem:
            start_response(NOT_FOUND, [JSON], (LookupError, problem, problem.__traceback__))
        yield WRONG

    watched = ErrorFormatMiddleware(app, ACME, on_finding=(found := Found()))
    assert raw(watched).startswith(b"HTTP/1.0 404 ")
    watched.flush()
    assert (found.rules, found.exchanges[0].response.headers) == (RULES, (JSON,))
    assert watched.counts() == Counts(answers=1, candidates=1, chosen=1, checked=1)


def test_an_application_cannot_begin_again_when_something_is_sent() -> None:
    """The server raises what it is given, as without the middleware; the answer is unfinished."""
    raised: list[BaseException] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(NOT_FOUND, [JSON])
        yield WRONG[:9]
        try:
            raise LookupError("too late")
        except LookupError as problem:
            try:
                start_response("500 Oops", [], (LookupError, problem, problem.__traceback__))
            except LookupError as error:
                raised.append(error)
                raise

    watched = ErrorFormatMiddleware(app, ACME, on_finding=(found := Found()))
    assert raw(watched).endswith(WRONG[:9])
    watched.flush()
    assert [str(problem) for problem in raised] == ["too late"]
    assert (found.rules, watched.counts().unfinished) == ([], 1)


def test_exceptions_of_the_application_pass() -> None:
    """Those of the call, and those of the iteration."""

    def at_once(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise LookupError("at once")

    def later(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(NOT_FOUND, [JSON])
        yield b"{"
        raise LookupError("later")

    app = ErrorFormatMiddleware(at_once, ACME)
    with pytest.raises(LookupError, match="at once"):
        app(environment(), lambda *_: print)
    assert app.counts() == Counts(answers=1)
    app = ErrorFormatMiddleware(later, ACME)
    with pytest.raises(LookupError, match="later"):
        list(app(environment(), lambda *_: print))
    assert app.counts().unfinished == 1


@pytest.mark.parametrize("kind", [Closing, Sized])
@pytest.mark.parametrize("read", [0, 1, 2])
def test_the_body_is_closed_once_wherever_the_server_stops(kind: type[Closing], read: int) -> None:
    """A client that goes away in the middle leaves an answer unfinished; a generator's `finally` runs."""
    body = kind(WRONG[:9], WRONG[9:])
    app = ErrorFormatMiddleware(answer(lambda: body), ACME)
    passed = app(environment(), lambda *_: print)
    parts = iter(passed)
    for _ in range(read):
        next(parts)
    passed.close()  # type: ignore[attr-defined]
    app.flush()
    assert body.closed == 1
    assert app.counts().unfinished == 1


def test_a_body_of_the_announced_length_is_whole() -> None:
    """A server may stop as soon as it has as much as the header says."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(NOT_FOUND, [JSON, ("Content-Length", str(len(WRONG)))])
        return Closing(WRONG)

    watched = ErrorFormatMiddleware(app, ACME, on_finding=(found := Found()))
    passed = watched(environment(), lambda *_: print)
    next(iter(passed))
    passed.close()  # type: ignore[attr-defined]
    watched.flush()
    assert found.rules == RULES


@pytest.mark.parametrize(("method", "status"), [("HEAD", NOT_FOUND), ("GET", "204 No Content")])
def test_what_has_no_body_has_no_findings(method: str, status: str) -> None:
    """Also when the server does not iterate it."""
    app = ErrorFormatMiddleware(answer(lazily(), status), ACME, on_finding=(found := Found()))
    app(environment(REQUEST_METHOD=method), lambda *_: print).close()  # type: ignore[attr-defined]
    app.flush()
    assert (found.rules, app.counts().left_out) == ([], 0)


def test_the_request_is_told_in_origin_form() -> None:
    """Path below the mount point, quoted; the query; no host."""
    app = ErrorFormatMiddleware(answer(lambda: [WRONG]), ACME, on_finding=(found := Found()))
    app(
        environment(SCRIPT_NAME="/v1", PATH_INFO="/Gr\xc3\xbc\xc3\x9fe und", QUERY_STRING="a=1"),
        lambda *_: print,
    )
    app.flush()
    request = found.exchanges[0].request
    assert request is not None
    assert (request.method, request.url) == ("GET", "/v1/Gr%C3%BC%C3%9Fe%20und?a=1")


class Quiet(WSGIRequestHandler):
    """Serves and says nothing."""

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_a_thousand_requests_of_a_real_server_lose_nothing() -> None:
    """Ten clients at once; every answer is whole, counted, and checked."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_good = environ["PATH_INFO"].endswith("0")
        start_response(NOT_FOUND, [JSON])
        return [GOOD] if is_good else lazily(WRONG[:5], WRONG[5:])()

    watched = ErrorFormatMiddleware(app, ACME, on_finding=(found := Found()))
    with make_server("127.0.0.1", 0, watched, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

        def ask(number: int) -> bool:
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
            connection.request("GET", f"/{number}")
            body = connection.getresponse().read()
            connection.close()
            return body == (WRONG if number % 10 else GOOD)

        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            assert all(pool.map(ask, range(1000)))
        server.shutdown()
    assert watched.flush(30)
    assert watched.counts() == Counts(answers=1000, candidates=1000, chosen=1000, checked=1000)
    assert len(found.exchanges) == 900


def test_an_application_of_the_other_kind_is_refused() -> None:
    """Before it serves."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        return None

    with pytest.raises(
        TypeError, match=r"^function is no application of WSGI, which takes environ, start_response;"
    ):
        ErrorFormatMiddleware(app, ACME)  # type: ignore[arg-type]
