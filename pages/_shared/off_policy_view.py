"""The Off-policy page: what the log says of another order, and whether it may be believed."""

from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from engine.evaluation.off_policy.gates import worst
from engine.evaluation.off_policy.intervals import Colour
from engine.evaluation.off_policy.value import POSITION_BASED
from engine.reporting import money
from engine.reporting import text as words
from engine.workbench.worth import Choice, NoWorth, PolicyWorth, Worth
from pages._shared import cache, lists_view, state, widgets
from pages._shared.text import count, day, escaped, percent, t

MAIN = "ranked"
OWN_WORDS = ("ranked", "popularity", "logged")
MONEY = ("value", "margin")
ICONS: Mapping[Colour, str] = {
    "green": widgets.ICONS["pass"],
    "amber": widgets.ICONS["review"],
    "red": widgets.ICONS["fail"],
}


def is_missing(found: Worth | NoWorth) -> bool:
    """Say why a log or a run values no lists, if so, and what helps."""
    if isinstance(found, Worth):
        return False
    st.title(t(f"off_policy.{found.reason}_title"))
    st.write(t(f"off_policy.{found.reason}_why"))
    if found.reason == "older_run":
        lists_view.train_button(again=True)
        return True
    if found.reason == "no_chances":
        st.info(t("off_policy.no_chances_cure"), icon=":material/shuffle:")
    widgets.link("pages/start/data.py", label=t("overview.go_data"), icon=":material/upload_file:")
    return True


def headline(found: Worth) -> None:
    """What was valued, on what."""
    st.markdown(
        t(
            "off_policy.measured",
            lists=count(found.n_lists),
            users=count(found.n_users),
            since=day(datetime.fromtimestamp(found.since, UTC).date()),
            until=day(datetime.fromtimestamp(found.until, UTC).date()),
        )
    )


def title(found: Worth, choice: Choice, reward: str) -> None:
    """The finding."""
    policy = main_policy(found, choice)
    gain = policy.gains.get(reward)
    if gain is None:
        st.title(t("off_policy.title_withheld"))
        return
    sign = "better" if gain.low > 0 else "worse" if gain.high < 0 else "same"
    base = policy.as_shown[reward].value
    size = percent(abs(gain.value) / base) if base > 0 else amount(gain.value, reward)
    st.title(t(f"off_policy.title_{sign}", size=size, reward=t(f"off_policy.rewards.{reward}")))


def reward_choice(found: Worth) -> str:
    """Ask what a list shall bring, and say what that is."""
    chosen: str = st.segmented_control(
        t("off_policy.reward"),
        found.stats,
        default=found.stats[0],
        format_func=lambda name: t(f"off_policy.rewards.{name}"),
        required=True,
        key="off_policy_reward",
        persist_state="session",
    )
    widgets.note(t(f"off_policy.reward_about.{chosen}"))
    return chosen


def choice_of_items(found: Worth) -> Choice:
    """Ask what the policies choose among, and say what that means."""
    chosen: Choice = st.segmented_control(
        t("off_policy.choice"),
        found.choices,
        default=found.choices[0],
        format_func=lambda name: t(f"off_policy.choices.{name}"),
        required=True,
        key="off_policy_choice",
        persist_state="session",
    )
    widgets.note(t(f"off_policy.choice_about.{chosen}"))
    valued = main_policy(found, chosen).n_lists
    if valued < found.n_lists:
        widgets.note(t("off_policy.part", lists=count(valued), all=count(found.n_lists)))
    return chosen


