"""What the tests of middleware share: the example definition, and answers that it judges one way or the other."""

from __future__ import annotations

import json
from pathlib import Path

ACME = str(Path(__file__).parents[1] / "docs" / "examples" / "project" / "definitions" / "acme.yaml")
GOOD = json.dumps({"code": "no_parcel", "message": "There is no parcel 17", "status": 404}).encode()
WRONG = json.dumps({"code": "no_parcel", "msg": "There is no parcel 17", "status": 404}).encode()
JSON = ("content-type", "application/json")
RULES = ["response/missing-member", "response/unknown-member"]
"""What is found in WRONG."""
