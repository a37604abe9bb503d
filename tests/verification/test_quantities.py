import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.verification.quantities import agree, quantities

ODD = st.text(st.sampled_from(list("0123456789.,%$\\{}^- xXkMetimes10°µ×")), max_size=40) | st.text(max_size=40)


@given(ODD)
def test_quantities_are_ordered_and_lie_in_the_text(text: str) -> None:
    at = 0
    for quantity in quantities(text):
        assert at <= quantity.start < quantity.end <= len(text)
        assert text[quantity.start : quantity.end] == quantity.text
        assert not math.isnan(quantity.value)
        at = quantity.start


@given(ODD)
def test_agreement_is_symmetric_and_a_quantity_agrees_with_itself(text: str) -> None:
    found = quantities(text)
    for one in found:
        assert agree(one, one) == 1.0
        for other in found:
            assert agree(one, other) == agree(other, one)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("a gain of 3.5%", 3.5, "%"),
        (r"a gain of 3.5\%", 3.5, "%"),
        ("3 percentage points", 3, "points"),
        ("a 10x speedup", 10, "times"),
        (r"a $10\times$ speedup", 10, "times"),
        ("$10^{-3}$", 1e-3, ""),
        (r"$2 \times 10^{5}$ samples", 2e5, ""),
        ("1e-4", 1e-4, ""),
        ("1,024 images", 1024, ""),
        ("7B parameters", 7e9, ""),
        ("1.5 million papers", 1.5e6, ""),
        ("two orders of magnitude", 2, "orders"),
        ("half of the users", 50, "%"),
        ("doubled the cost", 2, "times"),
        ("12 ms", 12, "ms"),
        ("twenty languages", 20, ""),
    ],
)
def test_reading(text: str, value: float, unit: str) -> None:
    found = quantities(text)
    assert len(found) == 1, found
    assert found[0].value == pytest.approx(value)
    assert found[0].unit == unit


@pytest.mark.parametrize("text", ["GPT-4 and ResNet-50", "in 2019", "3D scenes", "F1 score", "no figure at all"])
def test_names_and_years_are_no_quantities(text: str) -> None:
    assert quantities(text) == ()


def test_percent_is_not_points_and_rounding_is_told() -> None:
    [percent], [points] = quantities("3%"), quantities("3 percentage points")
    assert agree(percent, points) == 0.1
    [fine], [coarse] = quantities("12.34%"), quantities("12.3%")
    assert agree(fine, coarse) == 0.8
    [share], [hundredth] = quantities("0.95"), quantities("95%")
    assert agree(share, hundredth) == 0.8
    low, high = quantities("3-5%")
    assert (low.unit, high.unit) == ("%", "%")
