"""Examples for the ranker: what came next, at several moments of the past."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no hints

from engine.features.interactions import InteractionLog, pair_matrix
from engine.features.tables import ItemTable, UserTable
from engine.progress import Progress
from engine.ranking.cold import cold_copies
from engine.ranking.examples import Examples, joined
from engine.ranking.facts import USER_FACTS
from engine.ranking.next_steps import hold_out, users_with_steps
from engine.ranking.pair_features import candidates, pair_features
from engine.ranking.returns import Returns, learn_returns
from engine.ranking.settings import RankingSettings
from engine.ranking.sources import SHARED, SOURCES, Ints, State, fit_state, fold_in_state
from engine.ranking.tiles import Tile, tile
from engine.ranking.together import results_of
from engine.rng import stream

WINDOW_SHARE = 0.1
"""Length of a window as a share of all positives."""

NEGATIVES, NEGATIVES_OF_MANY = 60, 30
"""Candidates without success kept for each user, and of more than ``MANY_USERS`` [count]."""

MANY_USERS = 1_000

BATCH = 256

MOST_ROWS_AT_ONCE = 5_000_000
"""Of a longer log one window is worked on at a time: each holds item models of its own."""

SHARED_PLACES = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Lessons:
    """What the ranker learns from."""

    later: Examples
    """What users chose in the windows after a moment."""
    next_step: Examples
    """What they chose next, in the visit they were in."""
    newcomers: Examples
    """As ``later``, of users of whom little was known."""
    returns: Returns
    """Whom the windows saw again."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Lesson:
    """What one window, or the next steps, teach."""

    later: list[Examples] = field(default_factory=list)
    next_step: list[Examples] = field(default_factory=list)
    newcomers: list[Examples] = field(default_factory=list)
    seen: list[tuple[NDArray[np.float32], NDArray[np.bool_]]] = field(default_factory=list)


def gather_examples(
    log: InteractionLog,
    items: ItemTable,
    at: int,
    settings: RankingSettings,
    seed: int,
    threads: int,
    progress: Progress,
    people: UserTable | None = None,
) -> Lessons:
    """Return what the ranker learns from; features use only what is before a label.

    Each window draws from streams of its own, so that it does not matter which is first.
    """
    times = np.sort(log.at[log.positive])
    given = (log, items, settings, seed, threads, people)
    works: list[Callable[[], _Lesson]] = [
        partial(_of_window, window, times, *given)
        for window in range(settings.windows if len(times) else 0)
    ]
    works.append(partial(_of_next_steps, at, *given))
    workers = 1 if len(log.at) > MOST_ROWS_AT_ONCE else threads
    found: list[_Lesson] = []
    progress(0.0, "windows")
    # Outside of all threads: each would give the limit of another back too early.
    with threadpool_limits(1, user_api="blas"), closing(results_of(works, workers)) as results:
        for result in results:
            found.append(result)
            progress(len(found) / len(works), "windows")
    return Lessons(
        later=joined([each for lesson in found for each in lesson.later]),
        next_step=joined([each for lesson in found for each in lesson.next_step]),
        newcomers=joined([each for lesson in found for each in lesson.newcomers]),
        returns=learn_returns([each for lesson in found for each in lesson.seen]),
    )


def _of_window(
    window: int,
    times: NDArray[np.int64],
    log: InteractionLog,
    items: ItemTable,
    settings: RankingSettings,
    seed: int,
    threads: int,
    people: UserTable | None,
) -> _Lesson:
    """Return what one window teaches; the later it is counted, the earlier it lies."""
    low, high = (int(_quantile(times, 1.0 - WINDOW_SHARE * (window + n))) for n in (1, 0))
    before = log.before(low)
    after = log.rows((log.at >= low) & (log.at < high))
    wanted = _next_positives(before, after)
    came = np.flatnonzero(np.diff(wanted.indptr))
    users = _drawn(came, settings, stream(seed, "window_users", window))
    if len(users) == 0:
        return _Lesson()
    state = fit_state(before, items, low, settings, seed, threads, people)
    known = users[np.diff(state.liked.indptr)[users] > 0]
    later = _in_batches(state, known, wanted, settings, stream(seed, "negatives", window))
    new = users[state.cold[users]]
    cold = _in_batches(state, new, wanted, settings, stream(seed, "newcomers", window))
    rng = stream(seed, "copies", window)
    originals = _share(users, settings.newcomer_share, rng)
    copies = cold_copies(before, after, originals, rng)
    of_copies = None if people is None else people.rows(originals)
    folded = fold_in_state(state, copies.log, low, settings, of_copies)
    cold += _in_batches(folded, np.arange(copies.log.n_users), copies.wanted, settings, rng)
    return _Lesson(later=later, newcomers=cold, seen=[_seen_again(state, wanted)])


