"""What a user may choose about artifacts."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from schemagen.contract import Variant


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """`schemas` is the variant that OpenAPI fragments carry; below `base_uri`, if given, the `$id` of schemas is a URL.

    Templates in the folder `templates` replace the shipped ones of the same name.
    """

    schemas: Variant = "tolerant"
    base_uri: str | None = None
    templates: Path | None = None
