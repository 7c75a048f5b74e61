"""Gates change colour where the specification says, and name what helps."""

import numpy as np
import pytest

from engine.evaluation.off_policy import gates


@pytest.mark.parametrize(
    ("gate", "colour"),
    [
        (gates.propensity_gate(0.0), "red"),
        (gates.propensity_gate(0.4), "green"),
        (gates.plausibility_gate([1.9]), "green"),
        (gates.plausibility_gate([0.0, -2.5]), "amber"),
        (gates.plausibility_gate([4.4]), "red"),
        (gates.overlap_gate(600, 10_000, 0.0), "green"),
        (gates.overlap_gate(400, 10_000, 0.0), "amber"),
        (gates.overlap_gate(2.1, 10_000, 0.0), "red"),
        (gates.overlap_gate(99, 150, 0.0), "red"),
        (gates.overlap_gate(600, 1000, 0.02), "amber"),
        (gates.overlap_gate(600, 1000, 0.06), "red"),
        (gates.positives_gate(9), "red"),
        (gates.click_model_gate(-2.5, 0.0), "amber"),
        (gates.click_model_gate(0.0, 9.0), "green"),
        (gates.click_model_gate(0.0, -4.5), "red"),
        (gates.rebuilt_gate(0.01), "green"),
        (gates.rebuilt_gate(0.05), "amber"),
        (gates.rebuilt_gate(0.2), "red"),
        (gates.calibration_gate(1.0), "green"),
        (gates.calibration_gate(0.8), "amber"),
        (gates.calibration_gate(1.5), "red"),
        (gates.extrapolation_gate(3.0, 0.0, 4.0), "green"),
        (gates.extrapolation_gate(5.0, 0.0, 4.0), "amber"),
        (gates.extrapolation_gate(6.5, 0.0, 4.0), "red"),
        (gates.drift_gate(-3.0), "amber"),
    ],
)
def test_a_gate_has_the_colour_of_the_specification(gate: gates.Gate, colour: str) -> None:
    assert gate.colour == colour
    assert (gate.cure == "none") == (colour == "green")


def test_the_worst_gate_decides() -> None:
    several = [gates.drift_gate(0.0), gates.drift_gate(5.0), gates.drift_gate(3.0)]
    assert gates.worst(several) == "red"
    assert gates.worst([]) == "green"


def test_many_slots_are_doubted_by_luck_no_more_often_than_one() -> None:
    draws = np.random.default_rng(3).normal(size=(4000, 10))
    doubted = np.mean([gates.largest_z(row) > gates.AMBER_Z for row in draws])
    assert doubted == pytest.approx(0.0455, abs=0.012)
    assert gates.largest_z([9.0] * 10) > gates.RED_Z
