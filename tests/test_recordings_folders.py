"""Folders and several files as inputs of `validate`, and HAR as the more peculiar recorders write it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemagen import api
from schemagen.errors import InputError
from schemagen.exchanges import Exchange
from schemagen.limits import DEFAULTS
from schemagen.recordings import read
from schemagen.recordings.neighbours import beside

Run = Callable[..., Any]

LINE = '{"status": 404, "url": "https://h/a", "body": {"a": 1}}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with recordings, hidden things, other files and links."""
    root = tmp_path / "root"
    for name, text in {
        "b.ndjson": LINE,
        "a/two.ndjson": LINE,
        "a/one.ndjson": LINE,
        "a/.hidden.ndjson": LINE,
        ".git/x.ndjson": LINE,
        "README.md": "# Recordings\n",
        "package.json": '{"name": "x"}',
        "empty.har": "",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "outside.ndjson").write_text(LINE)
    (root / "out.ndjson").symlink_to(tmp_path / "outside.ndjson")
    (root / "in.ndjson").symlink_to(root / "b.ndjson")
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "pipe")
    return root


def test_a_folder_stands_for_the_files_below_it(folder: Path) -> None:
    """Sorted; without what is hidden, links that lead out of it, links to folders, and what is no file."""
    found = [(Path(name).relative_to(folder).as_posix(), of) for name, of in api.list_files(str(folder))]
    names = [
        "README.md",
        "b.ndjson",
        "empty.har",
        "in.ndjson",
        "package.json",
        "a/one.ndjson",
        "a/two.ndjson",
    ]
    assert found == [(name, str(folder)) for name in names]


@pytest.mark.parametrize("name", ["-", "none", "a\0b", ".hidden.har"])
def test_what_is_no_folder_stands_for_itself(name: str) -> None:
    """Whether it can be read is found out by reading it."""
    assert list(api.list_files(name)) == [(name, "")]


def test_a_folder_that_cannot_be_listed_is_told_after_all_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files beside it have been given before."""
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if str(path).endswith("/a"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    files = api.list_files(str(folder))
    assert [next(files)[0] for _ in range(5)][-1] == str(folder / "package.json")
    with pytest.raises(InputError, match=r"root/a: Permission denied"):
        next(files)


@pytest.mark.parametrize("name", ["*", "."])
def test_a_folder_that_cannot_be_entered_is_told_after_all_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Its files are listed, and nobody may ask what they are; of a pattern the other matches are given, too."""
    stat = Path.stat

    def refuse(path: Path, **options: Any) -> Any:
        if path.parent == Path("a"):
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.chdir(folder)
    whole = [file for file, _ in api.list_files(name)]
    monkeypatch.setattr(Path, "stat", refuse)
    files = api.list_files(name)
    for file in whole:
        if not file.startswith("a/"):
            assert next(files)[0] == file
    with pytest.raises(InputError, match=r"^a/one.ndjson: Permission denied$"):
        next(files)


def test_files_that_are_no_recordings_are_one_note(folder: Path) -> None:
    """Counted and named; they are no inputs and no errors. Named themselves, they are."""
    report = api.validate([folder])
    (note,) = [item for item in report.findings if item.rule.code.startswith("recording/")]
    assert (note.rule.code, note.severity.name, note.place.source) == (
        "recording/other-files",
        "NOTE",
        str(folder),
    )
    names = [str(folder / name) for name in ("README.md", "empty.har", "package.json")]
    assert note.message == f"files of no known form are passed over, 3 of them: {', '.join(names)}"
    assert (report.counts.inputs, report.counts.exchanges) == (4, 4)
    [error] = api.validate([folder / "README.md"]).findings
    assert error.rule.code == "recording/unrecognised-form"


def test_not_more_than_twenty_of_them_are_named(tmp_path: Path) -> None:
    """All are counted."""
    for number in range(30):
        (tmp_path / f"{number:02}.txt").write_text("x")
    [note] = api.validate([tmp_path]).findings
    assert ", 30 of them: " in note.message
    assert note.message.endswith("19.txt, …")


def test_folders_and_files_are_inputs_together(run: Run, folder: Path) -> None:
    """In the order of the command line; what cannot be read does not stop the rest, and makes the exit code 2. What is
    named twice is read once.
    """
    found = run("validate", "-f", "json", "--min-checked", "0", folder, "none.har", folder / "b.ndjson")
    assert found.code == 2
    assert found.json["counts"]["exchanges"] == 3
    assert "schemagen: none.har: there is no such file\n" in found.err
    assert "b.ndjson" in found.err


def test_a_status_makes_a_folder_one_of_bodies(folder: Path) -> None:
    """Then every file in it is a body."""
    assert api.validate([folder / "a"], status=404).counts.exchanges == 2


def test_an_empty_folder_checks_nothing(run: Run, tmp_path: Path) -> None:
    """So the exit code is 2, as for any other recording without an error."""
    found = run("validate", tmp_path)
    assert found.code == 2
    assert "there is no recording in what was named" in found.err


# ---- HAR


def har(response: dict[str, Any], **entry: Any) -> bytes:
    """A HAR with one entry."""
    request = {"method": "GET", "url": "https://h/a"}
    return json.dumps({"log": {"entries": [{"request": request, "response": response, **entry}]}}).encode()


@pytest.mark.parametrize("status", [0, -1, None, ""])
def test_a_request_that_failed_is_a_note_with_what_the_recorder_says(status: object) -> None:
    """Browsers write 0, Charles null; Chrome and mitmproxy say why."""
    [note] = read("a", har({"status": status, "_error": "net::ERR_BLOCKED_BY_CLIENT", "content": {}}))
    assert not isinstance(note, Exchange)
    assert note.rule.code == "recording/no-response"
    assert note.hint == 'the recorder says "net::ERR_BLOCKED_BY_CLIENT"'


def test_a_websocket_is_the_response_that_switched_to_it() -> None:
    """Its messages are no responses."""
    data = har(
        {"status": 101, "headers": [], "content": {"size": 0, "mimeType": "x-unknown"}},
        _resourceType="websocket",
        _webSocketMessages=[{"type": "send", "time": 1, "opcode": 1, "data": "{}"}],
    )
    [exchange] = read("a", data)
    assert isinstance(exchange, Exchange)
    assert (exchange.response.status, exchange.response.body, exchange.response.headers) == (101, b"", ())


def test_an_event_stream_has_the_body_that_was_kept_or_none() -> None:
    """Recorders leave the text out while the stream is open."""
    for content, body in (({"size": -1}, None), ({"size": 0, "text": "data: 1\n\n"}, b"data: 1\n\n")):
        [exchange] = read("a", har({"status": 200, "content": {"mimeType": "text/event-stream", **content}}))
        assert isinstance(exchange, Exchange)
        assert exchange.response.body == body
        assert exchange.response.header("content-type") == "text/event-stream"


def test_a_body_in_a_file_beside_the_har_is_read(tmp_path: Path) -> None:
    """As Playwright keeps them; never one from elsewhere, and a missing one is told."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "body.json").write_text('{"a": 1}')
    (tmp_path / "secret.json").write_text("{}")
    neighbour = beside(tmp_path / "in" / "a.har", DEFAULTS)
    for name, body in (("body.json", b'{"a": 1}'), ("../secret.json", None), ("none.json", None)):
        *findings, exchange = read("a", har({"status": 404, "content": {"_file": name}}), neighbour=neighbour)
        assert isinstance(exchange, Exchange)
        assert exchange.response.body == body
        assert len(findings) == (body is None)