def _of_next_steps(
    at: int,
    log: InteractionLog,
    items: ItemTable,
    settings: RankingSettings,
    seed: int,
    threads: int,
    people: UserTable | None,
) -> _Lesson:
    users = _drawn(users_with_steps(log), settings, stream(seed, "step_users"))
    if len(users) < settings.min_label_users:
        return _Lesson()
    before, wanted = hold_out(log, users)
    state = fit_state(before, items, at, settings, seed, threads, people)
    rng = stream(seed, "step_negatives")
    return _Lesson(next_step=_in_batches(state, users, wanted, settings, rng))


def _seen_again(
    state: State, wanted: sparse.csr_matrix
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return when each user with a past was last seen, and who came back in the window."""
    known = np.flatnonzero(np.diff(state.liked.indptr))
    last_seen = state.facts.user[known, USER_FACTS.index("user_last_seen")]
    return last_seen, np.diff(wanted.indptr)[known] > 0


def _drawn(users: Ints, settings: RankingSettings, rng: np.random.Generator) -> Ints:
    """Return not more users than are learned from."""
    if len(users) > settings.window_users:
        users = np.sort(rng.permutation(users)[: settings.window_users])
    return users


def _share(users: Ints, share: float, rng: np.random.Generator) -> Ints:
    return np.sort(rng.permutation(users)[: round(share * len(users))])


def _in_batches(
    state: State,
    users: Ints,
    wanted: sparse.csr_matrix,
    settings: RankingSettings,
    rng: np.random.Generator,
) -> list[Examples]:
    negatives = NEGATIVES if len(users) <= MANY_USERS else NEGATIVES_OF_MANY
    batches = [users[start : start + BATCH] for start in range(0, len(users), BATCH)]
    return [
        _examples(state, batch, wanted[batch].toarray() > 0, settings, negatives, rng)
        for batch in batches
    ]


def _quantile(times: NDArray[np.int64], share: float) -> int:
    place = round(share * len(times))
    return int(times[place]) if place < len(times) else int(times[-1]) + 1


def _next_positives(before: InteractionLog, after: InteractionLog) -> sparse.csr_matrix:
    """Return new positives (n_users, n_items)."""
    known = pair_matrix(before, before.seen | before.positive)
    fresh = pair_matrix(after, after.positive)
    fresh = sparse.csr_matrix(fresh - fresh.multiply(known))
    fresh.eliminate_zeros()
    return fresh


def _examples(
    state: State,
    users: Ints,
    wanted: NDArray[np.bool_],
    settings: RankingSettings,
    negatives: int,
    rng: np.random.Generator,
) -> Examples:
    scored = tile(state, users, settings.candidates, state.seen)
    rows, items = candidates(scored, state.without)
    labels = wanted[rows, items]
    keep = _sampled(rows, labels, negatives, rng)
    rows, items, labels = rows[keep], items[keep], labels[keep]
    useful = np.bincount(rows[labels], minlength=len(users)) > 0
    rows, items, labels = rows[useful[rows]], items[useful[rows]], labels[useful[rows]]
    sizes = np.bincount(rows, minlength=len(users))
    return Examples(
        features=pair_features(state, scored, rows, items),
        labels=labels.astype(np.int8),
        group_sizes=sizes[sizes > 0],
        group_users=users[sizes > 0],
        shared_hits=_shared_hits(scored, wanted),
    )


def _sampled(
    rows: Ints, labels: NDArray[np.bool_], negatives: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Keep successes and up to ``negatives`` others of each row, drawn at random."""
    draw = np.where(labels, -1.0, rng.random(len(rows)))
    order = np.lexsort((draw, rows))
    starts = np.searchsorted(rows, rows)
    place = np.empty(len(rows), dtype=np.int64)
    place[order] = np.arange(len(rows)) - starts[order]
    n_positive = np.bincount(rows[labels], minlength=int(rows.max(initial=0)) + 1)
    return np.asarray(place < n_positive[rows] + negatives)


def _shared_hits(scored: Tile, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
    hits = []
    for name in SHARED:
        layer = SOURCES.index(name)
        first = scored.top_items[layer, :, :SHARED_PLACES]
        hits.append(int(np.take_along_axis(wanted, first, axis=1).sum()))
    return np.array(hits, dtype=np.int64)
