"""Inputs of numbers of logs that say what was shown, as the simulation used them."""

from dataclasses import replace

import numpy as np

from engine.business.membership import VIDEO_CHURN
from engine.simulation.compare import attributed, incremental
from engine.simulation.present_value import present_value
from engine.simulation.run import MODELS, Outcome
from engine.simulation.scenario import Scenario
from engine.workbench import explaining_ads, explaining_sales
from engine.workbench.asked import Asked
from engine.workbench.explained import (
    COUNTED,
    FITTED,
    Facts,
    Part,
    data_part,
    known_value,
    spread,
)
from engine.workbench.explaining_ads import CENTS, HEADS, Volume, monthly
from engine.workbench.pricing import outcome

COUNT, RATIO = "count_per_month", "number"

MADE_BY = {
    "money_ads": "ads.cpm_cents",
    "ads_through": "ads.cpm_cents",
    **dict.fromkeys(("money_sales", "money_total", "money_baseline"), "sales.causal_share"),
}
"""Money -> the assumption that its size hangs on."""


def facts(asked: Asked) -> Facts:
    """Return the inputs of a number and how far it spreads."""
    if asked.number in ("ads", "membership", "sales", "total", "uplift", "attributed"):
        return _of_money(asked)
    if asked.number == "causal_share":
        return Facts(parts=asked.own_levers(), unit="share")
    if asked.number == "present_value":
        return _of_today(asked)
    parts, unit, draws = VOLUMES[asked.number](asked)
    if draws is None:
        return Facts(parts=parts, unit=unit)
    return Facts(parts=parts, unit=unit, spread=spread(draws), interval="estimate")


def _of_money(asked: Asked) -> Facts:
    name = "total" if asked.number == "attributed" else asked.number
    answer = asked.money(name)
    through = None if answer is None else answer.attributed / asked.months
    found = asked.spread(name)
    if asked.number == "attributed":
        draws = sum(monthly(attributed(asked.outcome)[model], asked) for model in MODELS)
        found = spread(np.asarray(draws))
    return Facts(
        parts=MONEY[asked.number](asked),
        unit=CENTS,
        spread=found,
        interval="estimate",
        attributed=through,
    )


def _of_today(asked: Asked) -> Facts:
    """Return what goes into the worth of all months today."""
    draws = present_value(asked.outcome, asked.scenario)
    parts = (*_total(asked), *asked.own_levers())
    return Facts(parts=parts, unit="cents", spread=spread(draws), interval="estimate")


def _ads(asked: Asked) -> tuple[Part, ...]:
    volumes, ads, own = asked.outcome.volumes, asked.outcome.ads, asked.own_levers()
    free, visits = volumes.free_users.mean(), volumes.sessions_free.mean()
    lists = asked.population.lists_per_session
    shown = volumes.sessions_free.sum(axis=1) * lists
    paid = float(np.prod([_as_factor(part) for part in own]))
    parts = [
        data_part("free_users", free, HEADS),
        data_part("visits_free", visits / free if free else 0.0, RATIO),
        data_part("lists_per_visit", lists, RATIO, "measured", COUNTED),
    ]
    if paid > 0:
        seen = ads.attributed.sum(axis=(1, 2)).mean() / (shown.mean() * paid)
        parts.append(data_part("seen_ads", seen, RATIO))
    return (*parts, *own)


def _as_factor(part: Part) -> float:
    """Return what a lever multiplies ad money by."""
    if part.key in ("ads.blocked_rate", "ads.platform_fee_rate"):
        return 1.0 - part.value
    return part.value / 1_000 if part.key == "ads.cpm_cents" else part.value


def _membership(asked: Asked) -> tuple[Part, ...]:
    own = asked.own_levers()
    price, fee = (part.value for part in own)
    members = asked.outcome.volumes.members.mean()
    parts = [data_part("members", members, HEADS)]
    rate = price * (1.0 - fee)
    if rate > 0:
        extra = incremental(asked.outcome)["membership"].mean() / (asked.months * rate)
        parts.append(data_part("members_without_lists", members - extra, HEADS))
    return (*parts, *own)


def _sales(asked: Asked) -> tuple[Part, ...]:
    volumes, own = asked.outcome.volumes, asked.own_levers()
    ratio, back = asked.scenario.sales.price_ratio, own[2].mean
    orders, net = volumes.orders.mean(), volumes.net_sales_cents.mean()
    kept = orders * ratio * (1.0 - back)
    booked = monthly(attributed(asked.outcome)["sales"], asked).mean()
    return (
        own[0],
        data_part("orders", orders, COUNT),
        own[1],
        data_part("order_value", net / kept if kept else 0.0, "cents"),
        own[2],
        data_part("booked_share", booked / net if net else 0.0, "share"),
    )


def _total(asked: Asked) -> tuple[Part, ...]:
    prices = {name: asked.money(name) for name in MODELS}
    return tuple(
        _money_part(asked, f"money_{name}", answer.mean)
        for name, answer in prices.items()
        if answer is not None
    )


def _attributed(asked: Asked) -> tuple[Part, ...]:
    prices = {name: asked.money(name) for name in MODELS}
    return tuple(
        _money_part(asked, f"{name}_through", answer.attributed)
        for name, answer in prices.items()
        if answer is not None
    )


