"""P23: the months of people equal a loop over segments with trials and pools of two ages."""

import numpy as np
from hypothesis import given, settings

from engine.simulation.assumptions import draws
from engine.simulation.scenario import scenario_of_log
from tests.unit.simulation.builders import DRAWS, SEGMENTS, World, trying_worlds

laws = settings(max_examples=200, deadline=None)
MOST_JOINING = 0.95


def same(first: object, second: object) -> None:
    np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-7)


@laws
@given(trying_worlds())
def test_p23_the_kernel_equals_a_loop_over_months_and_segments(world: World) -> None:
    volumes = world.simulate().volumes
    for draw in range(DRAWS):
        expected = _loop(world, draw)
        for name, months in expected.items():
            same(getattr(volumes, name)[draw], months)


def _loop(world: World, draw: int) -> dict[str, list[float]]:
    """Follow each segment with plain numbers, written down again from the specification."""
    found: dict[str, list[float]] = {
        name: [0.0] * world.scenario.economics.horizon_months
        for name in ("free_users", "trial_users", "members", "lapsed_users", "new_members")
    }
    facts = _Facts(world, draw)
    for segment in range(SEGMENTS):
        _follow(facts, segment, found)
    return found


class _Facts:
    """What one draw of a world is made of."""

    def __init__(self, world: World, draw: int) -> None:
        self.people, self.draw = world.people, draw
        self.scenario = scenario_of_log(world.people, world.scenario)
        assumed = draws(self.scenario, self.scenario.seed, DRAWS, world.people)
        self.of = {key: float(values[draw]) for key, values in assumed.values.items()}
        n_slots = world.people.examination.shape[1]
        ads = min(self.scenario.ads.ad_slots, n_slots)
        self.more_ads = (ads - world.people.ad_slots_today) * 10.0 / n_slots
        today = world.people.membership_price_today_cents
        self.log_price = np.log(self.scenario.membership.price_cents / today)
        members, ratio = world.people.members[draw].sum(axis=1), _quality_ratio(world, draw)
        share = self.of["reaction.list_view_share"]
        quality = np.log(np.maximum(1.0 + share * (ratio - 1.0), 1e-9))
        self.quality = float((members * quality).sum() / members.sum())

    def ramp(self, month: int) -> float:
        return 1.0 - np.exp(-(month + 1) / self.of["reaction.ramp_months"])

    def join(self, base: float, month: int, pool: int | None, segment: int) -> float:
        slope = self.ramp(month) * self.of["reaction.upgrade_per_ad"] * self.more_ads
        slope -= self.of["reaction.membership_elasticity"] * self.log_price
        odds = base / (1.0 - base) * np.exp(slope)
        chance = odds / (1.0 + odds)
        if pool is None or self.people.readiness is None:
            return chance
        ready = self.people.readiness[self.draw, pool, month]
        if pool == 1:
            ready *= self.people.freshness[self.draw, segment]
        return min(chance * ready, MOST_JOINING)

    def leave(self, tenure: int, month: int) -> float:
        alpha, beta = self.people.churn_alpha_beta[self.draw]
        slope = self.of["reaction.churn_per_price"] * self.log_price
        slope -= self.of["reaction.churn_per_quality"] * self.quality
        odds = alpha / (beta + tenure) * np.exp(self.ramp(month) * slope)
        return odds / (1.0 + odds)


def _quality_ratio(world: World, draw: int) -> np.ndarray:
    looked = world.people.examination[draw]
    new, old = (
        (tensor.click[draw].sum(axis=-1) * looked).sum(axis=-1)
        for tensor in (world.tensor, world.today)
    )
    return new / old


def _follow(facts: _Facts, segment: int, found: dict[str, list[float]]) -> None:
    people, draw = facts.people, facts.draw
    trying, length = people.trial_users[draw, segment], people.trial_months
    pools = {0: 0.0, 1: 0.0, None: 0.0}  # today's, newcomers, others
    ageing = people.readiness is not None
    pools[0 if ageing else None] = people.free_users[draw, segment] - trying
    lapsed = people.lapsed_users[draw, segment]
    tenures = dict(enumerate(people.members[draw, segment]))
    begun, running = [0.0], trying
    for month in range(facts.scenario.economics.horizon_months):
        won = 0.0
        if month > 0:
            back = facts.of["membership.resubscription_rate"] * lapsed
            lapsed -= back
            pools[None] += back
            pools[1 if ageing else None] += people.acquired_users[draw, segment]
            begun.append(_take(facts, pools, people.trial_start_rate, segment, month))
            over = _over(begun, month, length, running)
            trying += begun[-1] - over
            won = over * people.trial_to_paid_rate[draw]
            pools[None] += over - won
            won += _take(facts, pools, people.conversion, segment, month)
        tenures = {**tenures, "new": won}
        free, paying = sum(pools.values()), sum(tenures.values())
        for name, heads in (
            ("free_users", free),
            ("trial_users", trying),
            ("members", paying),
            ("lapsed_users", lapsed),
            ("new_members", won),
        ):
            found[name][month] += heads
        aged = [(0 if tenure == "new" else tenure, heads) for tenure, heads in tenures.items()]
        leavers = sum(heads * facts.leave(tenure, month) for tenure, heads in aged)
        tenures = {}
        for tenure, heads in aged:
            stayed = heads * (1.0 - facts.leave(tenure, month))
            tenures[tenure + 1] = tenures.get(tenure + 1, 0.0) + stayed
        lost = free * people.attrition[draw, segment]
        for pool in pools:
            pools[pool] -= lost * pools[pool] / free
        pools[None] += facts.scenario.membership.downgrade_share * leavers
        lapsed += (1.0 - facts.scenario.membership.downgrade_share) * leavers + lost


def _take(facts: _Facts, pools: dict, chances: np.ndarray, segment: int, month: int) -> float:
    base = chances[facts.draw, segment]
    taken = {pool: heads * facts.join(base, month, pool, segment) for pool, heads in pools.items()}
    for pool, heads in taken.items():
        pools[pool] -= heads
    return sum(taken.values())


def _over(begun: list[float], month: int, length: float, running: float) -> float:
    """Trials begin evenly over a month; those of the log have an even rest before them."""
    over = 0.0
    for start in range(1, month + 1):
        ends = [start + length, start + length + 1.0]  # of the first and of the last to begin
        over += begun[start] * max(0.0, min(ends[1], month + 1.0) - max(ends[0], float(month)))
    rest = max(length, 1.0)
    return over + running * max(0.0, min(rest, month) - (month - 1)) / rest
