"""Can these lists be relied on? PASS, REVIEW or FAIL for what a careful reader would ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scipy import stats

from engine.evaluation.calibration_check import CalibrationCheck
from engine.evaluation.compare import BASELINE, Contrast
from engine.evaluation.groups import FEWEST_USERS
from engine.evaluation.quality import PolicyQuality, Quality

Status = Literal["pass", "review", "fail"]
Fact = str | float
Verdict = Literal["better", "same", "worse", "few"]

METRIC = "ndcg"
RANDOM = "random"
ONE_SIDE = 0.025
"""Chance that an interval of 95 % lies below zero where nothing differs."""


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Where a check changes its status."""

    few_users: int = 30
    """Fewer say nothing."""
    enough_users: int = 300
    """From here on an interval is about a third of what it is at 30."""
    random_share: float = 0.5
    """Random lists should reach less than this part of popular ones."""
    coverage_ratio: float = 1.5
    """Times the items that popular lists reach."""
    evenness: float = 0.1
    """Part of the way from the concentration of popular lists to that of random ones."""
    small_error: float = 0.1
    large_error: float = 0.25
    """Calibration errors, as a share of how often it happens."""
    chance: float = 0.05
    """Groups below zero that luck alone brings less often than this are no luck."""

    def __post_init__(self) -> None:
        if not 0 < self.few_users <= self.enough_users:
            raise ValueError("few_users must be positive and at most enough_users")
        if not 0 <= self.small_error <= self.large_error:
            raise ValueError("small_error must not be negative and at most large_error")


@dataclass(frozen=True, kw_only=True)
class Check:
    """One question with its answer."""

    name: str
    status: Status
    reason: str
    """Code of the sentence that says what was found and what helps."""
    facts: Mapping[str, Fact]


@dataclass(frozen=True, kw_only=True)
class Review:
    """All questions, and the answer to the first."""

    verdict: Verdict
    checks: tuple[Check, ...]

    @property
    def worst(self) -> Status:
        """Return the status of the weakest check."""
        return max((check.status for check in self.checks), key=("pass", "review", "fail").index)


def review(quality: Quality, limits: Thresholds | None = None) -> Review:
    """Return the review of a run's lists; a state that is not as hoped is an answer, no error.

    With too few people nothing else is asked: the bootstrap of a handful is too sure.
    """
    limits = limits or Thresholds()
    ours, base, random = (quality.of(name) for name in (quality.ours, BASELINE, RANDOM))
    if ours is None or base is None or random is None:
        raise ValueError("a review needs our lists, popular and random ones")
    gain = ours.against[METRIC]
    if quality.users < limits.few_users:
        return Review(verdict="few", checks=(_users(quality, limits),))
    checks = (
        _users(quality, limits),
        _popularity(gain),
        _sources(quality),
        *_today(quality),
        _random(random, base, limits),
        _coverage(ours, base, limits),
        _concentration(ours, base, random, limits),
        _groups(quality, limits),
        *_calibration(quality, limits),
    )
    return Review(verdict=sign(gain), checks=checks)


def sign(contrast: Contrast) -> Literal["better", "same", "worse"]:
    """Return what a paired difference can be called: an interval at zero tells nothing apart."""
    if contrast.low > 0:
        return "better"
    return "worse" if contrast.high < 0 else "same"


def _check(name: str, status: Status, reason: str = "", /, **facts: Fact) -> Check:
    return Check(name=name, status=status, reason=f"{name}_{reason or status}", facts=facts)


def _users(quality: Quality, limits: Thresholds) -> Check:
    users = quality.users
    enough = users >= limits.enough_users
    status: Status = "pass" if enough else "review" if users >= limits.few_users else "fail"
    return _check("users", status, users=users, needed=limits.enough_users)


def _popularity(gain: Contrast) -> Check:
    status: Mapping[str, Status] = {"better": "pass", "same": "review", "worse": "fail"}
    return _check("popularity", status[sign(gain)], sure=gain.better)


