"""The use in CI: the files of the example project, and fragments in documents of others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
import yaml

import schemagen

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "examples" / "project"
NODE = ROOT / "tests" / "node"
VERSIONS = {"3.0": "3.0.4", "3.1": "3.1.1", "3.2": "3.2.0"}


def github() -> list[str]:
    """The commands of the workflow for GitHub Actions."""
    workflow = yaml.safe_load((EXAMPLE / ".github" / "workflows" / "errors.yml").read_text(encoding="utf-8"))
    return [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]


def gitlab() -> list[str]:
    """The commands of the jobs for GitLab CI."""
    jobs = yaml.safe_load((EXAMPLE / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    return [line for job in jobs.values() for line in (*job["before_script"], *job["script"])]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example project."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "project"))


@pytest.mark.parametrize(("commands", "report"), [(github, "schemagen.sarif"), (gitlab, "schemagen.xml")])
def test_commands_of_a_pipeline_pass(commands: Callable[[], list[str]], report: str, project: Path) -> None:
    """Every command but those that install something runs in the project and ends with 0; the report is there."""
    lines = [line for line in commands() if not line.startswith(("pip install", "apt-get"))]
    assert [line.split()[1] for line in lines] == ["check", "build", "validate"]
    for line in lines:
        script = line.replace("schemagen", f'"{sys.executable}" -m schemagen', 1)
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            script, shell=True, cwd=project, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert (project / report).stat().st_size > 0


def test_the_example_project_is_built() -> None:
    """What the example project has committed is what its definitions say now; `make docs` builds it again."""
    report = schemagen.build(EXAMPLE / "errors", folder=EXAMPLE / "definitions", write=False)
    assert report.findings == ()


def test_hooks_of_the_example_are_those_there_are() -> None:
    """The configuration for pre-commit names the hooks that the repository offers."""
    config = yaml.safe_load((EXAMPLE / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in config["repos"][0]["hooks"]] == [hook["id"] for hook in offered]


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an OpenAPI document of each version, whose operations refer to every response of all fragments."""
    folder = tmp_path_factory.mktemp("hosts")
    shutil.copytree(ROOT / "output", folder / "errors")
    for version, number in VERSIONS.items():
        paths = {}
        for fragment in sorted(folder.glob(f"errors/*/openapi-{version}.yaml")):
            ready = yaml.safe_load(fragment.read_text(encoding="utf-8"))["responses"]
            file = fragment.relative_to(folder).as_posix()
            references = {key: {"$ref": file + each["$ref"]} for key, each in ready.items()}
            good = {"200": {"description": "What was asked for."}}
            paths[f"/{fragment.parent.name}"] = {"get": {"responses": {**good, **references}}}
        host = {"openapi": number, "info": {"title": "A host", "version": "1"}, "paths": paths}
        (folder / f"host-{version}.yaml").write_text(yaml.safe_dump(host), encoding="utf-8")
    return folder


@pytest.mark.parametrize("version", VERSIONS)
def test_openapi_spec_validator_accepts_a_host_of_all_fragments(version: str, hosts: Path) -> None:
    """References from a document to the fragments beside it are followed, and what they lead to is valid."""
    host = hosts / f"host-{version}.yaml"
    openapi_spec_validator.validate(yaml.safe_load(host.read_text(encoding="utf-8")), base_uri=host.as_uri())


@pytest.fixture(scope="module")
def redocly() -> list[str]:
    """The command that runs Redocly CLI, which is installed if need be."""
    release = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(int(part) for part in release.strip().lstrip("v").split(".")) < (20, 19):
        pytest.skip("node 20.19 is missing")
    if not (NODE / "node_modules" / "@redocly").is_dir():
        subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=NODE, check=True)
    return ["node", str(NODE / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js")]


def references(data: Any) -> Iterator[str]:
    """Every `$ref` in a document."""
    if isinstance(data, dict):
        if isinstance(data.get("$ref"), str):
            yield data["$ref"]
        for value in data.values():
            yield from references(value)
    elif isinstance(data, list):
        for value in data:
            yield from references(value)


@pytest.mark.tools("node", "npm")
@pytest.mark.parametrize("version", VERSIONS)
def test_redocly_bundles_and_lints_a_host_of_all_fragments(
    version: str, hosts: Path, redocly: list[str]
) -> None:
    """Redocly CLI makes one file of a document and the fragments, and finds no error in it."""
    bundle = hosts / f"bundle-{version}.json"
    for arguments in (
        ["bundle", f"host-{version}.yaml", "-o", bundle.name],
        ["lint", "--extends=spec", bundle.name],
    ):
        done = subprocess.run(
            [*redocly, *arguments],
            cwd=hosts,
            env={**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    found = list(references(json.loads(bundle.read_text(encoding="utf-8"))))
    assert found
    assert all(each.startswith("#/components/") for each in found)