def _uplift(asked: Asked) -> tuple[Part, ...]:
    total, base = (
        sum(draws.mean() for draws in incremental(side).values()) / asked.months
        for side in (asked.outcome, asked.baseline)
    )
    through, base_through = (
        monthly(attributed(side)["sales"], asked).mean() for side in (asked.outcome, asked.baseline)
    )
    return (
        _money_part(asked, "money_total", total * asked.months),
        _money_part(asked, "money_baseline", base * asked.months),
        *asked.own_levers(),
        data_part("sales_through", through, CENTS),
        data_part("sales_through_baseline", base_through, CENTS),
    )


def _money_part(asked: Asked, key: str, cents: float) -> Part:
    """Return the money of a model, which is assumed where one assumption makes its size."""
    lever = MADE_BY.get(key)
    assumed = lever is not None and known_value(asked.inputs, asked.scenario, lever)[1] == "assumed"
    return data_part(key, cents / asked.months, CENTS, "assumed" if assumed else "estimated")


def _members(asked: Asked) -> Volume:
    people = asked.population
    parts = (
        data_part("members_today", people.members.sum(axis=(1, 2)), HEADS, "measured", COUNTED),
        *_started(asked),
        *_churn_fit(asked),
        _newcomers(asked),
        *asked.own_levers(),
    )
    return parts, HEADS, asked.outcome.volumes.members[:, -1]


def _new_members(asked: Asked) -> Volume:
    volumes = asked.outcome.volumes
    won, free = volumes.new_members.mean(), (volumes.free_users + volumes.new_members).mean()
    parts = (
        data_part("conversion", won / free if free else 0.0, "share_per_month"),
        data_part("free_to_convert", free, HEADS),
        _newcomers(asked),
        *asked.own_levers(),
    )
    return parts, COUNT, volumes.new_members.mean(axis=1)


def _churn(asked: Asked) -> Volume:
    volumes = asked.outcome.volumes
    tenures = asked.population.members.sum(axis=(0, 1))
    mean = np.average(np.arange(len(tenures)), weights=tenures) if tenures.sum() else 0.0
    parts = (
        *_churn_fit(asked),
        data_part("mean_tenure", mean, "months", "measured", COUNTED),
        *asked.own_levers(),
        data_part("quality_ratio", asked.collapsed.quality_ratio, RATIO),
    )
    left, there = volumes.leaving_members.sum(axis=1), volumes.members.sum(axis=1)
    share = np.divide(left, there, out=np.zeros_like(there), where=there > 0)
    return parts, "share_per_month", share


def _orders(asked: Asked) -> Volume:
    volumes = asked.outcome.volumes
    lists = volumes.sessions.mean(axis=1) * asked.population.lists_per_session
    clicks, orders = volumes.clicks.mean(), volumes.orders.mean()
    parts = (
        data_part("lists", lists, COUNT),
        data_part("clicks_per_list", clicks / lists.mean() if lists.mean() else 0.0, RATIO),
        data_part("orders_per_click", orders / clicks if clicks else 0.0, "share"),
    )
    return parts, COUNT, volumes.orders.mean(axis=1)


def _price(asked: Asked) -> Volume:
    click, order = (asked.collapsed.by_ads[0][stat].mean(axis=0).sum() for stat in (0, 1))
    share = order / click if click else 0.0
    parts = (data_part("orders_per_click", share, "share", source=FITTED), *asked.own_levers())
    sales = replace(asked.scenario.sales, price_ratio=1.0)
    today = _again(asked, replace(asked.scenario, sales=sales)).volumes.orders.sum(axis=1)
    now = asked.outcome.volumes.orders.sum(axis=1)
    return parts, "ratio", np.divide(now, today, out=np.ones_like(now), where=today > 0)


def _started(asked: Asked) -> tuple[Part, ...]:
    share = asked.population.conversion
    if share is None:
        return ()
    return (data_part("conversion_today", share, "share_per_month", source=FITTED),)


def _churn_fit(asked: Asked) -> tuple[Part, ...]:
    fitted = asked.population.churn_alpha_beta
    names = ("churn_alpha", "churn_beta")
    if fitted is not None:
        return tuple(
            data_part(name, fitted[:, place], RATIO, source=FITTED)
            for place, name in enumerate(names)
        )
    return tuple(
        replace(data_part(name, value, RATIO, "assumed", "antenna_churn"), grade="B")
        for name, value in zip(names, VIDEO_CHURN, strict=True)
    )


def _newcomers(asked: Asked) -> Part:
    new = asked.population.acquired_users.sum(axis=1)
    return data_part("newcomers", new, COUNT, "measured", COUNTED)


def _again(asked: Asked, scenario: Scenario) -> Outcome:
    return outcome(asked.inputs, scenario, asked.quoted.simulation.policy)


MONEY = {
    "ads": _ads,
    "membership": _membership,
    "sales": _sales,
    "total": _total,
    "attributed": _attributed,
    "uplift": _uplift,
}
VOLUMES = {
    "sales_displaced": explaining_ads.displaced,
    "members_from_ads": explaining_ads.members_from_ads,
    "ads_net": explaining_ads.what_is_left,
    "sales_gain": explaining_sales.gain,
    "kept_share": explaining_sales.kept,
    "members": _members,
    "new_members": _new_members,
    "churn": _churn,
    "orders": _orders,
    "price_curve": _price,
}
