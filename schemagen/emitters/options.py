"""What a user may choose about artifacts."""

from __future__ import annotations

import dataclasses

from schemagen.contract import Variant


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """`schemas` is the variant that OpenAPI fragments carry; below `base_uri`, if given, the `$id` of schemas is a URL."""

    schemas: Variant = "tolerant"
    base_uri: str | None = None
