"""What a price looks like, the same from every kind of log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.evaluation.settling import SettlingTest
from engine.evaluation.trials import Worth
from engine.workbench.levels import Evidence

Interval = Literal["estimate", "assumptions"]
"""``estimate``: fitted from the log; ``assumptions``: a range, none of it measured."""


@dataclass(frozen=True, kw_only=True)
class Money:
    """Cents over the horizon; p10 to mean speak of incremental money."""

    p10: int
    p50: int
    p90: int
    mean: int
    attributed: int
    incremental: int
    interval: Interval
    booked_p10: int | None = None
    booked_p90: int | None = None
    """Ends of what may be booked, with chance and a level that may be off; None where only a
    difference or a range under assumptions is told."""


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """No number, with the reason and what would help."""

    withheld: str
    advice: str
    """Text key."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Blanks of that text."""


@dataclass(frozen=True, kw_only=True)
class VarianceShares:
    """Where the width of a gain comes from; None: not told apart yet."""

    data: float
    assumption: float
    noise: float | None = None
    model: float | None = None


@dataclass(frozen=True, kw_only=True)
class Gain:
    """What one answer brings beyond another, paired draw by draw [cents over the horizon]."""

    total: Money | Withheld
    by_model: Mapping[str, Money | Withheld]
    probability_positive: float | None
    """None below rung 3: assumptions cannot make a probability."""
    variance_shares: VarianceShares | None = None
    against: Money | Withheld | None = None
    """Over a second scenario, when one was given."""


@dataclass(frozen=True, kw_only=True)
class LevelShares:
    """Of what the level of an answer is made; the three add up to one."""

    measured: float
    estimated: float
    assumed: float


Choice = Literal["lists", "ads", "membership_price", "item_price"]
"""What a test decides: these lists or those they are compared with, ads or none in them,
another price of a membership or of items or today's."""


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """The test that would settle a choice, and the one worth running."""

    choice: Choice
    price: float | None = None
    """The other price: cents of a membership, or a ratio to today's prices of items."""
    settling: SettlingTest
    """Sized to see the gain for certain, whatever that is worth."""
    worth: Worth | None
    """None where no gain is known, or no revenue is counted that it could be told against."""


@dataclass(frozen=True, kw_only=True)
class Uncertainty:
    """Where the width of what may be booked of an amount comes from."""

    shares: Mapping[str, float]
    """Of the variance: data, assumption, noise, model, and rest, what they do only together;
    they add up to one, and the rest is below zero where they cancel."""
    half_widths_cents: Mapping[str, int]
    """Half of the 80 % interval that each of the first four alone would leave."""
    level_share: float
    """The part of the share of ``model`` that one year does to the whole level."""

    @property
    def has_width(self) -> bool:
        """Whether there is anything to tell: ads that nobody shows are zero in every draw."""
        return any(self.shares.values())


@dataclass(frozen=True, kw_only=True)
class PresentValue:
    """Incremental money of all models less the cost of the lists, as of today [cents]."""

    p10: int
    p50: int
    p90: int
    mean: int
    cost_cents: int
    """What was taken off over the horizon, before discounting."""
    interval: Interval


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an experiment of the log says of a lever, in the lever's unit."""

    estimate: float | None
    """None where the arms differ too little to say anything."""
    error: float | None
    """Standard error of the estimate."""
    experiment: str
    """Name of the experiment in the log."""
    arms: int
    users: int | None
    """Users in the arms; None for a holdout, which is kept as sums."""
    together: float
    """Where the lever stands when nobody moves it: estimate and source put together."""


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """The answer to: what are these lists worth?"""

    run_id: str
    rung: int
    currency: str | None
    horizon_months: int
    policy: str
    baseline: str
    ads: Money | Withheld
    membership: Money | Withheld
    sales: Money | Withheld
    total: Money | Withheld
    uplift: Gain
    shares: LevelShares
    break_even: Mapping[str, float | None]
    books: Mapping[str, Any]
    """The counted trailing month, and the same figures of the simulated first month."""
    experiment: Experiment
    """Of these lists against those they are compared with."""
    details: Mapping[str, Any]
    """What else a page of this kind of log shows."""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    """These lists and those they are compared with -> what tells their events; empty for a
    log that does not say what was shown."""
    present_value: PresentValue | None = None
    uncertainty: Mapping[str, Uncertainty | None] | None = None
    """Model or ``total`` -> where its width comes from; None unless it was asked for, and for
    a log that does not say what was shown."""
    told_by_log: Mapping[str, Told] = field(default_factory=dict)
    """Lever -> what an experiment of the log says of it."""

    def of(self, model: str) -> Money | Withheld:
        """Return the answer of one model or of their ``total``."""
        answer: Money | Withheld = getattr(self, model)
        return answer
