"""Runs what the pages show in the shell, and writes below each command what it prints now.

In a block `console`, a line that begins with `$ ` is a command, lines that begin with `> ` go on with it, and what stands
below is its output; a line `…` stands for any number of lines. A block with a title shows a file: it is written where it
is not there, and else it must be the same. A page is one shell, which starts in a copy of the checkout. `make docs` runs
this; the tests prove that it would change nothing. Generated pages are left alone.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
NEEDED = ("docs", "specs", "pyproject.toml")  # what of the checkout the commands read
GENERATED = "<!-- Generated"
LEFT_OUT = "…"
FENCED = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)

_PROGRAM = f"""#!/bin/sh
exec "{sys.executable}" -m schemagen "$@"
"""
_FILE = """mkdir -p "$(dirname '{file}')"
cat > .shown <<'END OF BLOCK'
{text}END OF BLOCK
if [ -e '{file}' ]; then diff -u '{file}' .shown; rm .shown; else mv .shown '{file}'; fi"""


@dataclasses.dataclass(frozen=True)
class Block:
    """A fenced block: the line it begins in, the words after its fence, and what is in it."""

    page: Path
    line: int
    words: tuple[str, ...]
    text: str

    @property
    def title(self) -> str:
        """The file that the block shows, or nothing."""
        titles = [word for word in self.words if word.startswith("title=")]
        return titles[0].removeprefix("title=").strip('"') if titles else ""

    def __str__(self) -> str:
        """Page and line."""
        return f"{self.page.name}:{self.line}"


@dataclasses.dataclass(frozen=True)
class Step:
    """Something that a page does in the shell: its block, its lines in the page, the script, and the output shown."""

    block: Block
    shown: str
    script: str
    wanted: list[str]


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, match.start()) + 1, tuple(match[2].split()), match[3])
        for match in FENCED.finditer(text)
    ]


def steps(page: Path) -> Iterator[Step]:
    """What a page does in the shell, in order; nothing, if it is generated."""
    if page.read_text(encoding="utf-8").startswith(GENERATED):
        return
    for block in blocks(page):
        if block.title:
            yield Step(block, block.title, _FILE.format(file=block.title, text=block.text), [])
        elif block.words[:1] == ("console",):
            yield from _commands(block)


def _commands(block: Block) -> Iterator[Step]:
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        first, *rest = part.splitlines()
        more = list(itertools.takewhile(lambda line: line.startswith("> "), rest))
        script = "\n".join([first, *(line.removeprefix("> ") for line in more)])
        yield Step(block, "\n".join([f"$ {first}", *more]), script, _trimmed(rest[len(more) :]))


def run(page: Path) -> list[tuple[Step, list[str]]]:
    """Each step of a page, with the lines that it prints.

    Raises:
        RuntimeError: the shell ended before the page did.
    """
    todo = list(steps(page))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _copy_checkout(folder / "checkout")
        program = folder / "schemagen"
        program.write_text(_PROGRAM, encoding="utf-8")
        program.chmod(0o755)
        script = folder / "script"
        lines = [f"{{ {step.script}\n}} 2>&1\nprintf '\\0'\n" for step in todo]
        script.write_text("".join(lines), encoding="utf-8")
        done = subprocess.run(
            ["bash", str(script)],
            cwd=folder / "checkout",
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    printed = done.stdout.decode("utf-8").split("\0")
    if len(printed) != len(todo) + 1:
        raise RuntimeError(f"{page.name}: the shell ended early: {printed[-1]}")
    return [(step, _trimmed(text.splitlines())) for step, text in zip(todo, printed, strict=False)]


def _copy_checkout(folder: Path) -> None:
    folder.mkdir()
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            shutil.copy(ROOT / name, folder / name)


def _environment(folder: Path) -> dict[str, str]:
    """What the commands see: our program first, no settings of the person who runs this."""
    programs = [str(folder), str(Path(sys.executable).parent), os.environ["PATH"]]
    return {
        "PATH": os.pathsep.join(programs),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "100",
        "PYTEST_ADDOPTS": "-p schemagen.integrations.pytest_plugin -p no:cacheprovider",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # others are slow to load, and of no use here
    }


def agree(wanted: list[str], got: list[str]) -> bool:
    """Whether the output is what the page shows."""
    if not wanted:
        return not got
    if wanted[0].strip() == LEFT_OUT:
        return any(agree(wanted[1:], got[start:]) for start in range(len(got) + 1))
    return bool(got) and wanted[0].rstrip() == got[0].rstrip() and agree(wanted[1:], got[1:])


def refreshed(page: Path) -> str:
    """The text of a page with the output of today; output that agrees stays as it is, with its `…`."""
    outputs: dict[int, str] = {}
    for step, got in run(page):
        if not step.block.title:
            kept = step.wanted if agree(step.wanted, got) else got
            outputs[step.block.line] = outputs.get(step.block.line, "") + _lines(step.shown, *kept)
    text = page.read_text(encoding="utf-8")

    def replaced(match: re.Match[str]) -> str:
        line = text.count("\n", 0, match.start()) + 1
        return f"{match[1]}{match[2]}\n{outputs.get(line, match[3])}{match[1]}"

    return FENCED.sub(replaced, text)


def _lines(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def _trimmed(lines: list[str]) -> list[str]:
    """Lines without the blank ones at the end."""
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


if __name__ == "__main__":
    for each in PAGES:
        if any(steps(each)):
            each.write_text(refreshed(each), encoding="utf-8", newline="\n")
