"""The product's own ranker and valuation on the log of a small world."""

import numpy as np

from engine.evaluation.hits import RankedPairs
from engine.progress import silent
from engine.ranking.settings import settings_for
from engine.ranking.two_stage import fit, score_pairs
from engine.workbench.valuing import Valued, value_by_events
from sample_data.proof.log import Logged
from sample_data.proof.world import Ints, World, best_of

LEARNED, OUTSIDE = "learned", "from outside"


def value_world(
    world: World, log: Logged, *, learn_from_all: bool = False
) -> tuple[dict[str, Ints], Valued]:
    """Return the lists that are judged and what the product makes of them."""
    held = fit(
        log.data.log,
        log.data.items,
        log.data.users,
        settings_for("quick"),
        until=None if learn_from_all else log.at,
        seed=world.seed,
        threads=1,
        progress=silent,
    )
    users = np.repeat(np.arange(len(world.candidates)), world.candidates.shape[1])
    score = np.full(world.click.shape, -np.inf)
    score[users, world.candidates.ravel()] = score_pairs(held, users, world.candidates.ravel())
    lists = {
        LEARNED: best_of(world.candidates, score, world.recipe.n_slots),
        OUTSIDE: world.finer,
    }
    entries = {policy: entries_of(made) for policy, made in lists.items()}
    return lists, value_by_events(log.counted, held, entries, log.at)


def entries_of(lists: Ints) -> RankedPairs:
    """Return lists (U, K) as rows of user, item and rank."""
    n_users, k = lists.shape
    return RankedPairs(
        user_row=np.repeat(np.arange(n_users, dtype=np.int32), k),
        item_row=lists.ravel().astype(np.int32),
        rank=np.tile(np.arange(1, k + 1, dtype=np.int32), n_users),
    )
