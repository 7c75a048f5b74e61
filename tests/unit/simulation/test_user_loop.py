"""P23: the kernel over segments equals a loop over users, months and tenures."""

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.simulation.assumptions import draws
from engine.simulation.run import MODELS
from tests.unit.simulation.builders import BINS, DRAWS, SEGMENTS, SLOTS, World, make_world

USERS = 3  # of each segment


@dataclass(frozen=True, kw_only=True, eq=False)
class User:
    """One person of one draw: what the loop knows about her."""

    segment: int
    visits_free: float
    visits_member: float
    click: np.ndarray
    """Click probability by slot and bin."""

    start: str | int
    """free, lapsed, or renewals survived."""


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 2**31 - 1),
    n_months=st.integers(1, 5),
    ad_slots=st.sampled_from([0.0, 1.0, 2.0]),
    price_ratio=st.sampled_from([0.8, 1.0, 1.1]),
    mixed_starts=st.booleans(),
)
def test_p23_the_kernel_equals_a_loop_over_users(
    seed: int, n_months: int, ad_slots: float, price_ratio: float, mixed_starts: bool
) -> None:
    world = make_world(seed, n_months, ad_slots, price_ratio)
    users = _users(np.random.default_rng(seed), mixed_starts)
    world = _segments_of(world, users)
    outcome = world.simulate()
    for draw in range(DRAWS):
        expected = _loop(world, users, draw)
        for name in MODELS:
            got = outcome.models[name].attributed[draw].sum()
            np.testing.assert_allclose(got, expected[name], rtol=1e-9, atol=1e-9)


def _users(rng: np.random.Generator, mixed_starts: bool) -> list[User]:
    """Users differ in visits and clicks, or, with mixed starts, in how they begin."""
    users = []
    for segment in range(SEGMENTS):
        twin = rng.uniform(0.001, 0.1, (SLOTS, BINS)), rng.uniform(0.5, 5.0)
        for index in range(USERS):
            click = twin[0] if mixed_starts else rng.uniform(0.001, 0.1, (SLOTS, BINS))
            count = twin[1] if mixed_starts else rng.uniform(0.5, 5.0)
            start = ("free", 1, "lapsed")[index] if mixed_starts else "free"
            users.append(
                User(
                    segment=segment,
                    visits_free=count,
                    visits_member=1.7 * count,
                    click=click,
                    start=start,
                )
            )
    return users


def _segments_of(world: World, users: list[User]) -> World:
    """Return the world whose segments sum these users; the lists are those of today."""
    groups = [[user for user in users if user.segment == g] for g in range(SEGMENTS)]
    visit_sums = [sum(user.visits_free for user in group) for group in groups]
    mean_click = np.stack(
        [
            sum(user.visits_free * user.click for user in group) / total
            for group, total in zip(groups, visit_sums, strict=True)
        ]
    )
    click = np.broadcast_to(mean_click, (DRAWS, *mean_click.shape))
    conversion = world.tensor.order[:, :, :1] / world.tensor.click[:, :, :1]
    value_per_order = world.tensor.value[:, :, :1] / world.tensor.order[:, :, :1]
    order = click * conversion
    tensor = replace(
        world.tensor,
        click=click,
        order=order,
        value=order * value_per_order,
        cost=order * value_per_order * 0.4,
    )
    members = np.zeros((DRAWS, SEGMENTS, 2))
    for user in users:
        if isinstance(user.start, int):
            members[:, user.segment, user.start] += 1.0
    cells = np.ones((DRAWS, SEGMENTS))
    free = [sum(user.start == "free" for user in group) for group in groups]
    lapsed = [sum(user.start == "lapsed" for user in group) for group in groups]
    return replace(world, tensor=tensor, today=_worse(tensor)).with_people(
        free_users=cells * free,
        members=members,
        lapsed_users=cells * lapsed,
        acquired_users=0.0 * cells,
        sessions_free=cells * visit_sums / USERS,
        sessions_member=1.7 * cells * visit_sums / USERS,
    )


def _worse(tensor):
    """Return lists of today with four fifths of the clicks in every segment."""
    return replace(tensor, policy="popularity", click=tensor.click * 0.8, order=tensor.order * 0.8)


def _loop(world: World, users: list[User], draw: int) -> dict[str, float]:
    money = dict.fromkeys(MODELS, 0.0)
    facts = _Facts(world, draw)
    for user in users:
        _follow(user, facts, money)
    return money


