"""Names that stand for files: patterns, URLs that fsspec reads, and nothing that the user has not named."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemagen import api
from schemagen.errors import InputError
from schemagen.scale import remote

Run = Callable[..., Any]

ROOT = Path(__file__).parents[1]
NDJSON = (ROOT / "docs/demo/responses.ndjson").read_bytes()


def listed(name: str) -> list[str]:
    """The files that a name stands for."""
    return [file for file, _ in api.list_files(name)]


@pytest.mark.parametrize(
    ("name", "is_url"),
    [
        ("s3://bucket/a.har", True),
        ("simplecache::s3://bucket/a.har", True),
        ("HTTPS://x/", True),
        ("memory://a", True),
        ("a.har", False),
        ("-", False),
        ("C://a.har", False),
        ("./s3://a.har", False),
        ("logs/http://x", False),
        ("a::b", False),
        ("", False),
    ],
)
def test_a_url_has_a_scheme(name: str, is_url: bool) -> None:
    """Nothing below a folder, and no drive, is one."""
    assert remote.is_url(name) == is_url


def test_secrets_of_urls_are_not_shown() -> None:
    """Neither userinfo nor signatures; names of files stay as they are."""
    shown = remote.label("https://me:hush@x.example/a.har?X-Amz-Signature=hush&versionId=3")
    assert "hush" not in shown
    assert "versionId=3" in shown
    assert remote.label("a?token=1.har") == "a?token=1.har"


def test_patterns_stand_for_names_that_match(elsewhere: Path) -> None:
    """Sorted, as a shell would give them; `**` for any folders; a folder that matches stands for its files."""
    for name in ("b.har", "a.har", "a.txt", ".hidden.har", "x/c.har", "x/y/d.har"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(b"")
    assert listed("*.har") == ["a.har", "b.har"]
    assert listed("**/*.har") == ["a.har", "b.har", "x/c.har", "x/y/d.har"]
    assert listed("[xb]*") == ["b.har", "x/c.har", "x/y/d.har"]


def test_a_file_whose_name_looks_like_a_pattern_is_itself(elsewhere: Path) -> None:
    """And a pattern that nothing matches is a file that is not there."""
    Path("a[1].har").write_bytes(b"")
    Path("a1.har").write_bytes(b"")
    assert listed("a[1].har") == ["a[1].har"]
    assert listed("b*.har") == ["b*.har"]
    assert listed("b*\0") == ["b*\0"]


def test_a_url_needs_a_package(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """One line says which."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    found = run("validate", "s3://me:hush@bucket/a.har")
    assert found.code == 2
    assert found.err.splitlines()[0] == (
        "schemagen: s3://[redacted]@bucket/a.har: a URL needs the package fsspec: pip install fsspec"
    )


def test_definitions_are_never_fetched(run: Run) -> None:
    """Only recordings are read by URL: a name in a project's settings reaches nothing."""
    found = run("validate", "-d", "memory://a.yaml", str(ROOT / "docs/demo/telecom.har"))
    assert found.code == 2
    with pytest.raises(InputError, match="there is no such file"):
        api.read_file("memory://a.yaml", 100, "body_bytes")


# With fsspec


@pytest.fixture
def memory() -> Any:
    """A file system in memory, with recordings in a folder."""
    files = pytest.importorskip("fsspec").filesystem("memory")
    for name in ("b.ndjson", "a.ndjson", "x/c.ndjson", ".hidden/d.ndjson"):
        files.pipe(f"/logs/{name}", NDJSON)
    yield files
    files.store.clear()
    files.pseudo_dirs[:] = [""]


@pytest.mark.tools
@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("memory://logs/a.ndjson", ["a.ndjson"]),
        ("memory://logs/*.ndjson", ["a.ndjson", "b.ndjson"]),
        ("memory://logs/*", ["a.ndjson", "b.ndjson"]),
        ("memory://logs/", ["a.ndjson", "b.ndjson", "x/c.ndjson"]),
        ("memory://logs/**/c.ndjson", ["x/c.ndjson"]),
    ],
)
def test_urls_stand_for_files(memory: Any, url: str, names: list[str]) -> None:
    """A `*` for what matches, a `/` at the end for a folder, both sorted; hidden files are left out of folders."""
    assert listed(url) == [f"memory://logs/{name}" for name in names]


@pytest.mark.tools
def test_web_addresses_are_single_files() -> None:
    """A star or a slash means something else there, and a page is not asked what it links to."""
    assert listed("https://x.example/*/") == ["https://x.example/*/"]


@pytest.mark.tools
def test_where_there_is_nothing_one_line_says_so(memory: Any, run: Run) -> None:
    """For a file, a folder, a pattern, a scheme that nobody knows, and whatever a file system raises."""
    names = ["memory://nope.har", "memory://nope/", "memory://nope*", "nope://u:hush@x/a.har"]
    found = run("validate", *names)
    assert found.code == 2
    assert [line.partition(": ")[2] for line in found.err.splitlines()[:4]] == [
        "memory://nope.har: there is no such file",
        "memory://nope/: nothing is there",
        "memory://nope*: nothing is there",
        "nope://[redacted]@x/a.har: Protocol not known: nope",
    ]


class AnswerError(Exception):
    """What a client raises for a status that is none of success."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status}, url='https://x.example/'")
        self.status = status


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        (None, "there is no such file"),
        (FileNotFoundError("https://x.example/"), "there is no such file"),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
        (AnswerError(404), "there is no such file"),
        (AnswerError(403), "the server answers 403"),
        (ValueError("NoSuchKey"), "there is no such file"),
    ],
    ids=repr,
)
def test_a_server_that_does_not_give_a_file_is_told_from_one_that_has_none(
    cause: Exception | None, why: str
) -> None:
    """A file system raises the same exception for both; its cause says which it was."""
    problem = FileNotFoundError("https://x.example/a.har")
    problem.__cause__ = cause
    assert remote.reason(problem) == why


@pytest.mark.tools
def test_a_report_on_a_url_is_that_on_the_file(memory: Any, elsewhere: Path) -> None:
    """But for its name."""
    Path("a.ndjson").write_bytes(NDJSON)
    reports = []
    for name in ("memory://logs/a.ndjson", "a.ndjson"):
        run = api.begin_validation()
        run.read_file(name)
        reports.append(repr(run.report()).replace("memory://logs/", ""))
    assert reports[0] == reports[1]


@pytest.mark.tools
def test_normalize_reads_urls(memory: Any, run: Run) -> None:
    """They are the same names everywhere."""
    assert run("normalize", "memory://logs/a.ndjson").out == run("normalize", "-", stdin=NDJSON).out


@pytest.mark.tools
def test_a_file_that_gives_less_than_asked_for_is_read_to_its_end(
    memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As streams over a network may."""

    class Slow(io.BytesIO):
        def readinto(self, buffer: Any) -> int:
            return super().readinto(memoryview(buffer)[:10])

    monkeypatch.setattr(type(memory), "open", lambda *_, **__: Slow(NDJSON))
    run = api.begin_validation()
    run.read_file("memory://logs/a.ndjson")
    assert run.counts().exchanges == len(NDJSON.splitlines())


@pytest.mark.tools
def test_sizes_are_those_of_files(memory: Any, elsewhere: Path) -> None:
    """Unknown is none."""
    Path("a").write_bytes(b"123")
    assert remote.measure("a") == 3
    assert remote.measure("memory://logs/a.ndjson") == len(NDJSON)
    assert [remote.measure(name) for name in ("b", "\0", "memory://nope", "nope://x")] == [0, 0, 0, 0]
