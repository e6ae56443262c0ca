"""What starting costs: nothing is imported that the command at hand does not need."""

from __future__ import annotations

import subprocess
import sys

import pytest

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


def imported(code: str) -> set[str]:
    """The modules that a fresh interpreter has imported after running `code`."""
    script = f"import sys\nbefore = set(sys.modules)\n{code}\nsys.stderr.write(' '.join(set(sys.modules) - before))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stderr.split())


def command(*arguments: str) -> str:
    """Code that runs the command line with these arguments."""
    return (
        f"sys.argv = ['schemagen', *{arguments!r}]\nfrom schemagen.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )


def heavy(modules: set[str]) -> set[str]:
    """Those of `modules` that take long."""
    return {name for name in HEAVY if name in modules}


def test_importing_the_package_costs_nothing() -> None:
    """`import schemagen` imports no module of ours but itself."""
    modules = imported("import schemagen")
    assert {name for name in modules if name.startswith("schemagen")} == {"schemagen"}
    assert heavy(modules) == set()


def test_the_version_costs_no_library() -> None:
    """`--version` imports two modules of ours."""
    modules = imported(command("--version"))
    assert {name for name in modules if name.startswith("schemagen")} == {"schemagen", "schemagen.cli"}
    assert heavy(modules) == set()


@pytest.mark.parametrize(
    "arguments", [("--help",), ("explain", "--help"), ("validate", "--help"), ("build", "--help")]
)
def test_help_costs_click_alone(arguments: tuple[str, ...]) -> None:
    """Help texts need neither engines nor the rooms that read and judge."""
    modules = imported(command(*arguments))
    assert heavy(modules) == {"click"}
    assert not modules & {"schemagen.api", "schemagen.engine", "schemagen.compiler", "schemagen.emitters"}


def test_help_imports_few_modules() -> None:
    """A ceiling that somebody has to raise on purpose."""
    ours = {name for name in imported(command("--help")) if name.startswith("schemagen")}
    assert len(ours) <= 8, sorted(ours)


def test_explain_reads_no_definition() -> None:
    """`explain` needs the rules and nothing else."""
    assert heavy(imported(command("explain"))) == {"click"}
