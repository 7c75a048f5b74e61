"""Tables of the store as the arrays that valuation counts with."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.evaluation.arms import LIST_EXPERIMENTS, ArmLog
from engine.evaluation.hits import Pairs, RankedPairs
from engine.evaluation.impressions import ImpressionLog
from engine.evaluation.incrementality import HoldoutSums
from engine.evaluation.memberships import MembershipLog
from engine.evaluation.segments import Segments, segments_of_users
from engine.evaluation.usage import Shown, Takings, Users, VisitLog
from engine.evaluation.valuation import Items
from engine.tensor import Floats

CENTS = 100.0

MOST_SLOTS = 10
COMMON_SLOT = 0.1
"""A slot belongs to the list when it was shown at least so often beside the first."""


def epoch_seconds(times: pd.Series) -> Floats:
    """Return UTC times as seconds since 1970; NaN where missing."""
    moments = pd.to_datetime(times, utc=True)
    seconds = (moments - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1)
    return np.asarray(seconds, dtype=np.float64)


def users_of(users: pd.DataFrame) -> tuple[Users, Segments]:
    """Return users and their segments from the table ``users``, one row per user row.

    Bots and users who opted out count nowhere.
    """
    users = users.sort_values("user_row")
    named = None if users["segment"].isna().all() else users["segment"].tolist()
    segments = segments_of_users(named, users["activity_band"].tolist())
    signed_up, first = epoch_seconds(users["signed_up_at"]), epoch_seconds(users["first_at"])
    out = users["is_bot"].to_numpy(bool) | users["opted_out"].fillna(False).to_numpy(bool)
    found = Users(
        segment=segments.of_user,
        group=users["bootstrap_group"].to_numpy(np.int32),
        first_at=np.where(np.isfinite(signed_up), signed_up, first),
        counted=~out,
    )
    return found, segments


def items_of(items: pd.DataFrame) -> Items:
    """Return prices, costs and categories from the table ``items``."""
    items = items.sort_values("item_row")
    return Items(
        price_cents=items["price"].to_numpy(np.float64, na_value=np.nan) * CENTS,
        unit_cost_cents=items["unit_cost"].to_numpy(np.float64, na_value=np.nan) * CENTS,
        category=pd.factorize(items["category"])[0].astype(np.int32),
    )


def visits_of(visits: pd.DataFrame) -> VisitLog:
    """Return the table ``visits``; rows without a view, a list or an order are no visits.

    A renewal or a return that is booked while nobody is there makes such a row. A log
    that holds none of the three, of ratings alone for example, keeps all of its rows.
    """
    names = ("view_count", "order_count", "order_amount_cents", "list_count", "list_click_count")
    there = visits["view_count"] + visits["order_count"] + visits["list_count"] > 0
    kept = visits[there.to_numpy(bool)] if there.any() else visits
    counts = {name: kept[name].to_numpy(np.int64) for name in names}
    return VisitLog(
        user_row=kept["user_row"].to_numpy(np.int32),
        started_at=epoch_seconds(kept["started_at"]).astype(np.int64),
        **counts,
    )


def takings_of(interactions: pd.DataFrame) -> Takings:
    """Return orders and returns from rows of the table ``interactions``."""
    kept = interactions[interactions["event_type"].isin(["purchase", "return"])]
    amount = kept["amount_cents"].abs().to_numpy(np.float64, na_value=0.0)
    sold = (kept["event_type"] == "purchase").to_numpy(bool)
    return Takings(
        user_row=kept["user_row"].to_numpy(np.int32),
        at=epoch_seconds(kept["last_at"]).astype(np.int64),
        sales_cents=np.where(sold, amount, 0.0),
        return_cents=np.where(sold, 0.0, amount),
    )


def memberships_of(memberships: pd.DataFrame) -> MembershipLog | None:
    """Return the table ``memberships``; None when it is empty."""
    if len(memberships) == 0:
        return None
    return MembershipLog(
        user_row=memberships["user_row"].to_numpy(np.int32),
        started_at=epoch_seconds(memberships["started_at"]),
        ended_at=epoch_seconds(memberships["ended_at"]),
        price_cents=memberships["price_per_month"].to_numpy(np.float64, na_value=np.nan) * CENTS,
        is_trial=memberships["is_trial"].fillna(False).to_numpy(bool),
    )


def shown_of(impressions: pd.DataFrame) -> Shown:
    """Return what population and books read of the table ``impressions``."""
    return Shown(
        user_row=impressions["user_row"].to_numpy(np.int32),
        at=epoch_seconds(impressions["occurred_at"]).astype(np.int64),
        is_ad=impressions["is_ad"].to_numpy(bool),
        clicked=impressions["was_clicked"].to_numpy(bool),
        position=impressions["position"].fillna(0).to_numpy(np.int32),
        viewable=np.asarray(impressions["viewable"].astype("float64"), dtype=np.float64),
    )


def impressions_of(impressions: pd.DataFrame, score: Floats) -> ImpressionLog:
    """Return the table ``impressions`` with the score of each row's pair."""
    shown = shown_of(impressions)
    return ImpressionLog(
        user_row=shown.user_row,
        item_row=impressions["item_row"].fillna(-1).to_numpy(np.int32),
        position=shown.position,
        propensity=impressions["propensity"].to_numpy(np.float64, na_value=np.nan),
        clicked=shown.clicked,
        ordered=impressions["was_ordered"].to_numpy(bool),
        order_amount_cents=impressions["order_amount_cents"].to_numpy(np.float64),
        is_ad=shown.is_ad,
        viewable=shown.viewable,
        at=shown.at,
        score=score,
    )