def figures(found: Worth, choice: Choice, reward: str) -> None:
    """As shown, in our order, the gain, and the gain of a month."""
    policy = main_policy(found, choice)
    ours, gain = policy.values[reward].estimators[POSITION_BASED], policy.gains.get(reward)
    withheld = t("off_policy.withheld")
    shown = {
        "shown": amount(policy.as_shown[reward].value, reward),
        "ours": withheld if ours.value is None else amount(ours.value, reward),
        "gain": withheld if gain is None else change(gain.value, reward),
        "month": withheld if gain is None else change(gain.value * found.lists_per_month, reward),
    }
    with st.container(horizontal=True):
        for name, text in shown.items():
            hint = t(f"off_policy.figure_{name}_help", lists=count(found.lists_per_month))
            st.metric(t(f"off_policy.figure_{name}"), text, help=hint)
    if gain is None:
        return
    draws = f"{gain.probability_positive * 100:.0f}"
    low, high = change(gain.low, reward), change(gain.high, reward)
    st.markdown(t("off_policy.sure", low=low, high=high, draws=draws))
    if ours.colour == "amber":
        widgets.note(t("off_policy.amber"))


def gates(found: Worth, choice: Choice, reward: str) -> None:
    """One line for each gate of our order: colour, name, what helps."""
    checks = main_policy(found, choice).values[reward].gates
    with st.container(border=True):
        st.header(t("off_policy.gates"))
        widgets.note(t(f"off_policy.gates_{worst(checks)}"))
        for gate in checks:
            name, colour = t(f"off_policy.gate.{gate.name}"), t(f"off_policy.colour.{gate.colour}")
            line = f"{ICONS[gate.colour]} **{name}** · {colour}"
            if gate.colour != "green":
                cure = words.t(f"gates_off_policy.cure_{gate.cure}", state.locale())
                line = f"{line}  \n:small[{cure}]"
            st.markdown(line)


def exploring(found: Worth, reward: str) -> None:
    """What shuffling lists costs."""
    st.header(t("off_policy.exploring"))
    cost = found.cost.get(reward)
    if cost is None:
        widgets.note(t("off_policy.exploring_unknown"))
        return
    facts = {
        "share": percent(found.epsilon),
        "cost": amount(cost.value, reward),
        "low": amount(cost.low, reward),
        "high": amount(cost.high, reward),
        "reward": "" if reward in MONEY else t(f"off_policy.rewards.{reward}"),
    }
    if cost.low > 0:
        month = amount(cost.value * found.lists_per_month, reward)
        st.markdown(t("off_policy.exploring_text", **facts, month=month))
    else:
        st.markdown(t("off_policy.exploring_free", **facts))


def method(found: Worth) -> None:
    """How all this is computed, and where to go next."""
    with st.expander(t("off_policy.method")):
        st.markdown(t("off_policy.method_text"))
        st.markdown(words.t(f"examination.{found.examination}", state.locale()))
    widgets.link(
        "pages/recommendations/quality.py",
        label=t("off_policy.go_quality"),
        icon=":material/verified:",
    )


def of_choice(found: Worth, choice: Choice) -> list[PolicyWorth]:
    """Return the policies that choose among the same, ours first."""
    same = [policy for policy in found.policies if policy.choice == choice]
    return sorted(same, key=lambda policy: policy.name != MAIN)


def main_policy(found: Worth, choice: Choice) -> PolicyWorth:
    """Return our own policy."""
    return of_choice(found, choice)[0]


def name_of(policy: str) -> str:
    """Return what readers call a policy."""
    if policy in OWN_WORDS:
        return t(f"off_policy.policy.{policy}")
    known = words.words(state.locale())
    return known.get(f"list_words.{policy}", escaped(policy))


def amount(number: float, reward: str) -> str:
    """Return a reward as readers see it."""
    if reward in MONEY:
        return money.headline(number, cache.stamp().currency, state.locale())
    if abs(number) >= 100:
        return count(number)
    return f"{number:#.3g}".replace("-", money.MINUS)


def change(number: float, reward: str) -> str:
    """Return a difference with its sign."""
    if reward in MONEY:
        return money.change(number, cache.stamp().currency, state.locale())
    text = amount(abs(number), reward)
    return f"{money.MINUS if number < 0 else '+'}{text}"
