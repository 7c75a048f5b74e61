"""Independent pieces of work, some of them at the same time."""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def results_of(
    works: Sequence[Callable[[], Result]], workers: int
) -> Generator[Result, None, None]:
    """Yield what each of ``works`` returns, in their order, ``workers`` of them at a time.

    When the generator is closed early, or one of them raises, those under way are waited for
    and the others are never begun.
    """
    if workers == 1:
        for work in works:
            yield work()
        return
    pool = ThreadPoolExecutor(workers, thread_name_prefix="together")
    try:
        for future in [pool.submit(work) for work in works]:
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)
