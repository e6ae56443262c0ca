"""Artifacts and the folder they go into."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from schemagen.errors import OutputError
from schemagen.findings import Finding
from schemagen.rendering import GENERATED, Artifact
from schemagen.storage import compare, refuse, write

MARK = f"# {GENERATED} from a definition\n"
A = Artifact("acme/acme.schema.json", MARK + "a\nø\n")
B = Artifact("other/codes.json", MARK + "b\n")
SHARED = Artifact("definition.schema.json", "{}\n")


def codes(findings: Any) -> list[tuple[str, str]]:
    """Rule and file of each finding."""
    return [(item.rule.code, Path(item.place.source).name) for item in findings]


def files(folder: Path) -> dict[str, str]:
    """Every file below the folder with its text."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_was_written_is_not_different(tmp_path: Path) -> None:
    """After writing, there is nothing to say; the text is there as UTF-8 and with LF."""
    output = tmp_path / "output"
    assert write([A, B, SHARED], output) == []
    assert list(compare([A, B, SHARED], output)) == []
    assert (output / A.path).read_bytes() == A.text.encode("utf-8")
    assert sorted(files(output)) == sorted([A.path, B.path, SHARED.path])


def test_a_second_write_touches_nothing(tmp_path: Path) -> None:
    """A file that is right already keeps its time."""
    write([A], tmp_path)
    os.utime(tmp_path / A.path, (1, 1))
    write([A], tmp_path)
    assert (tmp_path / A.path).stat().st_mtime == 1


@pytest.mark.skipif(os.name == "nt", reason="file modes are POSIX")
def test_files_have_ordinary_rights(tmp_path: Path) -> None:
    """A new file is as readable as the umask allows, not private as temporary files are."""
    old = os.umask(0o022)
    try:
        write([A], tmp_path)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / A.path).stat().st_mode) == 0o644


def test_compare_names_each_file(tmp_path: Path) -> None:
    """Missing, different with its line, and left over, each with what to do."""
    write([A, B], tmp_path)
    (tmp_path / A.path).write_text(MARK + "a\nx\n", encoding="utf-8")
    (tmp_path / B.path).unlink()
    (tmp_path / "acme" / "openapi-2.0.yaml").write_text(MARK)
    found = list(compare([A, B], tmp_path))
    assert codes(found) == [
        ("build/different", "acme.schema.json"),
        ("build/missing", "codes.json"),
        ("build/left-over", "openapi-2.0.yaml"),
    ]
    assert found[0].place.line == 3
    assert all(item.hint and "\n" not in item.message + item.hint for item in found)


def test_a_folder_that_is_not_there_misses_everything(tmp_path: Path) -> None:
    """Before the first build, every file is missing, and comparing makes no folder."""
    assert codes(compare([A], tmp_path / "output")) == [("build/missing", "acme.schema.json")]
    assert not (tmp_path / "output").exists()


def test_line_ends_are_told_apart(tmp_path: Path) -> None:
    """A checkout that turned LF into CRLF gets the hint that helps."""
    write([A], tmp_path)
    (tmp_path / A.path).write_bytes(A.text.replace("\n", "\r\n").encode())
    (found,) = compare([A], tmp_path)
    assert "line ends" in found.hint


def test_left_over_files_are_removed(tmp_path: Path) -> None:
    """What was generated and is no longer wanted goes, and so does the folder of an id that is gone."""
    write([A, B], tmp_path)
    (tmp_path / "acme" / "openapi-2.0.yaml").write_text(MARK)
    assert write([A], tmp_path) == []
    assert list(files(tmp_path)) == [A.path]
    assert not (tmp_path / "other").exists()


def test_part_of_the_definitions_leaves_the_others_alone(tmp_path: Path) -> None:
    """When only some definitions are built, folders of other ids are neither left over nor removed."""
    write([A, B], tmp_path)
    assert list(compare([A], tmp_path, complete=False)) == []
    assert write([A], tmp_path, complete=False) == []
    assert sorted(files(tmp_path)) == sorted([A.path, B.path])


def test_a_users_file_is_never_removed(tmp_path: Path) -> None:
    """In a folder of build it is a warning; a folder that holds any such file stays as it is."""
    write([A, B], tmp_path)
    (tmp_path / "acme" / "notes.txt").write_text("mine")
    (tmp_path / "other" / "notes.txt").write_text("mine")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("mine")
    before = files(tmp_path)
    assert codes(compare([A], tmp_path)) == [("build/foreign-file", "notes.txt")]
    assert codes(write([A], tmp_path)) == [("build/foreign-file", "notes.txt")]
    assert files(tmp_path) == before


