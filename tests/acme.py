"""The example project of the documentation, by whose definition many tests judge, and an error as it documents it."""

from __future__ import annotations

import json
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "docs" / "examples" / "project"
ACME = PROJECT / "definitions" / "acme.yaml"
GOOD = {"code": "no_parcel", "message": "There is no parcel 17", "status": 404}
BODY = json.dumps(GOOD).encode()
