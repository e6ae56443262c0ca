"""The fast path, which counts what it can prove: it counts as the usual way does, and gives back everything else."""

from __future__ import annotations

import collections
import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest


def fuzzer() -> ModuleType:
    """What damages recordings and compares the two ways."""
    found = importlib.util.spec_from_file_location("fuzz", Path(__file__).with_name("fuzz.py"))
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["fuzz"] = module
    found.loader.exec_module(module)
    return module


FUZZ = fuzzer()


@pytest.mark.parametrize("seed", range(12))
def test_it_counts_what_the_usual_way_counts(seed: int) -> None:
    """Of damaged lines and HARs of all shipped definitions; and it does not leave everything."""
    total: collections.Counter[str] = collections.Counter()
    FUZZ.try_some(FUZZ.SHIPPED, random.Random(seed), total)
    assert total["finds"] == 0
    for form in ("ndjson", "har"):
        assert total[f"{form} entries"] == 0 or 0 < total[f"{form} entries left"] < total[f"{form} entries"]


@pytest.mark.parametrize("find", FUZZ.finds(), ids=lambda find: find.name)
def test_what_once_parted_the_two_ways_does_so_no_more(find: Path) -> None:
    """Each find of the fuzzer is kept."""
    assert FUZZ.replay(find) == ""
