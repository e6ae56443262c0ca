"""What the tests of middleware share: the example definition, and answers that it judges one way or the other."""

from __future__ import annotations

import json

import acme

ACME = str(acme.ACME)
GOOD = acme.BODY
WRONG = json.dumps({"code": "no_parcel", "msg": "There is no parcel 17", "status": 404}).encode()
JSON = ("content-type", "application/json")
RULES = ["response/missing-member", "response/unknown-member"]
"""What is found in WRONG."""
