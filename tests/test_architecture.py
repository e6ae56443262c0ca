"""Who may know whom: the table of docs/architecture.md against the imports in the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "schemagen"


def rooms() -> dict[str, set[str]]:
    """The table of rooms: module → the modules it may import."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", text.split("## Rooms")[1].split("## Folders")[0], re.MULTILINE
    )
    names = [name for name, _ in rows]
    table = {}
    for name, allowed in rows:
        if allowed.startswith("all but "):
            table[name] = set(names) - set(re.findall(r"\w+", allowed.removeprefix("all but ")))
        else:
            table[name] = set(re.findall(r"\w+", allowed))
    return table


def modules() -> Iterator[tuple[str, Path]]:
    """Each source file with the room it belongs to."""
    for path in sorted(SOURCE.rglob("*.py")):
        room = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        if room not in {"__init__", "__main__"}:
            yield room, path


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """The dotted names that a file imports, with their lines; `from a import b` counts as `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            yield from (
                (f"{node.module}.{alias.name}", node.lineno)
                for alias in node.names
                if alias.name != "__version__"
            )


def test_every_module_has_its_row_and_every_row_its_module() -> None:
    """The table is complete and holds nothing left over."""
    assert {room for room, _ in modules()} == set(rooms())


@pytest.mark.parametrize("room", sorted(rooms()))
def test_a_room_imports_only_what_its_row_names(room: str) -> None:
    """No import goes past the table."""
    allowed = rooms()[room] | {room}
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for owner, path in modules()
        if owner == room
        for name, line in imported(path)
        if name.startswith("schemagen.") and name.split(".")[1] not in allowed
    ]
    assert not wrong


@pytest.mark.parametrize("room", sorted(rooms()))
def test_a_row_names_nothing_that_its_room_does_not_import(room: str) -> None:
    """Permission that nobody uses is removed, so that the table says what is."""
    allowed = rooms()[room]
    if len(allowed) > len(rooms()) * 0.8:
        pytest.skip("may import nearly everything")
    used = {
        name.split(".")[1]
        for owner, path in modules()
        if owner == room
        for name, _ in imported(path)
        if name.startswith("schemagen.")
    }
    assert allowed <= used


@pytest.mark.parametrize(
    ("library", "owners"),
    [
        ("click", {"cli"}),
        ("yaml", {"yaml_events"}),
        ("jsonschema", {"engine"}),
        ("jsonschema_rs", {"engine"}),
        ("jinja2", {"rendering"}),
        ("openapi_spec_validator", {"verification"}),
    ],
)
def test_a_library_is_imported_by_its_owner_alone(library: str, owners: set[str]) -> None:
    """A library that one module wraps is known to that module only."""
    users = {room for room, path in modules() for name, _ in imported(path) if name.split(".")[0] == library}
    assert users == owners


def test_only_the_command_line_prints_and_exits() -> None:
    """`print` and `sys.exit` appear in `cli` only."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room, path in modules()
        if room != "cli"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "sys.exit", "exit", "quit"}
    ]
    assert not wrong
