"""What live commands need beyond the base install: one library, in the extra `live`."""

from __future__ import annotations

import importlib.util

from schemagen.errors import InputError


def require(what: str) -> None:
    """Sees that aiohttp is there, before `what` is done with it.

    Raises:
        InputError: it is not.
    """
    if importlib.util.find_spec("aiohttp") is None:
        raise InputError(f"{what} needs the package aiohttp (the extra `live`): pip install aiohttp")
