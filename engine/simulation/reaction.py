"""How people react: the assumptions every business model shares."""

from dataclasses import dataclass

from engine.business.ads import RAMP_MONTHS
from engine.business.base import Prior, check_levers, lever
from engine.errors import ScenarioError

HORIZON_LIMIT_MONTHS = 60


@dataclass(frozen=True, kw_only=True)
class ReactionScenario:
    """Slopes of use, upgrades, orders and churn, each with a cited prior.

    An ad slot is one of a list of ten; in shorter lists one ad weighs more. None: the prior,
    with what arms of the log that were drawn by lot say of it.
    """

    use_loss_per_ad: float | None = lever(
        None,
        span=(0.0, 0.06),
        step=0.005,
        unit="log_per_ad",
        evidence=("A", "pandora"),
        bounds=(0.0, 1.0),
        prior=Prior(kind="positive_normal", spread=0.02, dimension=4),
        fallback=0.02,
    )
    """Relative loss of visits for one more ad, in the long run (β_a)."""

    ramp_months: float = lever(
        RAMP_MONTHS,
        span=(0.5, 12.0),
        step=0.1,
        unit="months",
        evidence=("A", "pandora_ramp"),
        bounds=(0.05, 120.0),
        prior=Prior(kind="log_normal", spread=0.4, dimension=5),
    )
    """Months until about two thirds of a reaction has happened (τ)."""

    upgrade_per_ad: float | None = lever(
        None,
        span=(0.0, 0.06),
        step=0.005,
        unit="log_odds_per_ad",
        evidence=("A", "pandora_upgrades"),
        bounds=(0.0, 1.0),
        prior=Prior(kind="positive_normal", spread=0.02, dimension=6),
        fallback=0.02,
    )
    """Rise of the log-odds of converting for one more ad (ψ_a)."""

    price_elasticity: float | None = lever(
        None,
        span=(1.0, 4.0),
        step=0.1,
        unit="elasticity",
        evidence=("B", "bijmolt"),
        bounds=(0.0, 20.0),
        prior=Prior(kind="positive_normal", spread=0.7, dimension=7),
        fallback=2.0,
    )
    """Fall of orders in percent for a rise of item prices by one percent (ε_p)."""

    membership_elasticity: float | None = lever(
        None,
        span=(0.0, 3.0),
        step=0.1,
        unit="elasticity",
        evidence=("C", "convention"),
        bounds=(0.0, 20.0),
        prior=Prior(kind="positive_normal", spread=0.5, dimension=8),
        fallback=1.0,
    )
    """Fall of the odds of converting for a rise of the membership price (ε_m)."""

    churn_per_price: float | None = lever(
        None,
        span=(0.0, 2.0),
        step=0.1,
        unit="elasticity",
        evidence=("B", "danaher"),
        bounds=(0.0, 20.0),
        prior=Prior(kind="positive_normal", spread=0.3, dimension=9),
        fallback=0.6,
    )
    """Rise of the odds of leaving for a rise of the membership price (φ_p)."""

    use_per_quality: float | None = lever(
        None,
        span=(0.0, 1.0),
        step=0.05,
        unit="elasticity",
        evidence=("C", "holtz"),
        bounds=(0.0, 5.0),
        prior=Prior(kind="positive_normal", spread=0.15, dimension=10),
        fallback=0.30,
    )
    """Rise of visits for better lists (ε_Q)."""

    churn_per_quality: float | None = lever(
        None,
        span=(0.0, 1.5),
        step=0.05,
        unit="elasticity",
        evidence=("C", "netflix"),
        bounds=(0.0, 5.0),
        prior=Prior(kind="positive_normal", spread=0.25, dimension=11),
        fallback=0.50,
    )
    """Fall of the odds of leaving for better lists (φ_Q)."""

    list_view_share: float | None = lever(
        None,
        span=(0.0, 0.9),
        step=0.05,
        unit="share",
        evidence=("C", "own_log_views"),
        prior=Prior(kind="beta", spread=10.0, dimension=12),
        fallback=0.3,
    )
    """Share of item views that come from lists (s_L); None uses what the log shows."""

    def __post_init__(self) -> None:
        check_levers(self, "reaction")


@dataclass(frozen=True, kw_only=True)
class EconomicsScenario:
    """For how long money is counted, and what later money is worth today."""

    horizon_months: int = lever(
        12,
        span=(1.0, 24.0),
        step=1.0,
        unit="months",
        evidence=("C", "convention"),
        bounds=(1.0, float(HORIZON_LIMIT_MONTHS)),
    )
    """Months that are added up."""

    cost_cents_per_month: float = lever(
        0.0,
        span=(0.0, 1_000_000.0),
        step=10_000.0,
        unit="cents_per_month",
        evidence=("C", "own_choice"),
        bounds=(0.0, 1e12),
    )
    """What making and serving the lists costs [cents a month]; for the break-even."""

    discount_rate: float = lever(
        0.10,
        span=(0.0, 0.30),
        step=0.005,
        unit="share_per_year",
        evidence=("C", "convention"),
        prior=Prior(kind="uniform", spread=0.7, dimension=20, start=0.8),  # 8 to 15 %
    )
    """What money of a year from now is worth less than money of today (r)."""

    def __post_init__(self) -> None:
        check_levers(self, "economics")
        if not isinstance(self.horizon_months, int):
            raise ScenarioError(
                "scenario_not_whole", field="economics.horizon_months", value=self.horizon_months
            )


@dataclass(frozen=True, kw_only=True)
class ReachScenario:
    """How people come to lists, where the log does not say what was shown."""

    shown_share: float = lever(
        1.0, span=(0.0, 1.0), step=0.05, unit="share", evidence=("C", "own_choice")
    )
    """Share of visits that show a list (s)."""

    click_share: float = lever(
        0.07, span=(0.01, 0.30), step=0.01, unit="share", evidence=("C", "benchmark_clicks")
    )
    """Share of those visits with a click on a list (q)."""

    list_sales_share: float = lever(
        0.12, span=(0.02, 0.40), step=0.01, unit="share", evidence=("C", "benchmark_sales")
    )
    """Share of sales that pass through lists (A)."""

    def __post_init__(self) -> None:
        check_levers(self, "reach")
