"""Which names no file can have on every system."""

from __future__ import annotations

_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))]
)


def is_device(name: str) -> bool:
    """Whether Windows keeps the name of a file for a device: in every folder, with any ending, in capitals or not.

    Source: "Naming Files, Paths, and Namespaces" in its documentation.
    """
    return name.partition(".")[0].rstrip(" ").lower() in _DEVICES
