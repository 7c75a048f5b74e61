"""Laws and closed forms of what it is worth to know more before a decision."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from engine.evaluation.information import partial, perfect, sampled
from engine.rng import stream

ROOT = Path(__file__).parents[3]
B = 512
NORMAL = special.ndtri((np.arange(B) + 0.5) / B)
laws = settings(max_examples=200, deadline=None)

means, spreads = st.floats(-0.2, 0.2), st.floats(0.001, 0.3)
slopes, costs = st.floats(1.0, 1e7), st.floats(0.0, 1e5)


@st.composite
def decisions(draw):
    """Return net benefit and effect of a decision, skewed and lumpy ones too."""
    rng = stream(draw(st.integers(0, 2**31)), "decision")
    shape = draw(st.sampled_from(["normal", "skewed", "two", "few"]))
    drawn = {
        "normal": lambda: rng.normal(size=B),
        "skewed": lambda: rng.lognormal(0.0, 0.8, B) - 1.2,
        "two": lambda: np.where(rng.random(B) < 0.3, -1.0, 0.7) + 0.1 * rng.normal(size=B),
        "few": lambda: rng.integers(-2, 3, B).astype(float),
    }[shape]()
    effect = draw(means) + draw(spreads) * drawn
    return draw(slopes) * effect - draw(costs), effect


@laws
@given(decisions(), st.lists(st.floats(1e-4, 10.0), min_size=2, max_size=8))
def test_a_test_is_worth_between_nothing_and_knowing_all(decision, noises):
    net, effect = decision
    found = sampled(net, effect, np.array(noises))
    assert (found >= 0.0).all()
    assert (found <= perfect(net)).all()


@laws
@given(decisions(), st.lists(st.floats(1e-4, 10.0), min_size=2, max_size=12))
def test_a_larger_test_is_never_worth_less(decision, noises):
    net, effect = decision
    found = sampled(net, effect, np.sort(np.array(noises))[::-1])
    assert (np.diff(found) >= -1e-6 * np.abs(net).mean()).all()


@laws
@given(decisions(), st.floats(1e-3, 1.0), st.floats(1.0, 30.0))
def test_many_sizes_at_once_are_worth_what_each_is_by_itself(decision, least, times):
    net, effect = decision
    noises = np.linspace(1.0, times, 51)[::-1] * least
    found = sampled(net, effect, noises)
    each = np.array([sampled(net, effect, noise)[0] for noise in noises[:, None]])
    near = 2e-3 * np.abs(net).mean()
    assert found == pytest.approx(each, abs=near)
    assert (np.diff(found) >= -near).all()


@laws
@given(decisions())
def test_a_test_without_noise_is_worth_knowing_the_effect(decision):
    net, effect = decision
    found = sampled(net, effect, np.array([1e-7 * np.ptp(effect)]))[0]
    assert found == pytest.approx(perfect(net), abs=1e-4 * np.abs(net).mean())


@laws
@given(decisions(), st.floats(1e-4, 10.0), st.booleans())
def test_nothing_is_worth_knowing_where_every_draw_says_the_same(decision, noise, is_gain):
    net = np.abs(decision[0]) if is_gain else -np.abs(decision[0])
    effect = net / 1e6
    assert perfect(net) == pytest.approx(0.0, abs=1e-9 * np.abs(net).max())
    assert sampled(net, effect, np.array([noise]))[0] <= perfect(net)
    assert partial(net, effect) <= perfect(net)


@laws
@given(st.floats(-1.5, 1.5), spreads, st.floats(0.05, 5.0), slopes, st.floats(0.0, 0.3))
def test_a_normal_test_of_a_normal_effect_is_worth_the_unit_normal_loss(
    distance, spread, noise_in_spreads, slope, cost
):
    noise = noise_in_spreads * spread
    before = slope * spread**2 / np.hypot(spread, noise)  # spread of the mean after the test
    mean = distance * before
    effect = (mean / slope + cost) + spread * NORMAL
    net = slope * (effect - cost)
    wanted = before * (stats.norm.pdf(distance) - abs(distance) * stats.norm.sf(abs(distance)))
    assert sampled(net, effect, np.array([noise]))[0] == pytest.approx(wanted, rel=0.03)


@laws
@given(decisions(), st.integers(0, 2**31))
def test_one_parameter_is_worth_between_nothing_and_knowing_all(decision, seed):
    net, effect = decision
    other = np.exp(effect) + stream(seed, "other").normal(size=B)
    assert 0.0 <= partial(net, other) <= perfect(net)


@pytest.mark.parametrize("distance", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("share", [0.3, 0.8, 0.95])
def test_a_part_of_a_normal_gain_is_worth_the_unit_normal_loss(distance, share):
    rng = stream(3, "parts")
    part, rest = (values - values.mean() for values in rng.normal(size=(2, 4096)))
    spread = 1e5 * np.sqrt(share)
    mean = distance * spread
    net = mean + spread * part + 1e5 * np.sqrt(1.0 - share) * rest
    wanted = spread * (stats.norm.pdf(distance) - distance * stats.norm.sf(distance))
    assert partial(net, np.exp(part)) == pytest.approx(wanted, rel=0.1)


def test_a_parameter_that_moves_nothing_is_worth_nothing():
    worth = []
    for seed in range(400):
        net, other = stream(seed, "idle").normal(size=(2, B))
        worth.append(partial(net, other) / perfect(net))
    assert np.mean(np.array(worth) == 0.0) > 0.98
    assert np.mean(worth) < 0.005


def test_a_constant_parameter_and_a_handful_of_draws_are_worth_nothing():
    assert partial(NORMAL, np.ones(B)) == 0.0
    assert partial(NORMAL[::64], NORMAL[::64]) == 0.0


CODE = """
import numpy as np
from engine.evaluation.information import partial, perfect, sampled
from engine.rng import stream
effect, other = stream(5, "bits").normal(size=(2, 512))
net = 1e5 * (effect + 0.3 * other) + 2e4
noises = np.geomspace(9, 0.01, 40)
found = [perfect(net), partial(net, other), *sampled(1e5 * effect, effect, noises)]
print(" ".join(value.hex() for value in map(float, found)))
"""


def test_the_same_bits_in_every_process():
    def bits(seed: str, threads: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads}
        command = [sys.executable, "-c", CODE]
        return subprocess.check_output(command, cwd=ROOT, env=environment, encoding="utf-8")

    assert bits("1", "1") == bits("2", "2")
