"""What starting costs: nothing is imported that the command at hand does not need."""

from __future__ import annotations

import functools
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from schemagen.recordings import FORMS

DEMO = Path(__file__).parents[1] / "docs" / "demo"

HEAVY = [
    "click",
    "jinja2",
    "jsonschema",
    "jsonschema_rs",
    "msgspec",
    "openapi_spec_validator",
    "orjson",
    "yaml",
]
ENGINES = {"click", "jsonschema_rs", "orjson"}
LEFT_OF_THE_CONTRACT = {"yaml_events", "documents", "model", "phrases", "definitions", "compiler"}


@functools.cache
def imported(code: str) -> set[str]:
    """The modules that a fresh interpreter has imported after running `code` where no project is."""
    script = (
        f"import sys\nbefore = set(sys.modules)\n{code}\n"
        "sys.stderr.write('\\0' + ' '.join(set(sys.modules) - before))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tempfile.gettempdir()
    )
    return set(run.stderr.partition("\0")[2].split())


def command(*arguments: str) -> str:
    """Code that runs the command line with these arguments."""
    return (
        f"sys.argv = ['schemagen', *{arguments!r}]\nfrom schemagen.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )


def located(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments with the demo recordings by their paths."""
    return tuple(str(DEMO / each) if each.endswith(("har", "ndjson")) else each for each in arguments)


def heavy(modules: set[str]) -> set[str]:
    """Those of `modules` that take long."""
    return {name for name in HEAVY if name in modules}


def ours(modules: set[str]) -> set[str]:
    """Those of `modules` that are of this package."""
    return {name for name in modules if name.split(".")[0] == "schemagen"}


def rooms(modules: set[str]) -> set[str]:
    """The rooms of this package that `modules` belong to."""
    return {name.split(".")[1] for name in ours(modules) if "." in name}


def test_importing_the_package_costs_nothing() -> None:
    """`import schemagen` imports no module of ours but itself."""
    modules = imported("import schemagen")
    assert ours(modules) == {"schemagen"}
    assert heavy(modules) == set()


def test_the_version_costs_no_library() -> None:
    """`--version` imports two modules of ours."""
    modules = imported(command("--version"))
    assert ours(modules) == {"schemagen", "schemagen.cli"}
    assert heavy(modules) == set()


@pytest.mark.parametrize(
    "arguments", [("--help",), ("explain", "--help"), ("validate", "--help"), ("build", "--help")]
)
def test_help_costs_click_alone(arguments: tuple[str, ...]) -> None:
    """Help texts need neither engines nor the rooms that read and judge."""
    modules = imported(command(*arguments))
    assert heavy(modules) == {"click"}
    assert not modules & {"schemagen.api", "schemagen.engine", "schemagen.compiler", "schemagen.emitters"}


@pytest.mark.parametrize(
    ("arguments", "most"),
    [
        (("--version",), 2),
        (("--help",), 7),
        (("explain",), 23),
        (("build", "--help"), 34),
        (("validate", "--help"), 37),
        (("new", "acme"), 41),
        (("list",), 40),
        (("validate", "telecom.har"), 111),
    ],
    ids=str,
)
def test_a_command_imports_few_modules(arguments: tuple[str, ...], most: int) -> None:
    """Ceilings that somebody has to raise on purpose."""
    found = ours(imported(command(*located(arguments))))
    assert len(found) <= most, sorted(found)


def test_explain_reads_no_definition() -> None:
    """`explain` needs the rules and nothing else."""
    assert heavy(imported(command("explain"))) == {"click"}


def test_a_list_of_what_is_shipped_needs_no_engine() -> None:
    """`list` reads what was compiled before."""
    modules = imported(command("list"))
    assert heavy(modules) == {"click", "orjson"}
    assert not rooms(modules) & LEFT_OF_THE_CONTRACT


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "telecom.har"),
        ("validate", "-d", "telecomx", "responses.ndjson"),
        ("normalize", "telecom.har"),
    ],
    ids=" ".join,
)
def test_who_judges_by_shipped_definitions_needs_no_compiler(arguments: tuple[str, ...]) -> None:
    """Neither YAML nor what makes contracts of it, nor what only `build` and pages need."""
    modules = imported(command(*located(arguments)))
    assert heavy(modules) >= ENGINES
    assert not heavy(modules) - ENGINES - {"msgspec"}
    assert not rooms(modules) & (LEFT_OF_THE_CONTRACT | {"emitters", "rendering", "storage", "verification"})


def test_a_recording_is_read_by_its_own_form() -> None:
    """Of the forms of recordings, those that a HAR is not are not imported."""
    modules = imported(command(*located(("validate", "telecom.har"))))
    others = {"wiremock", "hoverfly", "pact", "postman", "ndjson", "cassette", "yaml_document", "mitmproxy"}
    assert not {f"schemagen.recordings.{name}" for name in others} & modules


def test_telling_forms_apart_needs_no_slow_module() -> None:
    """All forms before NDJSON are imported to see whether a recording is theirs, but not what some need to be read."""
    modules = imported(command(*located(("validate", "responses.ndjson"))))
    assert "schemagen.recordings.mitmproxy" in modules
    assert not {"logging", "importlib.metadata", "warcio", "mitmproxy"} & modules


def test_a_body_that_is_json_is_not_looked_at_for_what_else_it_could_be() -> None:
    """Pages of proxies and the like are known by many patterns; they are compiled when there is one."""
    names = {"schemagen.bodies.kinds", "schemagen.bodies.diagnosis"}
    assert not names & imported(command(*located(("validate", "-d", "telecomx", "responses.ndjson"))))


def test_forms_are_known_by_the_names_that_they_give_themselves() -> None:
    """The names are known before the forms are imported."""
    assert list(FORMS) == [form.name for form in FORMS.values()]
