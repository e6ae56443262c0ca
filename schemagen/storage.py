"""Artifacts and a folder: what stands in the way of writing, how the folder differs, and the writing itself.

`<folder>/<id>/` belongs to the command that writes there, `build` or `docs`: what is generated there and no longer wanted is
removed. Only files that carry the mark of `rendering.GENERATED` near their top are ever removed; of any other file it is
only said that it is there.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from schemagen.display import shown
from schemagen.errors import OutputError
from schemagen.filenames import is_device
from schemagen.findings import Finding, Place, finding
from schemagen.rendering import GENERATED, Artifact

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,99})")
_TEMPORARY = ".schemagen-"
_ABANDONED = 3600  # seconds after which no build can still be waiting to name its file
_HEAD = 4096  # bytes of a file in which the mark is looked for
_ONLY_LINES = "only the line ends differ: let git keep LF (.gitattributes: output/** -text)"


def refuse(artifacts: Sequence[Artifact], folder: Path) -> Iterator[Finding]:
    """What stands in the way of writing `artifacts` below `folder`: names, clashes, links, things that are no files.

    Raises:
        OutputError: `folder` itself is no folder.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{shown(str(folder))}: not a folder; name one to write into")
    seen: dict[str, str] = {}
    for artifact in artifacts:
        problem = _name_problem(artifact.path)
        place = _place(folder, artifact.path)
        if problem:
            yield finding("build/unsafe-name", place, artifact=artifact.path, problem=problem)
            continue
        other = seen.get(artifact.path.casefold())
        if other is not None:
            yield finding("build/name-clash", place, artifact=artifact.path, other=other)
        seen[artifact.path.casefold()] = artifact.path
        problem = _obstacle(folder, artifact.path)
        if problem:
            yield finding("build/blocked", place, file=place.source, problem=problem)


def compare(
    artifacts: Sequence[Artifact], folder: Path, *, complete: bool = True, command: str = "schemagen build"
) -> Iterator[Finding]:
    """How `folder` differs from `artifacts`: files missing, different, left over, or not ours.

    With `complete`, the artifacts are those of all definitions, and folders of other ids are left over, too. `command`
    is what mends all of that.

    Raises:
        OutputError: `folder` is no folder, or cannot be read.
    """
    refused = list(refuse(artifacts, folder))
    if refused:
        yield from refused
        return
    for artifact in sorted(artifacts, key=lambda one: one.path):
        yield from _compare_file(artifact, folder, f"run {command}")
    try:
        removable, foreign = _left_over(artifacts, folder, complete=complete)
    except OSError as problem:
        raise OutputError(f"cannot read {shown(str(folder))}: {problem.strerror or problem}") from problem
    for path in removable:
        yield finding(
            "build/left-over",
            _place(folder, path),
            hint=f"run {command}: it removes the file",
            file=_shown(folder, path),
        )
    yield from _report_foreign(foreign, folder)


def write(artifacts: Sequence[Artifact], folder: Path, *, complete: bool = True) -> list[Finding]:
    """Write what is missing or different, remove what is left over; or write nothing and say why in error findings.

    All new files are on the disk, under temporary names, before the first one takes its place; each takes it at once
    (`os.replace`). A folder of an id that is gone is removed only if all in it was generated.

    Raises:
        OutputError: `folder` is no folder, or the disk refused; every file is either the old one or the new one.
    """
    refused = list(refuse(artifacts, folder))
    if refused:
        return refused
    try:
        _replace(
            [artifact for artifact in artifacts if _stored(artifact, folder) != artifact.text.encode()],
            folder,
        )
        removable, foreign = _left_over(artifacts, folder, complete=complete)
        _remove(removable, folder)
    except OSError as problem:
        place = Path(problem.filename or folder)
        place = place.parent if place.name.startswith(_TEMPORARY) else place
        raise OutputError(f"cannot write {shown(str(place))}: {problem.strerror or problem}") from problem
    return list(_report_foreign(foreign, folder))


def _name_problem(path: str) -> str:
    for part in path.split("/"):
        if not _NAME.fullmatch(part):
            return "letters, digits, dot, hyphen and underscore only, beginning with a letter or digit"
        if part.endswith("."):
            return "Windows drops a dot at the end"
        if is_device(part):
            return f"{part.split('.')[0]} is a device on Windows"
    return ""


