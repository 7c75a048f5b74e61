"""A log of people that several tests count from."""

import numpy as np
import pytest

from engine.evaluation.memberships import MONTH_SECONDS, MembershipLog
from engine.evaluation.population import PopulationData
from engine.evaluation.usage import Shown, Takings, Users, VisitLog, trailing_window
from engine.evaluation.weights import bootstrap_weights

N_USERS, N_GROUPS, K = 2000, 128, 4
N_MONTHS = 5
MEMBERS = 300


@pytest.fixture(scope="module")
def weights():
    return bootstrap_weights(3, N_GROUPS)


@pytest.fixture(scope="module")
def data():
    """Gamma-Poisson visits; 300 users pay all the time; ads in half of the lists."""
    rng = np.random.default_rng(4)
    rate = rng.gamma(2.0, 3.0, N_USERS)
    count = rng.poisson(rate * N_MONTHS)
    user = np.repeat(np.arange(N_USERS, dtype=np.int32), count)
    at = rng.uniform(0, N_MONTHS * MONTH_SECONDS, len(user)).astype(np.int64)
    size = len(user)
    visits = VisitLog(
        user_row=user,
        started_at=at,
        view_count=np.full(size, 5),
        order_count=np.zeros(size, dtype=np.int64),
        order_amount_cents=np.zeros(size, dtype=np.int64),
        list_count=np.full(size, 2),
        list_click_count=np.full(size, 1),
    )
    first = np.full(N_USERS, -1.0)
    first[:100] = 3.5 * MONTH_SECONDS
    position = np.tile(np.arange(1, K + 1, dtype=np.int32), size)
    rows = np.repeat(user, K)
    shown = Shown(
        user_row=rows,
        at=np.repeat(at, K),
        is_ad=(position == 2) & (rows >= MEMBERS),
        clicked=np.zeros(size * K, dtype=bool),
        position=position,
        viewable=(rng.random(size * K) < 0.7 / position).astype(float),
    )
    members = np.arange(MEMBERS, dtype=np.int32)
    return PopulationData(
        users=Users(
            segment=(np.arange(N_USERS) % 2).astype(np.int32),
            group=rng.integers(0, N_GROUPS, N_USERS).astype(np.int32),
            first_at=first,
            counted=np.ones(N_USERS, dtype=bool),
        ),
        segments=("a", "b"),
        visits=visits,
        takings=Takings(
            user_row=user,
            at=at,
            sales_cents=np.full(size, 100.0),
            return_cents=np.full(size, 7.0),
        ),
        shown=shown,
        memberships=MembershipLog(
            user_row=members,
            started_at=np.where(members < 30, 3.0, -2.0) * MONTH_SECONDS,
            ended_at=np.full(MEMBERS, np.nan),
            price_cents=np.full(MEMBERS, 900.0),
            is_trial=np.zeros(MEMBERS, dtype=bool),
        ),
        window=trailing_window(0.0, N_MONTHS * MONTH_SECONDS - 1.0),
        has_prices=True,
        has_unit_costs=False,
    )
