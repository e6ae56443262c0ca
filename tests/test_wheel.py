"""The wheel: built, installed where nothing of the checkout is, and used."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the working tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `schemagen` of an environment into which the wheel was installed, with the dependencies of this one."""
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = next(
        path for path in (home / "bin" / "python", home / "Scripts" / "python.exe") if path.exists()
    )
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    install = [*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    # A .pth adds a folder and does not read the .pth files in it: an editable install of the checkout stays outside.
    site = next(home.rglob("site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return next(path for path in python.parent.iterdir() if path.stem == "schemagen")


def use(command: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs the installed command in `folder`."""
    return subprocess.run(
        [str(command), *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8"
    )


def test_the_wheel_carries_what_is_needed_at_run_time(wheel: Path) -> None:
    """Definitions, templates, schemas, explanations and the mark of typed packages; and the licence."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {
        *(f"schemagen/specs/{path.name}" for path in (ROOT / "specs").glob("*.yaml")),
        *(f"schemagen/precompiled/{path.stem}.json" for path in (ROOT / "specs").glob("*.yaml")),
        *(f"schemagen/templates/{path.name}" for path in (ROOT / "templates").iterdir() if path.is_file()),
        *(path.relative_to(ROOT).as_posix() for path in (ROOT / "schemagen" / "rules").rglob("*.md")),
        "schemagen/py.typed",
        "schemagen/report.schema.json",
        "schemagen/definition.schema.json",
    }
    assert wanted - names == set()
    assert [name for name in names if name.endswith("licenses/LICENSE")]
    assert [name for name in names if name.startswith(("tests", "docs", "output"))] == []


def test_the_installed_command_knows_the_shipped_definitions(command: Path, tmp_path: Path) -> None:
    """Without a checkout, from an empty folder."""
    found = use(command, "list", folder=tmp_path)
    assert found.returncode == 0, found.stderr
    ids = [line.split()[0] for line in found.stdout.splitlines()[1:]]
    assert ids == sorted(path.stem for path in (ROOT / "specs").glob("*.yaml"))
    assert "included:telecomx.yaml" in found.stdout


def test_the_installed_command_shows_and_explains(command: Path, tmp_path: Path) -> None:
    """Data files are found where the wheel put them."""
    assert use(command, "show", "telecomx", folder=tmp_path).stdout.startswith("id           telecomx\n")
    assert use(command, "explain", "response/unknown-code", folder=tmp_path).stdout.startswith(
        "# response/unknown-code\n"
    )
    assert "schemagen: 1\n" in use(command, "new", folder=tmp_path).stdout


def test_the_installed_command_builds_what_the_checkout_has(command: Path, tmp_path: Path) -> None:
    """The same bytes as the committed output."""
    found = use(command, "build", "-d", "telecomx", "-d", "8x8", folder=tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr
    for path in sorted((tmp_path / "output").rglob("*.*")):
        committed = ROOT / "output" / path.relative_to(tmp_path / "output")
        assert path.read_bytes() == committed.read_bytes(), path.name


def test_the_installed_command_validates(command: Path, tmp_path: Path) -> None:
    """The recording of the demo gives its findings."""
    found = use(command, "validate", str(ROOT / "docs" / "demo" / "telecom.har"), folder=tmp_path)
    assert found.returncode == 1, found.stderr
    assert "telecomx" in found.stdout
