"""The content score of the worked example and its bounds."""

import numpy as np
import pytest

from engine.features.profiles import content_score

USER, ITEM = (0.6, 0.3, 0.1), (0.5, 0.3, 0.2)


def test_the_worked_example_gives_six_tenths():
    """Often printed as 0.44 and 0.65, which is a slip of arithmetic."""
    assert np.dot(USER, ITEM) == pytest.approx(0.41)
    assert content_score(USER, ITEM) == pytest.approx(0.6011, abs=5e-5)


def test_profiles_with_nothing_in_common_score_one_half():
    assert content_score((1.0, 0.0), (0.0, 1.0)) == pytest.approx(0.5)
