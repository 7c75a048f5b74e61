"""The test that would settle an answer: how large, what it costs, what it is worth."""

import streamlit as st

from engine.evaluation.trials import Trial, Worth
from engine.workbench.answers import Experiment, Simulation, Withheld
from engine.workbench.experiments import LISTS_RATIO, WAYS
from pages._shared import money_view
from pages._shared.text import amount, count, escaped, percent, t

LEAST_SHOWN = 0.001


def box(found: Simulation, experiment: Experiment) -> None:
    """Say which test is worth running, or why none is, and what would be best to know."""
    if isinstance(found.uplift.total, Withheld):
        return
    lines = [*_worth(found, experiment), *_settling(found, experiment)]
    if experiment.worth is not None:
        lines.append(_knowledge(found, experiment.worth))
        if found.uplift.total.interval == "assumptions":
            lines.append(t("experiment.assumed"))
    first, *rest = lines
    points = "".join(f"\n- {line}" for line in rest)
    text = f"**{t('experiment.title')}** {first}\n{points}"
    st.info(text, icon=":material/science:")


def _worth(found: Simulation, experiment: Experiment) -> list[str]:
    """The smallest test worth running, and the best one where it is another."""
    worth = experiment.worth
    if worth is None:
        return []
    if worth.smallest is None or worth.best is None:
        sharpest = worth.sharpest_effect
        facts = {
            "perfect": amount(worth.perfect_cents, found.currency),
            "months": count(found.horizon_months),
            "smallest": "?" if sharpest is None else percent(sharpest),
            "what": _arms(found, experiment),
        }
        return [t(f"experiment.none_{worth.reason}", **facts)]
    facts = {"what": _arms(found, experiment), "months": count(found.horizon_months)}
    lines = [t("experiment.smallest", **facts, **_facts(found, worth.smallest))]
    if worth.best != worth.smallest:
        lines.append(t("experiment.best", **_facts(found, worth.best)))
    return lines


def _facts(found: Simulation, trial: Trial) -> dict[str, str]:
    return {
        "users": count(trial.users_per_arm),
        "weeks": count(trial.weeks),
        "effect": percent(trial.smallest_effect),
        "cost": amount(trial.cost_cents, found.currency),
        "worth": amount(trial.worth_cents, found.currency),
        "net": amount(trial.net_cents, found.currency),
    }


def _arms(found: Simulation, experiment: Experiment) -> str:
    """Who sees what."""
    price = experiment.price
    if experiment.choice == "membership_price" and price is not None:
        shown = amount(price, found.currency)
    else:
        shown = "" if price is None else percent(price)
    return t(f"experiment.arms.{experiment.choice}", price=shown)


def _settling(found: Simulation, experiment: Experiment) -> list[str]:
    """The test that would see the gain for certain, whatever that is worth."""
    test = experiment.settling
    if test.users_per_arm is None or test.effect is None:
        return [t("experiment.nothing")] if experiment.worth is None else []
    facts = {"users": count(test.users_per_arm), "effect": _effect(test.effect)}
    if test.weeks is None:
        smallest = "?" if test.smallest_effect is None else percent(test.smallest_effect)
        key = "too_large_lists" if experiment.choice == "lists" else "too_large"
        return [t(f"experiment.{key}", smallest=smallest, **facts)]
    cost = amount(test.cost_cents or 0.0, found.currency)
    return [t("experiment.settles", weeks=count(test.weeks), cost=cost, **facts)]


def _effect(share: float) -> str:
    """A relative effect, which is never told as zero."""
    return percent(share) if share >= LEAST_SHOWN else escaped(f"< {percent(LEAST_SHOWN)}")


def _knowledge(found: Simulation, worth: Worth) -> str:
    """The one assumption that would be worth most to know."""
    if not worth.knowledge:
        return t("experiment.know_nothing")
    best = worth.knowledge[0]
    key = best.key
    return t(
        "experiment.know",
        way=t(f"experiment.way.{WAYS[key]}"),
        name=t("experiment.lists_ratio") if key == LISTS_RATIO else money_view.driver_name(key),
        amount=amount(best.cents, found.currency),
        months=count(found.horizon_months),
    )