def requests_of(impressions: pd.DataFrame) -> NDArray[np.int64]:
    """Return a code of the list that each shown row belongs to, of shape (n_rows,).

    Rows without a request belong together when a user saw them in the same moment.
    """
    code, names = pd.factorize(impressions["request_id"])
    unnamed = code < 0
    # moments as numbers: writing each as text costs more than all else here
    code[unnamed] = len(names) + pd.factorize(impressions["occurred_at"][unnamed])[0]
    n_codes = int(code.max(initial=0)) + 1
    key = impressions["user_row"].to_numpy(np.int64) * n_codes + code
    return np.unique(key, return_inverse=True)[1].astype(np.int64)


def slots_of(shown: pd.DataFrame) -> int:
    """Return the length of the lists that the log shows [slots]."""
    position = shown["position"].dropna().to_numpy(np.int64)
    if len(position) == 0:
        return MOST_SLOTS
    rows = np.bincount(np.clip(position, 0, MOST_SLOTS), minlength=MOST_SLOTS + 1)[1:]
    common = np.flatnonzero(rows >= COMMON_SLOT * rows.max())
    return int(common[-1]) + 1


def visits_per_user(visits: VisitLog, n_users: int) -> Floats:
    """Return the visits of every user, the weights of a tensor; of shape (n_users,)."""
    return np.bincount(visits.user_row, minlength=n_users).astype(np.float64)


def holdout_of(sums: pd.DataFrame) -> HoldoutSums | None:
    """Return the sums of a holdout by group and side; None without one."""
    if len(sums) == 0:
        return None
    amounts = {
        name: sums[name].to_numpy(np.float64) for name in ("sales_cents", "list_sales_cents")
    }
    return HoldoutSums(
        group=sums["bootstrap_group"].to_numpy(np.int32),
        is_holdout=sums["is_holdout"].to_numpy(bool),
        users=sums["user_count"].to_numpy(np.float64),
        **amounts,
    )


def arms_of(rows: pd.DataFrame) -> dict[str, ArmLog]:
    """Return users in arms by experiment, from rows of ``reaction_arms``."""
    found = {}
    for experiment, part in rows.groupby("experiment"):
        ended = epoch_seconds(part["ended_at"])
        arm, names = part["arm_value"].to_numpy(np.float64), pd.Index([])
        if experiment in LIST_EXPERIMENTS:
            arm, names = pd.factorize(part["arm_name"], sort=True)
        found[str(experiment)] = ArmLog(
            user_row=part["user_row"].to_numpy(np.int32),
            arm=arm.astype(np.float64),
            started_at=epoch_seconds(part["started_at"]),
            ended_at=np.where(np.isnan(ended), np.inf, ended),
            names=tuple(map(str, names)),
        )
    return found


def new_pairs(held_out: Pairs, known: Pairs, n_items: int) -> Pairs:
    """Return the held-out pairs, each once, that no user had touched before."""
    later, before = (
        np.unique(pairs.user_row.astype(np.int64) * n_items + pairs.item_row)
        for pairs in (held_out, known)
    )
    fresh: NDArray[np.int64] = np.setdiff1d(later, before, assume_unique=True)
    return Pairs(user_row=fresh // n_items, item_row=fresh % n_items)


def logged_lists(impressions: pd.DataFrame, n_slots: int) -> RankedPairs:
    """Return the last list, ads left out, that each user was shown."""
    organic = impressions[~impressions["is_ad"].to_numpy(bool) & impressions["item_row"].notna()]
    request, unnamed = organic["request_id"], organic["request_id"].isna()
    if unnamed.any():
        request = request.where(~unnamed, organic["occurred_at"][unnamed].astype(str))
    organic = organic.assign(request=request).sort_values(
        ["user_row", "occurred_at", "request", "position"], kind="stable"
    )
    last = organic.groupby("user_row")["request"].transform("last")
    organic = organic[organic["request"] == last].drop_duplicates(["user_row", "item_row"])
    rank = organic.groupby("user_row").cumcount().to_numpy() + 1
    kept = rank <= n_slots
    return RankedPairs(
        user_row=organic["user_row"].to_numpy(np.int32)[kept],
        item_row=organic["item_row"].to_numpy(np.int32)[kept],
        rank=rank[kept].astype(np.int32),
    )
