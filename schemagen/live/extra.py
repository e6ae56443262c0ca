"""What live commands need beyond the base install: the libraries of the extra `live`."""

from __future__ import annotations

import importlib.util

from schemagen.errors import InputError


def require(what: str, library: str = "aiohttp") -> None:
    """Sees that the library is there, before `what` is done with it.

    Raises:
        InputError: it is not.
    """
    if importlib.util.find_spec(library) is None:
        raise InputError(f"{what} needs the package {library} (the extra `live`): pip install {library}")
