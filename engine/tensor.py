"""What the three business models share: events per examined impression, and the people.

Letters of shapes, after the specification of the simulation: ``B`` draws, ``G`` segments,
``K`` slots of a list, ``N`` bins of the order probability, ``A`` months of tenure.
All amounts are cents of the data set's currency; all rates are per month unless named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class EventTensor:
    """Expected events of one policy per *examined* impression at each organic rank."""

    policy: str
    """Name of the policy that makes the lists."""

    click: Floats
    """Clicks, of shape (B, G, K, N)."""

    order: Floats
    """Orders at today's prices, of shape (B, G, K, N)."""

    value: Floats
    """Gross order value before returns at today's prices [cents], of shape (B, G, K, N)."""

    cost: Floats
    """Unit cost of what is ordered [cents], of shape (B, G, K, N)."""

    @property
    def quality(self) -> Floats:
        """Clicks per examined impression at each rank, of shape (B, G, K)."""
        return np.asarray(self.click.sum(axis=-1))


@dataclass(frozen=True, kw_only=True, eq=False)
class ReactionEvidence:
    """What an experiment of the log says of one reaction, beside its prior."""

    draws: Floats
    """Of shape (B,), in the unit of the lever."""

    error: float
    """Standard error; infinite where the arms differ too little to say anything."""

    experiment: str
    """Name of the experiment in the log."""

    arms: int
    """Arms that were compared."""

    users: int
    """Users in them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Population:
    """Who uses the product and how much, counted or fitted from the log, in draws."""

    segments: tuple[str, ...]
    """Names of the G segments."""

    free_users: Floats
    """Active users without a paid membership at the start, of shape (B, G)."""

    members: Floats
    """Paying members by renewals survived, of shape (B, G, A)."""

    lapsed_users: Floats
    """Users who left, of shape (B, G)."""

    acquired_users: Floats
    """New free users a month, of shape (B, G)."""

    sessions_free: Floats
    """Visits per active free user and month, of shape (B, G)."""

    sessions_member: Floats
    """Visits per member and month, of shape (B, G)."""

    lists_per_session: Floats
    """Lists shown per visit, of shape (B,)."""

    session_dispersion: float
    """Shape of the gamma mixture over users' visit rates; infinite means Poisson."""

    examination: Floats
    """Probability that a slot is looked at relative to slot 1, of shape (B, K)."""

    viewability: Floats | None
    """Measured probability that an ad at a slot is viewable, of shape (B, K)."""

    return_rate: Floats
    """Share of order value that comes back, of shape (B,)."""

    conversion: Floats | None
    """Monthly free-to-paid conversion, of shape (B, G); None without membership rows.

    Where the log has trials: of those who pay without one.
    """

    attrition: Floats
    """Monthly loss of free users, of shape (B, G); below zero where more come back."""

    churn_alpha_beta: Floats | None
    """Shifted-beta-geometric churn fitted from the log, of shape (B, 2); None: the prior."""

    list_view_share: Floats | None
    """Share of item views that come from lists, of shape (B,); None: the prior."""

    causal_share: Floats | None
    """Share of sales through lists that is extra, by a holdout, of shape (B,); None: the prior."""

    causal_share_error: float
    """Standard error of ``causal_share``; 0 without one."""

    reactions: Mapping[str, ReactionEvidence] = field(default_factory=dict)
    """Lever -> what randomised arms say of it; a lever without arms is absent."""

    ad_slots_today: float
    """Ads per list in the log [slots]."""

    membership_price_today_cents: float | None
    """Mean price of a membership month in the log [cents]; None without membership rows."""

    has_prices: bool
    """Whether orders and prices are in the log, so that sales can be priced."""

    has_unit_costs: bool
    """Whether unit costs are known, so that sales are margin and not net value."""

    trial_users: Floats | None = None
    """Those of ``free_users`` who are in trial, of shape (B, G); None without trials."""

    trial_start_rate: Floats | None = None
    """Monthly chance that a free user starts a trial, of shape (B, G)."""

    trial_to_paid_rate: Floats | None = None
    """Share of trials that become paid, of shape (B,)."""

    trial_months: float | None = None
    """Mean length of a trial [months]."""

    readiness: Floats | None = None
    """Chance to join by age of the account, over the mean one of today's free users.

    Of today's free users and of newcomers by month, of shape (B, 2, T); None: one.
    """

    freshness: Floats | None = None
    """Mean chance by age of all of today's free users over that of a segment's, (B, G).

    A factor for newcomers, who are as ready everywhere; None without ``readiness``.
    """

    @cached_property
    def paying_users(self) -> Floats:
        """Paying members by segment, of shape (B, G)."""
        return np.asarray(np.einsum("bga->bg", self.members))

    @property
    def n_draws(self) -> int:
        """Number of draws B."""
        return int(self.free_users.shape[0])
