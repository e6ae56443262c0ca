"""The pages: what they show is run, what they link to is there, what is generated is fresh."""

from __future__ import annotations

import dataclasses
import functools
import importlib.util
import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from schemagen import compiler, definitions, documents
from schemagen.findings import Finding, Severity

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
NEEDED = ("docs", "specs")  # the folders that the commands of the pages read
FENCED = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "…"  # a line that stands for any number of lines of output
REQUIRED = {
    "schemagen": "schemagen: 1\n",
    "id": "id: acme\n",
    "title": "title: Acme Parcels API\n",
    "source": "source: https://acme.example/docs/errors\n",
    "body": "body:\n  code: string as code\n  message: string as message\n  status: integer as status\n",
}


@dataclasses.dataclass(frozen=True)
class Block:
    """A fenced block: the words after its fence, the line it begins in, and what is in it."""

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
        """Page and line, for the names of tests."""
        return f"{self.page.name}:{self.line}"


@dataclasses.dataclass(frozen=True)
class Step:
    """Something that a page does in the shell, and what it says comes of it."""

    where: str
    script: str
    wanted: list[str]


@functools.cache
def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page."""
    found = []
    text = page.read_text(encoding="utf-8")
    for match in FENCED.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(page, line, tuple(match[2].split()), match[3]))
    return found


def all_blocks(*languages: str) -> list[Block]:
    """The blocks of all pages in one of these languages."""
    return [block for page in PAGES for block in blocks(page) if block.words and block.words[0] in languages]


def steps(page: Path) -> Iterator[Step]:
    """What a page does: a block with a title writes its file, a line that begins with `$ ` is run."""
    for block in blocks(page):
        if block.title:
            yield Step(f"{block}: {block.title}", _shows(block.title, block.text), [])
        elif block.words[:1] == ("console",):
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, *rest = part.splitlines()
                more = [line[2:] for line in itertools.takewhile(lambda line: line.startswith("> "), rest)]
                yield Step(f"{block}: {command}", "\n".join([command, *more]), rest[len(more) :])


def _shows(file: str, text: str) -> str:
    """A script that writes the file, or says how it differs from the one that is there."""
    return f"""mkdir -p "$(dirname '{file}')"
cat > .shown <<'END OF BLOCK'
{text}END OF BLOCK
if [ -e '{file}' ]; then diff -u '{file}' .shown; rm .shown; else mv .shown '{file}'; fi"""


def run(page: Path, folder: Path) -> list[str]:
    """What each step of a page prints, in one shell that starts in a copy of the checkout."""
    for name in NEEDED:
        shutil.copytree(ROOT / name, folder / "checkout" / name)
    programs = folder / "bin"
    programs.mkdir()
    program = programs / "schemagen"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m schemagen "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = folder / "script"
    script.write_text(
        "".join(f"{{ {step.script}\n}} 2>&1\nprintf '\\0'\n" for step in steps(page)), encoding="utf-8"
    )
    done = subprocess.run(
        ["bash", str(script)],
        cwd=folder / "checkout",
        env={
            "PATH": f"{programs}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "COLUMNS": "100",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout.decode("utf-8").split("\0")[:-1]


def agree(wanted: list[str], got: list[str]) -> bool:
    """Whether the output is what the page shows; a line `…` stands for any number of lines."""
    if not wanted:
        return not got
    if wanted[0].strip() == LEFT_OUT:
        return any(agree(wanted[1:], got[start:]) for start in range(len(got) + 1))
    return bool(got) and wanted[0].rstrip() == got[0].rstrip() and agree(wanted[1:], got[1:])


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(steps(page))], ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_commands_of_a_page_print_what_it_shows(page: Path, tmp_path: Path) -> None:
    """Every line after `$ ` is run, in order, and prints what stands below it."""
    printed = run(page, tmp_path)
    expected = list(steps(page))
    assert len(printed) == len(expected), printed[-1:]
    for step, output in zip(expected, printed, strict=True):
        got = output.rstrip("\n").splitlines()
        assert agree("\n".join(step.wanted).rstrip("\n").splitlines(), got), f"{step.where}\n{output}"


def judged(text: str) -> list[Finding]:
    """The findings of a definition, read and compiled; keys that are required and missing are filled in."""
    keys = set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    whole = "".join(lines for key, lines in REQUIRED.items() if key not in keys) + text
    document, findings = documents.read(whole.encode(), "page.yaml")
    if document is not None:
        form, more = definitions.read(document)
        findings += more
        if form is not None:
            findings += compiler.compile_format(form)[1]
    return findings


def definition_blocks() -> list[Block]:
    """The blocks that are definitions or parts of one: those of the guide, and whatever has the language's version."""
    return [
        block
        for block in all_blocks("yaml")
        if "fragment" not in block.words
        and (block.page.name == "language.md" or re.search(r"^schemagen: 1", block.text, re.MULTILINE))
    ]


@pytest.mark.parametrize("block", definition_blocks(), ids=str)
def test_definitions_on_the_pages_are_judged_as_they_say(block: Block) -> None:
    """A definition has no findings, unless it is there to show a mistake; then it has one."""
    found = [(item.rule.code, item.message) for item in judged(block.text) if item.severity > Severity.NOTE]
    if "wrong" in block.words:
        assert found
    else:
        assert found == []


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """Where a page links to in the repository."""
    found = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", prose(page)))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        numbered = (f"{name}-{number}" for number in itertools.count(1))
        found.add(next(each for each in itertools.chain([name], numbered) if each not in found))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file or a folder, and its anchor is a heading there."""
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_reachable_from_the_readme() -> None:
    """Nobody has to know a page's name."""
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in seen:
            seen.add(page)
            targets = ((page.parent / link.partition("#")[0]).resolve() for link in links(page))
            waiting += [target for target in targets if target.suffix == ".md"]
    assert set(PAGES) <= seen


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_name_no_machine_and_install_nothing_foreign(page: Path) -> None:
    """No path of the machine a page was written on; and `schemagen` on PyPI is somebody else's."""
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"/tmp/|/home/|/root/|/Users/", text)
    assert not re.findall(
        r"(?:pip|uv|pipx|tool) (?:install|run|add) [\"']?schemagen\b(?! @)|uvx schemagen", text
    )


def generator() -> ModuleType:
    """The script docs/generate.py as a module."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["language-reference.md", "rules.md"])
def test_generated_pages_are_fresh(name: str) -> None:
    """`make docs` would change nothing."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == generator().pages()[name]


def test_the_reference_holds_every_key_of_the_schema() -> None:
    """Every mapping of the definition schema that has keys of its own has a table in the reference."""
    from schemagen import resources

    text = resources.definition_schema().read_text(encoding="utf-8")
    assert text.count('"properties": {') == len(generator().MAPPINGS)
