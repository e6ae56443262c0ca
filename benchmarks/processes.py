"""Runs a whole process and says what it took: time on the clock, time of the processor, and the peak of its memory."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_HERE = Path(__file__).parent
_NOT_WRITING = "PYTHONDONTWRITEBYTECODE"  # with it, our modules would be compiled anew in each process


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """What one process took: seconds on the clock, seconds of the processor with those of its children, and MiB at the
    peak, of the largest process. `failed` says why it ended otherwise than well.
    """

    seconds: float
    cpu: float
    peak: float
    output: str = ""
    failed: str = ""


def run(
    command: Sequence[str], *, all_cores: bool = False, codes: Sequence[int] = (0,), timeout: int = 900
) -> Run:
    """Runs a command on one core, where the system can do that, or on all; one of `codes` means that it went well."""
    on_linux = sys.platform == "linux"
    core = str(max(os.sched_getaffinity(0))) if on_linux and not all_cores else "all"
    with tempfile.TemporaryDirectory() as folder:
        output, complaints = Path(folder) / "output", Path(folder) / "complaints"
        launch = [sys.executable, "-I", "-S", str(_HERE / "launch.py"), core, str(timeout)]
        told = subprocess.run(
            [*launch, str(output), str(complaints), *command],
            cwd=_HERE.parent,
            env={name: value for name, value in os.environ.items() if name != _NOT_WRITING},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        seconds, cpu, peak, code = map(float, told.stdout.split())
        failed = ""
        if code not in codes:
            lines = complaints.read_text(errors="replace").strip().splitlines()
            failed = f"took longer than {timeout} s" if seconds >= timeout else f"exit code {code:.0f}"
            failed += f": {lines[-1][:200]}" if lines else ""
        return Run(seconds, cpu, peak / (1024 if on_linux else 1024**2), output.read_text(), failed)