def _sources(quality: Quality) -> Check:
    """A source that is surely better says that the blend costs; one that may be, asks."""
    ahead = {policy.name: policy.ahead[METRIC] for policy in quality.sources}
    lost = [name for name, contrast in ahead.items() if sign(contrast) == "worse"]
    open_ = [name for name, contrast in ahead.items() if contrast.difference < 0]
    beaten = sum(sign(contrast) == "better" for contrast in ahead.values())
    status: Status = "fail" if lost else "review" if open_ else "pass"
    named = ",".join(lost or open_)
    return _check("sources", status, policies=named, beaten=beaten, count=len(ahead))


def _today(quality: Quality) -> tuple[Check, ...]:
    """Today's lists were on screen, so that a lead of theirs proves nothing."""
    return tuple(
        _one_of_today(policy)
        for policy in (quality.of(name) for name in quality.delivered)
        if policy is not None
    )


def _one_of_today(policy: PolicyQuality) -> Check:
    found = sign(policy.ahead[METRIC])
    facts: dict[str, Fact] = {"policy": policy.name, "share": policy.shown_share or 0.0}
    if found == "better":
        return _check("today", "pass", **facts)
    if policy.shown_share is None:
        return _check("today", "review", "unknown", **facts)
    if policy.shown_share > 0:
        return _check("today", "review", "flattered", **facts)
    return _check("today", "fail" if found == "worse" else "review", **facts)


def _random(random: PolicyQuality, base: PolicyQuality, limits: Thresholds) -> Check:
    """A measure by which drawn items do as well as popular ones measures nothing."""
    value, level = random.values[METRIC].value, base.values[METRIC].value
    share = value / level if level > 0 else 1.0
    if sign(random.against[METRIC]) != "worse":
        return _check("random", "fail", share=share)
    return _check("random", "pass" if share < limits.random_share else "review", share=share)


def _coverage(ours: PolicyQuality, base: PolicyQuality, limits: Thresholds) -> Check:
    found, level = ours.values["coverage"].value, base.values["coverage"].value
    status: Status = "pass" if found >= limits.coverage_ratio * level else "review"
    facts: dict[str, Fact] = {"share": found, "popularity": level}
    return _check("coverage", status if found > level else "fail", **facts)


def _concentration(
    ours: PolicyQuality, base: PolicyQuality, random: PolicyQuality, limits: Thresholds
) -> Check:
    """Popular lists are the concentrated end, random ones the even end that can be reached."""
    room = base.gini - random.gini
    part = (base.gini - ours.gini) / room if room > 0 else 0.0
    status: Status = "pass" if part >= limits.evenness else "review" if part >= 0 else "fail"
    facts: dict[str, Fact] = {
        "items": ours.items_for_half,
        "popularity": base.items_for_half,
        "random": random.items_for_half,
    }
    return _check("concentration", status, gini=ours.gini, **facts)


def _groups(quality: Quality, limits: Thresholds) -> Check:
    """Of many groups one lies below zero by luck: only more than luck brings is a fault."""
    groups = [group for group in quality.groups if group.is_known]
    if not groups:
        return _check("groups", "review", "none", needed=FEWEST_USERS)
    worse = [group for group in groups if sign(group.difference[METRIC]) == "worse"]
    luck = float(stats.binom.sf(len(worse) - 1, len(groups), ONE_SIDE))
    status: Status = "pass" if not worse else "fail" if luck < limits.chance else "review"
    return _check("groups", status, worse=len(worse), count=len(groups))


def _calibration(quality: Quality, limits: Thresholds) -> tuple[Check, ...]:
    if not quality.calibration:
        return (_check("uncalibrated", "review", "none"),)
    return tuple(_one_calibration(found, limits) for found in quality.calibration)


def _one_calibration(found: CalibrationCheck, limits: Thresholds) -> Check:
    """Fault is an error above what chance brings; a large one that may be chance stays open."""
    error = found.relative_error
    if error <= limits.small_error:
        status: Status = "pass"
    elif found.error > found.chance_error and error > limits.large_error:
        status = "fail"
    else:
        status = "review"
    facts: dict[str, Fact] = {"outcome": found.outcome, "error": error, "rows": found.rows}
    return _check("calibration", status, **facts)
