"""Independent pieces of work: in order, some at a time, and none begun in vain."""

from collections.abc import Callable
from functools import partial

import pytest

from engine.ranking.together import results_of


def works(begun: list[int], stop_at: int = -1) -> list[Callable[[], int]]:
    def work(number: int) -> int:
        begun.append(number)
        if number == stop_at:
            raise RuntimeError("stopped")
        return number * number

    return [partial(work, number) for number in range(20)]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_order(workers: int) -> None:
    begun: list[int] = []
    assert list(results_of(works(begun), workers)) == [number**2 for number in range(20)]
    assert sorted(begun) == list(range(20))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_is_raised_in_its_turn(workers: int) -> None:
    found = []
    with pytest.raises(RuntimeError, match="stopped"):
        found.extend(results_of(works([], stop_at=3), workers))


def test_what_is_closed_early_begins_nothing_more() -> None:
    begun: list[int] = []
    results = results_of(works(begun), 1)
    assert next(results) == 0
    results.close()
    assert begun == [0]
