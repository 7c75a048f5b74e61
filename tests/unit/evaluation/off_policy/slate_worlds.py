"""Small logs of shuffled lists, drawn at random, whose chances are exact."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from engine.evaluation.examination import Examination
from engine.evaluation.off_policy.position_based import Crowd
from engine.evaluation.off_policy.slates import NOTHING, SlateLog, Target
from engine.evaluation.weights import bootstrap_weights
from engine.rng import stream

N_GROUPS = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class SlateWorld:
    log: SlateLog
    crowd: Crowd
    examination: Examination
    weights: np.ndarray
    own: Target
    """The lists that were shuffled."""
    other: Target
    n_items: int


def make_slates(
    seed: int, *, n_users=24, n_items=9, k=3, lists=8, epsilon=0.5, ads=True, noise=0.1
) -> SlateWorld:
    """An ε-shuffle over all items; some users see an ad in the middle."""
    rng = stream(seed, "slates")
    ranked = rng.random((n_users, n_items)).argsort(axis=1)
    user = np.repeat(np.arange(n_users), lists)
    shuffled = rng.random(len(user)) < epsilon
    drawn = rng.random((len(user), n_items)).argsort(axis=1)
    item = np.where(shuffled[:, None], drawn, ranked[user])[:, :k]
    chance = (1 - epsilon) * (item == ranked[user, :k]) + epsilon / n_items
    pattern = ((user % 3 == 0) & ads).astype(np.int32)
    slots = np.array([np.arange(k), np.append(np.delete(np.arange(k), k // 2), -1)])
    shown = slots[pattern] >= 0
    theta = np.arange(1, k + 1) ** -0.7
    looked = np.append(theta, 0.0)[slots[pattern]]
    gamma = 0.05 + 0.6 * rng.random((n_users, n_items))
    click = (rng.random(item.shape) < looked * gamma[user[:, None], item]).astype(float)
    weights = bootstrap_weights(seed, N_GROUPS, 40)
    draws = theta * np.exp(noise * rng.normal(size=(len(weights), k)) * (np.arange(k) > 0))
    return SlateWorld(
        log=SlateLog(
            user_row=user.astype(np.int32),
            at=np.tile(np.arange(lists), n_users),
            pattern=pattern,
            slot_of_rank=slots.astype(np.int32),
            item_row=np.where(shown, item, NOTHING).astype(np.int32),
            chance=np.where(shown, np.round(chance, 9), np.nan),
            stats=("click", "value"),
            rewards=np.stack([click, click * rng.integers(1, 900, click.shape)]),
        ),
        crowd=Crowd(
            group=rng.integers(0, N_GROUPS, n_users).astype(np.int32),
            segment=(np.arange(n_users) % 2).astype(np.int32),
            n_groups=N_GROUPS,
            n_segments=2,
        ),
        examination=Examination(point=theta, draws=draws, method="randomised"),
        weights=weights,
        own=Target(policy="own", item_row=ranked[:, :k].astype(np.int32)),
        other=Target(
            policy="other",
            item_row=rng.random((n_users, n_items)).argsort(axis=1)[:, :k].astype(np.int32),
        ),
        n_items=n_items,
    )


worlds = st.builds(
    make_slates,
    seed=st.integers(0, 10_000),
    n_users=st.integers(2, 30),
    n_items=st.integers(4, 12),
    k=st.integers(2, 4),
    lists=st.integers(2, 9),
    epsilon=st.sampled_from([0.1, 0.25, 0.5]),
    ads=st.booleans(),
)
