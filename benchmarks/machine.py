"""The description of the machine and of the versions that were measured."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.engines import HERE, NODE, OPENAPI_CORE

_PACKAGES = ("orjson", "jsonschema-rs", "jsonschema", "fastjsonschema", "msgspec", "ijson", "PyYAML")
_NODE_PACKAGES = ("ajv", "@redocly/cli")


def description(load_before: str) -> dict[str, str]:
    """What a reader needs to compare with a machine of their own."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "Memory": f"{memory:.0f} GiB",
        "System": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Load before and after": f"{load_before}; {load()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Node": _said(["node", "--version"]),
        "schemagen": f"{importlib.metadata.version('schemagen')}, commit {commit()}",
        "Packages": ", ".join([*_python_packages(), *_node_packages()]),
    }


def load() -> str:
    """The load of the last one, five and fifteen minutes."""
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


def commit() -> str:
    """The commit that is measured, with a plus sign where files differ from it."""
    name = _said(["git", "-C", str(HERE.parent), "rev-parse", "--short", "HEAD"])
    changed = _said(["git", "-C", str(HERE.parent), "status", "--porcelain", "--", "schemagen", "specs"])
    return name + ("+" if changed else "")


def _processor() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _python_packages() -> list[str]:
    found = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    if OPENAPI_CORE.is_file():
        code = "import importlib.metadata as m; print(m.version('openapi-core'))"
        found.append(f"openapi-core {_said([str(OPENAPI_CORE), '-c', code])}")
    return found


def _node_packages() -> list[str]:
    files = {name: NODE / "node_modules" / name / "package.json" for name in _NODE_PACKAGES}
    return [
        f"{name} {json.loads(file.read_bytes())['version']}" for name, file in files.items() if file.is_file()
    ]


def _said(command: list[str]) -> str:
    """What a command prints; empty where it is missing or fails."""
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