def _obstacle(folder: Path, path: str) -> str:
    """Why the file could not safely be written, or nothing; the folder itself may be a link, nothing below it may."""
    target = folder
    *parents, name = PurePosixPath(path).parts
    for part in parents:
        target /= part
        if target.is_symlink() or (target.exists() and not target.is_dir()):
            return f"{part} is a link, or not a folder"
    if not os.path.realpath(target / name).startswith(os.path.realpath(folder) + os.sep):
        return "it would be outside of the output folder"
    target /= name
    if target.is_symlink() or (target.exists() and not target.is_file()):
        return "a link or something else than a file stands there"
    return ""


def _compare_file(artifact: Artifact, folder: Path, remedy: str) -> Iterator[Finding]:
    stored, wanted = _stored(artifact, folder), artifact.text.encode()
    file = _shown(folder, artifact.path)
    if stored is None:
        yield finding("build/missing", _place(folder, artifact.path), hint=remedy, file=file)
    elif stored != wanted:
        line = _first_difference(stored, wanted)
        same = stored.replace(b"\r\n", b"\n") == wanted
        hint = _ONLY_LINES if same else remedy
        yield finding("build/different", Place(file, line=line), hint=hint, file=file, line=line)


def _stored(artifact: Artifact, folder: Path) -> bytes | None:
    try:
        return (folder / artifact.path).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise OutputError(
            f"cannot read {shown(str(folder / artifact.path))}: {problem.strerror}"
        ) from problem


def _first_difference(one: bytes, other: bytes) -> int:
    """The number of the first line in which they differ, from 1."""
    lines, others = one.split(b"\n"), other.split(b"\n")
    same = (number for number, pair in enumerate(zip(lines, others, strict=False), 1) if pair[0] != pair[1])
    return next(same, min(len(lines), len(others)) + 1)


def _left_over(artifacts: Sequence[Artifact], folder: Path, *, complete: bool) -> tuple[list[str], list[str]]:
    """Files beside the artifacts, as relative paths: those that may be removed, and those that are not ours."""
    wanted = {artifact.path for artifact in artifacts}
    owned = {path.split("/")[0] for path in wanted if "/" in path}
    removable: list[str] = []
    foreign: list[str] = []
    for home in sorted(folder.iterdir()) if folder.is_dir() else []:
        if home.is_symlink() or not home.is_dir() or home.name.startswith("."):
            continue
        others = [path for path in _files(home, folder) if path not in wanted]
        ours = [path for path in others if is_generated(folder / path)]
        if home.name in owned:
            removable += ours
            foreign += [
                path for path in others if path not in ours and not PurePosixPath(path).name.startswith(".")
            ]
        elif complete and ours and len(ours) == len(others):
            removable += ours
    return removable, foreign


def _files(home: Path, folder: Path) -> Iterator[str]:
    for path in sorted(home.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()


def is_generated(path: Path) -> bool:
    """Whether a file stands there that says of itself that it was generated."""
    if path.is_symlink() or not path.is_file():
        return False
    if path.name.startswith(_TEMPORARY):  # a young one belongs to another build that is at work
        return time.time() - path.stat().st_mtime > _ABANDONED
    with path.open("rb") as file:
        return GENERATED.encode() in file.read(_HEAD)


def _report_foreign(paths: Iterable[str], folder: Path) -> Iterator[Finding]:
    for path in paths:
        home = _shown(folder, path.split("/", 1)[0])
        yield finding(
            "build/foreign-file",
            _place(folder, path),
            hint="move it elsewhere, or remove it",
            file=_shown(folder, path),
            folder=home,
        )


def _replace(artifacts: Sequence[Artifact], folder: Path) -> None:
    """All or nothing as far as a file system goes: first every temporary file, then every `os.replace`."""
    waiting: list[tuple[Path, Path]] = []
    try:
        for artifact in artifacts:
            target = folder / artifact.path
            target.parent.mkdir(parents=True, exist_ok=True)
            waiting.append((target.with_name(f"{_TEMPORARY}{secrets.token_hex(8)}"), target))
            _write_new(waiting[-1][0], artifact.text.encode())
        for temporary, target in waiting:
            temporary.replace(target)
    finally:
        for temporary, _ in waiting:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _write_new(path: Path, content: bytes) -> None:
    """A file that was not there, with the rights that the user's umask gives."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _remove(paths: Iterable[str], folder: Path) -> None:
    for path in paths:
        (folder / path).unlink()
        for parent in PurePosixPath(path).parents[:-1]:
            with contextlib.suppress(OSError):  # not empty: something of the user's is in it
                (folder / parent).rmdir()


def _place(folder: Path, path: str) -> Place:
    return Place(_shown(folder, path))


def _shown(folder: Path, path: str) -> str:
    """The file as the user would name it, with `/` everywhere."""
    return (folder / path).as_posix()
