"""Tables of how often intervals held the truth."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

RANKS = 10

MOVED = "drift"
"""The case whose truth is that of later months."""

HEAD = """\
# Do the intervals hold the truth?

Written by `benchmarks/coverage.py`. Each world is made up, so that the truth is known; the
product reads its log, learns lists from the first month with its own ranker, values them on
the two months after it, and simulates twelve months of two ads a list, items 5 % dearer and a
membership at 6 instead of 5. *Learned* is the product's ranker, *from outside* a ranker that
no log taught. Money is what passes through the lists; *uplift* is the total beyond today's
lists and prices, paired. Error, bias and half-width are shares of the true amount, those of
the uplift shares of the true total. *Amber or red* is the share of worlds where a gate warns,
*counted out* where the log did not carry the value and the click model stood in.

Reactions (elasticities, churn and use by price, ads and quality) are drawn in each world from
the very priors that the product assumes; users are drawn into arms of ads per list, item prices
and prices of the membership, so that the log says something of them. People sign up over two
years, try the membership for a week, and the willing join first. Months follow the product's
own simulation, which the tests hold against a loop over users. People are the product's own
counts on 40,000 others of the world; lists are judged on the users who are in the log.
*Worth today* is the total discounted at a rate that is assumed as well.

Two biases are known. The log mixes lists of no, one and two ads, which bring 2.6 % fewer clicks
than one ad in every list, and the truth of today is the latter. A ranker from outside also looks
at prices: the click model spreads what such lists sell too evenly over ranks, which hides 1.6 %
of sales where a second ad pushes the last ranks out.
"""


def judged(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with whether intervals held, and errors as shares."""
    truth, scale = rows["truth"], rows["truth"].where(rows["figure"] != "uplift", rows["level"])
    return rows.assign(
        held=(truth >= rows["low"]) & (truth <= rows["high"]),
        held_half=(truth >= rows["low_half"]) & (truth <= rows["high_half"]),
        error=(rows["mean"] - truth) / scale,
        half_width=(rows["high"] - rows["low"]) / 2.0 / scale,
        warned=rows["colour"] != "green",
        by_model=rows["basis"] == "model",
    )


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per policy and figure."""
    grouped = judged(rows).groupby(["policy", "figure"], sort=False)
    found = grouped.agg(
        worlds=("held", "size"),
        held=("held", "mean"),
        held_half=("held_half", "mean"),
        bias=("error", "mean"),
        error=("error", lambda error: error.abs().mean()),
        half_width=("half_width", "mean"),
        warned=("warned", "mean"),
        by_model=("by_model", "mean"),
    )
    return found.reset_index()


def table(name: str, rows: pd.DataFrame) -> str:
    """Return the table of one case."""
    lines = [
        f"\n## {name}, {rows['seed'].nunique()} worlds\n",
        "| lists | figure | 90 % held | 50 % held | bias | mean error | half-width "
        "| amber or red | counted out |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in summary(rows).itertuples():
        lines.append(
            f"| {row.policy} | {row.figure} | {row.held:.3f} | {row.held_half:.3f} "
            f"| {row.bias:+.1%} | {row.error:.1%} | {row.half_width:.1%} "
            f"| {row.warned:.2f} | {row.by_model:.2f} |"
        )
    return "\n".join(lines)


def ranks(rows: pd.DataFrame) -> str:
    """Return how often the truth fell into each tenth of the draws, with its χ²."""
    lines = [
        "\n### Where the truth stands among the draws\n",
        f"| lists | figure | worlds in each of {RANKS} tenths, from the lowest | χ² | p |",
        "| --- | --- | --- | --- | --- |",
    ]
    for (policy, figure), part in rows.groupby(["policy", "figure"], sort=False):
        counts = np.histogram(part["rank"], np.linspace(0.0, 1.0, RANKS + 1))[0]
        test = stats.chisquare(counts)
        shown = " ".join(str(count) for count in counts)
        lines.append(
            f"| {policy} | {figure} | {shown} | {test.statistic:.1f} | {test.pvalue:.3f} |"
        )
    return "\n".join(lines)


def forecasts(rows: pd.DataFrame) -> str:
    """Return how often intervals of forecasts held the truth of a world that has moved."""
    money = rows[rows["figure"] != "uplift"]
    held = money["truth"].between(money["low_booked"], money["high_booked"])
    lines = [
        "\nAn estimate is of the world of the log. A forecast, luck left aside, is of the months to"
        "\ncome: its level may be off, and pages show it beside the estimate.\n",
        "| lists | figure | forecast, 90 % held |",
        "| --- | --- | --- |",
    ]
    for (policy, figure), share in (
        held.groupby([money["policy"], money["figure"]], sort=False).mean().items()
    ):
        lines.append(f"| {policy} | {figure} | {share:.3f} |")
    return "\n".join(lines)


def report(found: Mapping[str, pd.DataFrame]) -> str:
    """Return all tables; the first case also by rank."""
    parts = [HEAD]
    for number, (name, rows) in enumerate(found.items()):
        parts.append(table(name, rows))
        if name == MOVED:
            parts.append(forecasts(rows))
        if number == 0:
            parts.append(ranks(rows))
    return "\n".join(parts) + "\n"
