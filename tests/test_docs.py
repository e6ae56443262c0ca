"""The pages: what they show is run, what they link to is there, what is generated is fresh."""

from __future__ import annotations

import importlib.util
import itertools
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import schemagen
from schemagen import resources
from schemagen.rules import RULES

ROOT = Path(__file__).parents[1]
REQUIRED = {
    "schemagen": "schemagen: 1\n",
    "id": "id: acme\n",
    "title": "title: Acme Parcels API\n",
    "source": "source: https://acme.example/docs/errors\n",
    "body": "body:\n  code: string as code\n  message: string as message\n  status: integer as status\n",
}


def script(name: str) -> ModuleType:
    """A script of the folder `docs` as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


transcripts = script("transcripts")
generate = script("generate")
PAGES: list[Path] = transcripts.PAGES
page_by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(transcripts.steps(page))], ids=lambda page: page.name
)
def test_commands_of_a_page_print_what_it_shows(page: Path) -> None:
    """Every line after `$ ` is run, in order, and prints what stands below it; `make docs` writes it anew."""
    for step, got in transcripts.run(page):
        assert transcripts.agree(step.wanted, got), "\n".join([f"{step.block}: {step.shown}", *got])


@pytest.mark.parametrize(
    ("wanted", "got", "verdict"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a", "b"], ["a", "c"], False),
        (["a"], ["a", "b"], False),
        (["a", "…"], ["a", "b", "c"], True),
        (["…", "c"], ["a", "b", "c"], True),
        (["a", "…", "c"], ["a", "b"], False),
        ([], ["a"], False),
    ],
)
def test_only_dots_stand_for_other_lines(wanted: list[str], got: list[str], *, verdict: bool) -> None:
    """Output is compared line by line, and a line `…` stands for any number of lines."""
    assert transcripts.agree(wanted, got) is verdict


def whole(text: str) -> str:
    """A definition of which the text is a part: keys that are required and missing are filled in."""
    keys = set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    return "".join(lines for key, lines in REQUIRED.items() if key not in keys) + text


def definition_blocks() -> list[Any]:
    """The blocks that are definitions or parts of one: those of the guide, and whatever has the language's version."""
    return [
        block
        for page in PAGES
        for block in transcripts.blocks(page)
        if block.words[:1] == ("yaml",) and "fragment" not in block.words
        if page.name == "language.md" or re.search(r"^schemagen: 1", block.text, re.MULTILINE)
    ]


@pytest.mark.parametrize("block", definition_blocks(), ids=str)
def test_definitions_on_the_pages_are_judged_as_they_say(block: Any, tmp_path: Path) -> None:
    """A definition passes `check`, unless it is there to show a mistake; then `check` names one."""
    path = tmp_path / "page.yaml"
    path.write_text(whole(block.text), encoding="utf-8")
    found = [(item.rule.code, item.message) for item in schemagen.check([path]).findings]
    if "wrong" in block.words:
        assert found
    else:
        assert found == []


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    text: str = transcripts.FENCED.sub("", page.read_text(encoding="utf-8"))
    return text


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


@page_by_page
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file or a folder, and its anchor is a heading there."""
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_pictures_are_small_and_say_what_they_show() -> None:
    """Each is on a page, with a text for who does not see it, and below 150 KB; `make images` takes them anew."""
    shown = [
        ((page.parent / path).resolve(), text)
        for page in PAGES
        for text, path in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", prose(page))
    ]
    assert {path for path, _ in shown} == set((ROOT / "docs" / "images").iterdir())
    assert all(len(text) > 20 for _, text in shown)
    assert all(path.stat().st_size < 150_000 for path, _ in shown)


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


@page_by_page
def test_pages_name_no_machine_and_install_nothing_foreign(page: Path) -> None:
    """No path of the machine a page was written on; and `schemagen` on PyPI is somebody else's."""
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"/tmp/|/home/|/root/|/Users/", text) == []
    assert re.findall(r"(?:install|add) [\"']?schemagen\b(?! @)|(?:uvx|pipx run) schemagen", text) == []


@pytest.mark.parametrize("name", ["language-reference.md", "rules.md"])
def test_generated_pages_are_fresh(name: str) -> None:
    """`make docs` would change nothing."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == generate.pages()[name]


def test_the_reference_holds_every_key_of_the_schema() -> None:
    """Every mapping of the definition schema that has keys of its own has a table in the reference."""
    text = resources.definition_schema().read_text(encoding="utf-8")
    assert text.count('"properties": {') == len(generate.MAPPINGS)


def test_every_command_stands_on_its_page_with_its_help() -> None:
    """The page of the commands shows the help of each, so that it names every option."""
    from schemagen.cli.program import COMMANDS

    shown = [step.script for step in transcripts.steps(ROOT / "docs" / "commands.md")]
    assert [f"schemagen {name} --help" for name in COMMANDS] == [line for line in shown if "--help" in line]


def test_every_limit_and_setting_stands_on_the_page_of_commands() -> None:
    """The table of limits has each with its default, and the example of settings has each setting."""
    import dataclasses
    import tomllib

    from schemagen.limits import Limits
    from schemagen.settings import Settings

    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `([a-z-]+)` \| ([0-9]+) \|", text, re.MULTILINE))
    limits = {name.replace("_", "-"): str(value) for name, value in dataclasses.asdict(Limits()).items()}
    assert table == limits
    (shown,) = [
        block.text for block in transcripts.blocks(ROOT / "docs" / "commands.md") if block.words == ("toml",)
    ]
    settings = [field.name.replace("_", "-") for field in dataclasses.fields(Settings)]
    assert sorted(tomllib.loads(shown)["tool"]["schemagen"]) == sorted(settings)


def test_every_rule_is_on_the_page_of_rules() -> None:
    """No stage is forgotten."""
    named = anchors(ROOT / "docs/rules.md")
    assert [code for code in RULES if code.replace("/", "") not in named] == []