class _Facts:
    """Scalars of one draw, written down again from the specification."""

    def __init__(self, world: World, draw: int) -> None:
        scenario, people = world.scenario, world.people
        assumed = draws(scenario, scenario.seed, DRAWS, people)
        self.of = {key: float(values[draw]) for key, values in assumed.values.items()}
        self.world, self.draw, self.people, self.scenario = world, draw, people, scenario
        self.examination = people.examination[draw]
        self.n_ads = int(min(scenario.ads.ad_slots or 0, SLOTS))
        self.ad_slots = {0: [], 1: [2], 2: [2, 1]}[self.n_ads]  # slots 3 and 2 of four
        share = self.of["reaction.list_view_share"]
        self.quality = np.log(1.0 + share * (1.0 / 0.8 - 1.0))
        self.more_ads = (self.n_ads - people.ad_slots_today) * 10.0 / SLOTS
        today = people.membership_price_today_cents
        self.log_price = np.log(scenario.membership.price_cents / today)
        tensor = world.tensor
        self.conversion = tensor.order[draw, :, 0] / tensor.click[draw, :, 0]
        self.per_order = tensor.value[draw, :, 0] / tensor.order[draw, :, 0]

    def ramp(self, month: int) -> float:
        return 1.0 - np.exp(-month / self.of["reaction.ramp_months"])

    def win(self, segment: int, month: int) -> float:
        base = self.people.conversion[self.draw, segment]
        logit = np.log(base / (1.0 - base))
        logit -= self.of["reaction.membership_elasticity"] * self.log_price
        logit += self.ramp(month) * self.of["reaction.upgrade_per_ad"] * self.more_ads
        return 1.0 / (1.0 + np.exp(-logit))

    def leave(self, tenure: int, month: int) -> float:
        alpha, beta = self.people.churn_alpha_beta[self.draw]
        slope = -self.of["reaction.churn_per_quality"] * self.quality
        slope += self.of["reaction.churn_per_price"] * self.log_price
        odds = alpha / (beta + tenure) * np.exp(self.ramp(month) * slope)
        return odds / (1.0 + odds)

    def list_sales(self, user: User, ad_slots: list[int]) -> float:
        """Booked money of one list [cents], slot by slot and bin by bin."""
        rho = self.scenario.sales.price_ratio
        elasticity = self.of["reaction.price_elasticity"]
        back, total, rank = self.of["sales.return_rate"], 0.0, 0
        for slot in range(SLOTS):
            if slot in ad_slots:
                continue
            for one in range(BINS):
                c0 = self.conversion[user.segment, one]
                chance = c0 / (c0 + (1.0 - c0) * rho ** (elasticity / (1.0 - c0)))
                orders = self.examination[slot] * user.click[rank, one] * chance
                value = orders * self.per_order[user.segment, one]
                booked = value * rho * (1.0 - back)
                if self.people.has_unit_costs:
                    handling = self.scenario.sales.return_cost_share * value * rho * back
                    booked -= 0.4 * value * (1.0 - back) + handling
                total += booked
            rank += 1
        return total

    def list_ads(self) -> float:
        """Booked ad money of one list [cents]."""
        ads = self.scenario.ads
        seen = sum(0.7 * self.examination[slot] for slot in self.ad_slots)
        paid = (1.0 - ads.blocked_rate) * ads.fill_rate * (1.0 - ads.platform_fee_rate)
        return seen * paid * ads.cpm_cents / 1_000.0


def _follow(user: User, facts: _Facts, money: dict[str, float]) -> None:
    """Add what one user brings, following her chances of being free, paying or lapsed."""
    of, scenario = facts.of, facts.scenario
    free = 1.0 if user.start == "free" else 0.0
    lapsed = 1.0 if user.start == "lapsed" else 0.0
    tenures = {user.start: 1.0} if isinstance(user.start, int) else {}
    lists = facts.people.lists_per_session[facts.draw]
    attrition = facts.people.attrition[facts.draw, user.segment]
    stay = scenario.membership.downgrade_share
    for month in range(1, scenario.economics.horizon_months + 1):
        moving = 1.0 if month > 1 else 0.0  # the first month is the books: nobody moves before it
        back = moving * of["membership.resubscription_rate"] * lapsed
        free, lapsed = free + back, lapsed - back
        won = moving * free * facts.win(user.segment, month)
        free -= won
        tenures[0] = tenures.get(0, 0.0) + won
        paying = sum(tenures.values())
        use = facts.ramp(month) * of["reaction.use_per_quality"] * facts.quality
        loss = facts.ramp(month) * of["reaction.use_loss_per_ad"] * facts.more_ads
        shown_free = free * user.visits_free * np.exp(use - loss) * lists
        shown_member = paying * user.visits_member * np.exp(use) * lists
        money["ads"] += shown_free * facts.list_ads()
        money["sales"] += shown_free * facts.list_sales(user, facts.ad_slots)
        money["sales"] += shown_member * facts.list_sales(user, [])
        fee = scenario.membership.fee_rate
        money["membership"] += paying * scenario.membership.price_cents * (1.0 - fee)
        leavers = {tenure: m * facts.leave(tenure, month) for tenure, m in tenures.items()}
        tenures = {tenure + 1: m - leavers[tenure] for tenure, m in tenures.items()}
        lost = free * attrition
        free += stay * sum(leavers.values()) - lost
        lapsed += (1.0 - stay) * sum(leavers.values()) + lost
