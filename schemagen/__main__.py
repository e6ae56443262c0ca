"""`python -m schemagen` is `schemagen`."""

from __future__ import annotations

from schemagen.cli import main

main()
