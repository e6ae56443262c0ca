"""Which names no file can have on every system."""

from __future__ import annotations

DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))]
)
"""What Windows keeps for devices, in every folder and with any ending, in lower case.

Source: "Naming Files, Paths, and Namespaces" in its documentation.
"""
