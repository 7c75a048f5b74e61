"""What each business model would be worth if it were the only one."""

from collections.abc import Mapping

from engine.simulation import compare
from engine.simulation.alone import ONLY
from engine.simulation.run import MODELS, Outcome
from engine.simulation.scenario import Scenario
from engine.workbench.answers import Money, Withheld
from engine.workbench.pricing import PricingInputs, check_policies, quote
from engine.workbench.valuing import MAIN


def alone(
    inputs: PricingInputs, scenario: Scenario, policy: str = MAIN
) -> Mapping[str, Money | Withheld]:
    """Return the money of each model without the two others, on the same draws.

    Ads alone have no memberships, memberships alone no ads, sales alone neither.

    Raises
    ------
    UsageError, NotEnoughDataError
        For a policy that was not valued.

    Notes
    -----
    The parts do not add up to the mix: members see no ads, ads drive people away and
    into memberships. Where a log does not say what was shown the models are priced
    apart anyway, and alone is as in the mix.
    """
    return {name: one_alone(inputs, scenario, name, policy) for name in MODELS}


def one_alone(
    inputs: PricingInputs, scenario: Scenario, model: str, policy: str = MAIN
) -> Money | Withheld:
    """Return the money of one model without the two others, as ``alone`` gives it."""
    if not inputs.collapsed:
        return quote(inputs, scenario, policy=policy).simulation.of(model)
    check_policies(inputs, policy)
    return _money(ONLY[model](inputs.collapsed[policy], scenario), model)


def _money(found: Outcome, model: str) -> Money | Withheld:
    if model in found.withheld:
        code = found.withheld[model]
        return Withheld(withheld=code, advice=f"withheld.{code}")
    extra = compare.summaries(compare.incremental(found))[model]
    through = compare.summaries(compare.attributed(found))[model]
    return Money(
        p10=extra.p10,
        p50=extra.p50,
        p90=extra.p90,
        mean=extra.mean,
        attributed=through.mean,
        incremental=extra.mean,
        interval="estimate",
    )
