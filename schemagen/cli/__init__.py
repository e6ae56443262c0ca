"""The command line: parses, wires, prints, chooses the exit code. Nothing else imports it.

`main` answers `--version` itself, so that it costs no import; everything else is `program`.
"""

from __future__ import annotations

import gc
import sys

from schemagen import __version__

_OBJECTS = 20_000  # so many are made before garbage is looked for: at a start there is none, and all is looked through


def main() -> None:
    """The command `schemagen`: runs what the arguments of the process ask for and exits."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        sys.stdout.write(f"schemagen {__version__}\n")
        return
    gc.set_threshold(_OBJECTS)
    try:
        from schemagen.cli.program import run
    except KeyboardInterrupt:  # before anything was begun
        sys.exit(130)
    sys.exit(run(sys.argv[1:]))
