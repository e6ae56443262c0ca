"""Work shared out to processes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from schemagen import processes


@pytest.mark.parametrize("modules", [(), ("json", "schemagen.statuses")], ids=["anew", "with modules"])
def test_results_come_in_the_order_of_the_tasks(modules: tuple[str, ...]) -> None:
    """However many processes there are, and however they begin; tasks are taken as they are needed."""
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for number in range(1, 40):
            taken.append(number)
            yield number

    results = processes.share(partial(partial, divmod, 100), tasks(), 2, modules)
    assert next(results) == divmod(100, 1)
    assert len(taken) < 39
    assert list(results) == [divmod(100, number) for number in range(2, 40)]


def test_what_work_raises_is_raised_at_its_turn() -> None:
    """What was done before it is given first."""
    results = processes.share(partial(partial, divmod, 7), [3, 2, 0, 1], 2)
    assert [next(results), next(results)] == [(2, 1), (3, 1)]
    with pytest.raises(ZeroDivisionError):
        next(results)