def test_a_temporary_file_of_a_dead_build_is_removed(tmp_path: Path) -> None:
    """What an interrupted build left behind is generated, too."""
    write([A], tmp_path)
    (tmp_path / "acme" / ".schemagen-1234").write_text("half")
    (tmp_path / "acme" / ".schemagen-5678").write_text("another build is writing this")
    os.utime(tmp_path / "acme" / ".schemagen-1234", (0, 0))
    (tmp_path / "acme" / ".DS_Store").write_text("")
    assert codes(compare([A], tmp_path)) == [("build/left-over", ".schemagen-1234")]
    assert write([A], tmp_path) == []
    assert sorted(files(tmp_path)) == ["acme/.DS_Store", "acme/.schemagen-5678", A.path]


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "/x",
        "a//b",
        "",
        "a/..",
        "a\\b",
        "a:b",
        "CON",
        "con.schema.json",
        "x/lpt1.json",
        "a.",
        "-a",
        "ø",
        "a\n",
        "a" * 101,
    ],
)
def test_names_that_are_no_files_everywhere_are_refused(tmp_path: Path, path: str) -> None:
    """Nothing leaves the folder, nothing is a device, nothing depends on the system; and nothing at all is written."""
    output = tmp_path / "output"
    assert codes(refuse([A, Artifact(path, "x")], output))[0][0] == "build/unsafe-name"
    assert [item.rule.code for item in write([A, Artifact(path, "x")], output)] == ["build/unsafe-name"]
    assert not output.exists()


@pytest.mark.parametrize("other", ["acme/acme.schema.json", "Acme/acme.schema.json", "acme/ACME.schema.json"])
def test_two_artifacts_in_one_place_are_refused(tmp_path: Path, other: str) -> None:
    """Equal paths, and paths that are equal where case does not count."""
    found = write([A, Artifact(other, "x")], tmp_path)
    assert {item.rule.code for item in found} == {"build/name-clash"}
    assert files(tmp_path) == {}


@pytest.mark.parametrize("linked", ["acme", "acme/acme.schema.json"])
def test_links_below_the_folder_are_refused(tmp_path: Path, linked: str) -> None:
    """Nothing is written through a link that somebody put into the output folder."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "acme.schema.json").write_text("keep")
    link = tmp_path / "output" / linked
    link.parent.mkdir(parents=True)
    link.symlink_to(outside if linked == "acme" else outside / "acme.schema.json")
    assert codes(write([A], tmp_path / "output")) == [("build/blocked", "acme.schema.json")]
    assert codes(compare([A], tmp_path / "output")) == [("build/blocked", "acme.schema.json")]
    assert files(outside) == {"acme.schema.json": "keep"}


def test_a_link_in_place_of_a_left_over_file_is_not_followed(tmp_path: Path) -> None:
    """A link among the files of an id is not ours: it is named, and neither it nor its target is removed."""
    (tmp_path / "target.json").write_text(MARK)
    output = tmp_path / "output"
    write([A], output)
    (output / "acme" / "old.json").symlink_to(tmp_path / "target.json")
    assert codes(write([A], output)) == [("build/foreign-file", "old.json")]
    assert (tmp_path / "target.json").exists()
    assert (output / "acme" / "old.json").is_symlink()


def test_a_link_that_leads_to_itself_is_one_line(tmp_path: Path) -> None:
    """A folder that can never be is said to be so, without a traceback."""
    (tmp_path / "output").symlink_to(tmp_path / "output")
    with pytest.raises(OutputError, match="symbolic links"):
        write([A], tmp_path / "output")


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    """A user may keep the output elsewhere."""
    (tmp_path / "real").mkdir()
    (tmp_path / "output").symlink_to(tmp_path / "real")
    assert write([A], tmp_path / "output") == []
    assert list(files(tmp_path / "real")) == [A.path]


def test_a_file_in_place_of_the_folder_is_one_line(tmp_path: Path) -> None:
    """Neither writing nor comparing can be done."""
    (tmp_path / "output").write_text("x")
    for attempt in (write, lambda *given: list(compare(*given))):
        with pytest.raises(OutputError, match="output: not a folder"):
            attempt([A], tmp_path / "output")


def test_a_folder_that_takes_no_files_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the temporary file that could not be made in it."""
    opened = Path.open

    def refuse_new(path: Path, mode: str) -> Any:
        if mode == "xb":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, mode)

    monkeypatch.setattr(Path, "open", refuse_new)
    with pytest.raises(OutputError) as caught:
        write([A], tmp_path)
    assert str(caught.value) == f"cannot write {tmp_path / 'acme'}: Permission denied"


@pytest.mark.parametrize("obstacle", ["output/acme", "output/acme/acme.schema.json/x"])
def test_things_in_the_way_are_named(tmp_path: Path, obstacle: str) -> None:
    """A file where a folder should be, or a folder where a file should be."""
    path = tmp_path / obstacle
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    assert codes(write([A], tmp_path / "output")) == [("build/blocked", "acme.schema.json")]


def test_a_failed_write_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full at the second file, the first one is still the old one, and nothing half is left."""
    write([Artifact(A.path, MARK + "old"), Artifact(B.path, MARK + "old")], tmp_path)
    before = files(tmp_path)
    real, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write([A, B], tmp_path)
    assert files(tmp_path) == before


def test_findings_name_files_as_the_user_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative folder stays relative, with `/` on every system."""
    monkeypatch.chdir(tmp_path)
    (found,) = compare([A], Path("output"))
    assert isinstance(found, Finding)
    assert found.message == "it is missing"
