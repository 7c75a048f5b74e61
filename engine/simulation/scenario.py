"""A scenario: what the business would change, and how people are assumed to react."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.business.ads import AdsScenario
from engine.business.membership import MembershipScenario
from engine.business.sales import SalesScenario
from engine.errors import ScenarioError
from engine.simulation.levers import LEVER_BY_KEY, LEVERS, PARTS, find_lever, lever_value
from engine.simulation.reaction import EconomicsScenario, ReachScenario, ReactionScenario
from engine.tensor import Population

FORMAT = 1
SEED_LIMIT = 2**31
TEXT_LIMIT = 200_000  # characters; a full scenario file has about 6,000
LEVER_KEYS = frozenset({"value", "unit", "source", "grade", "low", "high", "default"})


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Everything a simulation needs beside the log."""

    ads: AdsScenario = field(default_factory=AdsScenario)
    membership: MembershipScenario = field(default_factory=MembershipScenario)
    sales: SalesScenario = field(default_factory=SalesScenario)
    reaction: ReactionScenario = field(default_factory=ReactionScenario)
    economics: EconomicsScenario = field(default_factory=EconomicsScenario)
    reach: ReachScenario = field(default_factory=ReachScenario)

    pinned: frozenset[str] = frozenset()
    """Keys of levers whose value is taken as known: they add no width to a range."""

    seed: int = 1
    """Seed of the assumption draws."""

    def __post_init__(self) -> None:
        for key in sorted(self.pinned):
            find_lever(key)
        if isinstance(self.seed, bool) or not isinstance(self.seed, int):
            raise ScenarioError("scenario_not_whole", field="seed", value=repr(self.seed)[:40])
        if not 0 <= self.seed < SEED_LIMIT:
            raise ScenarioError(
                "scenario_out_of_range", field="seed", value=self.seed, low=0, high=SEED_LIMIT - 1
            )


def scenario_of_log(population: Population, scenario: Scenario | None = None) -> Scenario:
    """Return the scenario with today's ad slots and membership price filled in from the log."""
    known = scenario or Scenario()
    if known.ads.ad_slots is None:
        known = replace(known, ads=replace(known.ads, ad_slots=population.ad_slots_today))
    if known.membership.price_cents is None:
        price = population.membership_price_today_cents
        known = replace(known, membership=replace(known.membership, price_cents=price))
    return known


def scenario_id(scenario: Scenario) -> str:
    """Return a short name that two scenarios share only when all their values agree."""
    values = {lever.key: _plain(lever_value(scenario, lever.key)) for lever in LEVERS}
    content = {"levers": values, "pinned": sorted(scenario.pinned), "seed": scenario.seed}
    text = json.dumps(content, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def to_json(scenario: Scenario) -> str:
    """Return the scenario as a file that a person can read and change."""
    content: dict[str, Any] = {"format": FORMAT, "seed": scenario.seed}
    content["pinned"] = sorted(scenario.pinned)
    for lever in LEVERS:
        content.setdefault(lever.subject, {})[lever.field] = {
            "value": lever_value(scenario, lever.key),
            "unit": lever.unit,
            "source": lever.source_code,
            "grade": lever.grade,
            "low": lever.low,
            "high": lever.high,
        }
    return json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False)


def from_json(text: str) -> Scenario:
    """Return the scenario that a file describes; what it leaves out keeps its default.

    Raises
    ------
    ScenarioError
        With the field and what would be accepted, for anything that is not understood.
    """
    content = _parse(text)
    if not isinstance(content, dict):
        raise ScenarioError("scenario_not_an_object", field="scenario")
    if content.pop("format", FORMAT) != FORMAT:
        raise ScenarioError("scenario_format", field="format", supported=FORMAT)
    settings: dict[str, Any] = {}
    if "seed" in content:
        settings["seed"] = content.pop("seed")
    if "pinned" in content:
        settings["pinned"] = _read_pinned(content.pop("pinned"))
    for subject, values in content.items():
        if subject not in PARTS:
            raise ScenarioError("scenario_unknown_field", field=str(subject)[:60])
        settings[subject] = _read_part(subject, values)
    return Scenario(**settings)


def _parse(text: str) -> Any:
    if len(text) > TEXT_LIMIT:
        raise ScenarioError("scenario_too_long", field="", limit=TEXT_LIMIT)
    try:
        return json.loads(text, object_pairs_hook=_no_repeats)
    except RecursionError:
        raise ScenarioError("scenario_too_deep", field="") from None
    except ValueError as fault:
        line = getattr(fault, "lineno", 1)
        raise ScenarioError("scenario_not_json", field="", line=line) from None


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ScenarioError("scenario_repeated_field", field=key[:60])
        found[key] = value
    return found


def _read_pinned(keys: object) -> frozenset[str]:
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise ScenarioError("scenario_pinned", field="pinned")
    return frozenset(keys)


def _read_part(subject: str, values: object) -> Any:
    if not isinstance(values, Mapping):
        raise ScenarioError("scenario_not_an_object", field=subject)
    found = {}
    for name, value in values.items():
        key = f"{subject}.{name}"
        if key not in LEVER_BY_KEY:
            raise ScenarioError("scenario_unknown_lever", field=key[:60])
        found[name] = _read_value(key, value)
    return PARTS[subject](**found)


def _read_value(key: str, value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    for name, content in value.items():
        if name not in LEVER_KEYS:
            raise ScenarioError("scenario_unknown_field", field=f"{key}.{name}"[:60])
        if isinstance(content, float) and not math.isfinite(content):
            raise ScenarioError("scenario_not_finite", field=f"{key}.{name}", value=content)
    if "value" not in value:
        raise ScenarioError("scenario_value_missing", field=key)
    unit = LEVER_BY_KEY[key].unit
    if value.get("unit", unit) != unit:
        raise ScenarioError(
            "scenario_unit", field=key, value=repr(value["unit"])[:40], expected=unit
        )
    return value["value"]


def _plain(value: float | None) -> float | None:
    """Return a value so that 1 and 1.0 name the same scenario."""
    return None if value is None else float(value)
