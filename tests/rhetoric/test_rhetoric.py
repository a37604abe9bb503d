import json
from dataclasses import astuple
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.text.sentence_roles import ROLES, sentence_roles
from sovereign_kernel.text.sentence_roles.features import features, plain, tokens

ABSTRACT = (
    "Mixture-of-experts models have become increasingly popular for scaling language models.",
    "However, existing routing methods suffer from load imbalance, which remains a challenge.",
    "To address this issue, we propose BalanceMoE, a routing framework for sparse models.",
    "Specifically, we train a router with an auxiliary loss and employ a two-stage schedule.",
    r"Experimental results on five benchmarks show that BalanceMoE outperforms dense baselines by 3.2\% on average.",
    "Code is available at https://example.org/balance.",
)


def test_an_abstract_is_told_apart() -> None:
    roles = [found.likeliest for found in sentence_roles(ABSTRACT)]
    assert roles[:2] == ["background", "background"]
    assert roles[2] in ("method", "objective")
    assert roles[3:] == ["method", "result", "other"]


@pytest.mark.parametrize(
    "sentence",
    [
        r"Our method improves accuracy by 4.5\% over the strongest baseline.",
        r"On ImageNet, it achieves 85.2\% top-1 accuracy and runs $2.3\times$ faster.",
        "Extensive experiments demonstrate that our approach outperforms state-of-the-art methods.",
        "We find that larger models are not more robust.",
    ],
)
def test_measured_gains_and_findings_are_results(sentence: str) -> None:
    assert sentence_roles((*ABSTRACT[:4], sentence, ABSTRACT[5]))[4].likeliest == "result"


@pytest.mark.parametrize(
    "sentence",
    ["The code is publicly available at https://example.org/x.", "Our source code can be found at example.org/x."],
)
def test_releases_are_no_results(sentence: str) -> None:
    assert sentence_roles((*ABSTRACT[:5], sentence))[5].likeliest == "other"


def test_no_sentences_have_no_roles() -> None:
    assert sentence_roles(()) == ()


@given(st.lists(st.text(max_size=60), max_size=8))
def test_probabilities_of_any_text(sentences: list[str]) -> None:
    found = sentence_roles(sentences)
    assert len(found) == len(sentences)
    for one in found:
        assert sum(astuple(one)) == pytest.approx(1)
        assert min(astuple(one)) >= 0
        assert one.likeliest in ROLES
    assert sentence_roles(sentences) == found


@given(st.lists(st.text(alphabet="we propose 3.5%\\$", max_size=40), max_size=5))
def test_features_are_distinct_and_sorted(sentences: list[str]) -> None:
    for row in features(sentences):
        assert row == sorted(set(row))


def test_numbers_formulas_and_addresses_are_one_word() -> None:
    assert tokens(plain(r"Gains of 3.2\% at $10\times$ less, $\alpha$, see https://a.b/c")) == (
        ["gains", "of", "0%", "at", "0", "×", "less", "xmaths", "see", "xurl"]
    )


def test_weights_say_where_they_come_from() -> None:
    raw = files("sovereign_kernel.text.sentence_roles").joinpath("weights.json").read_bytes()
    stored = json.loads(raw)
    assert len(raw) < 1_000_000
    assert {"command", "data", "licence", "date"} <= stored.keys()
    assert stored["roles"] == list(ROLES)
    assert all(len(row) == len(ROLES) for row in stored["weights"].values())
