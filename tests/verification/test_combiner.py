import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.records import Check
from sovereign_kernel.verification.combiner import CLASSES, combine, contributions, load

SIGNALS = load("signals")
assert SIGNALS is not None
VALUES = st.dictionaries(st.sampled_from([*SIGNALS.names, "entails", "refutes"]), st.floats(-6, 6), max_size=20)


@given(VALUES)
def test_any_subset_of_features_gives_probabilities(values: dict[str, float]) -> None:
    found = combine(values, ())
    shares = found.probabilities.model_dump()
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares[found.verdict] == max(shares.values())


@given(VALUES)
def test_a_missing_feature_counts_as_its_mean(values: dict[str, float]) -> None:
    values = {name: value for name, value in values.items() if name not in {"entails", "refutes", "copied"}}
    means = dict(zip(SIGNALS.names, SIGNALS.means, strict=True))
    del means["copied"]
    filled = combine(means | values, ()).probabilities.model_dump()
    assert combine(values, ()).probabilities.model_dump() == pytest.approx(filled, abs=1e-6)


@given(st.floats(0.001, 0.998))
def test_an_engine_adds_nothing_to_support_against_a_wrong_number(share: float) -> None:
    wrong = Check(name="numbers", outcome="failed", score=0.0, reason="4, not 3")
    values = dict(zip(SIGNALS.names, SIGNALS.means, strict=True)) | {"numbers_against": 1.0, "numbers_told": 1.0}
    with_engine = combine(values | {"entails": 8 * share - 4, "refutes": -4.0}, (wrong,))
    assert with_engine.probabilities.SUPPORTED <= combine(values, (wrong,)).probabilities.SUPPORTED + 1e-9


def test_contributions_name_every_class() -> None:
    assert len(contributions({"tfidf": 1.0}, SIGNALS)) == len(CLASSES)
