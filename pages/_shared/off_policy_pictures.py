"""The Off-policy page's picture of all policies, and the table behind it."""

import pandas as pd
import streamlit as st

from engine.evaluation.off_policy.value import OWN_RANK, POSITION_BASED
from engine.reporting import charts, quality_charts
from engine.reporting.quality_charts import Axis, Dot, Role
from engine.reporting.tables import Column, Table, Unit
from engine.workbench.worth import Choice, PolicyWorth, Worth
from pages._shared import cache, money_view, tables, widgets
from pages._shared.off_policy_view import MAIN, MONEY, amount, name_of, of_choice
from pages._shared.text import t

CENTS = 100.0
COUNTED: frozenset[str] = frozenset({"ess", "ess_positive"})
WORDED: frozenset[str] = frozenset({"policy", "choice", "colour"})


def policies(found: Worth, choice: Choice, reward: str) -> None:
    """Every policy that the log can value, beside the lists as they were shown."""
    chosen = of_choice(found, choice)
    known = [policy for policy in chosen if _value(policy, reward) is not None]
    st.header(t("off_policy.policies"))
    if known:
        drawn = [_shown(chosen[0], reward), *(_dot(policy, reward) for policy in known)]
        drawn.sort(key=lambda dot: -dot.value)
        axis = Axis(title="", tick_format=",.2~f" if reward in MONEY else ".3~f", around=True)
        figure = quality_charts.dots(drawn, axis, money_view.palette())
        alt = t(
            "off_policy.policies_alt",
            reward=t(f"off_policy.rewards.{reward}"),
            withheld=len(chosen) - len(known),
            all=len(chosen),
        )
        st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key="off_policy_picture")
    else:
        widgets.note(t("off_policy.policies_none"))
    names = [name_of(policy.name) for policy in chosen if policy not in known]
    if names and known:
        widgets.note(t("off_policy.policies_note", names=t("quality.comma").join(names)))
    tables.behind(
        Table(
            frame=pd.DataFrame([_row(policy, reward) for policy in found.policies]),
            columns=[_column(name, reward) for name in _row(chosen[0], reward)],
            currency=cache.stamp().currency,
        ),
        tables.origin(cache.stamp().run_id),
        key="off_policy_values",
        title=t("off_policy.cross"),
        note=t("off_policy.cross_note"),
    )


def _value(policy: PolicyWorth, reward: str) -> float | None:
    return policy.values[reward].estimators[POSITION_BASED].value


def _shown(policy: PolicyWorth, reward: str) -> Dot:
    counted = policy.as_shown[reward]
    return _drawn(
        t("off_policy.as_shown"), "delivered", reward, counted.value, counted.low, counted.high
    )


def _dot(policy: PolicyWorth, reward: str) -> Dot:
    found = policy.values[reward].estimators[POSITION_BASED]
    role: Role = (
        "ours" if policy.name == MAIN else "popularity" if policy.name == "popularity" else "other"
    )
    value, low, high = (number or 0.0 for number in (found.value, found.low, found.high))
    return _drawn(name_of(policy.name), role, reward, value, low, high)


def _drawn(label: str, role: Role, reward: str, value: float, low: float, high: float) -> Dot:
    scale = CENTS if reward in MONEY else 1.0
    texts = {
        name: amount(number, reward)
        for name, number in (("value", value), ("low", low), ("high", high))
    }
    hover = t("off_policy.hover", name=label, **texts)
    return Dot(
        label=label, role=role, value=value / scale, low=low / scale, high=high / scale, hover=hover
    )


def _row(policy: PolicyWorth, reward: str) -> dict[str, object]:
    """Return both estimators of one policy, with what they stand on."""
    found = policy.values[reward]
    main, own = found.estimators[POSITION_BASED], found.estimators[OWN_RANK]
    return {
        "policy": name_of(policy.name),
        "choice": t(f"off_policy.choices.{policy.choice}"),
        "value": main.value,
        "low": main.low,
        "high": main.high,
        "own": own.value,
        "own_low": own.low,
        "own_high": own.high,
        "contrast": found.contrast_z,
        "ess": main.ess,
        "ess_positive": main.ess_positive,
        "colour": t(f"off_policy.colour.{main.colour}"),
    }


def _column(name: str, reward: str) -> Column:
    if name in WORDED:
        unit: Unit = "text"
    elif name in COUNTED:
        unit = "count"
    elif name == "contrast":
        unit = "number"
    else:
        unit = "money" if reward in MONEY else "number"
    return Column(name=name, label=t(f"off_policy.column.{name}"), unit=unit)
