"""Who wins, the one or the field, in other words than the source's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.verification.contests import field_loses
from sovereign_kernel.verification.evidence import read_pair
from sovereign_kernel.verification.swapped_arguments import sides
from sovereign_kernel.verification.tokens import tokenise

SOURCE = "We study parsing. Extensive experiments show that our model surpasses existing methods in accuracy."


def loses(text: str) -> bool | None:
    return field_loses(tokenise(text), text)


@pytest.mark.parametrize(
    "text",
    [
        SOURCE,
        "FooNet beats the state of the art.",
        "Prior techniques are outperformed by the network.",
        "Conventional baselines perform worse than FooNet.",
        "FooNet is better than earlier systems.",
        "Baselines trail the network.",
    ],
)
def test_the_field_loses(text: str) -> None:
    assert loses(text) is True


@pytest.mark.parametrize(
    "text",
    ["Prior techniques surpass FooNet.", "FooNet is inferior to baselines.", "It was surpassed by prior work."],
)
def test_the_field_wins(text: str) -> None:
    assert loses(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FooNet beats BarNet.",
        "Existing methods beat earlier ones.",
        "Existing methods fail.",
        "Existing models do not outperform our network.",
        "Existing methods fail to beat FooNet.",
        "FooNet gives better results where baselines are good.",
        "The error of prior methods exceeds 5%.",
        "Beyond existing methods\n\nFooNet surpasses humans.",
        "What about existing methods? FooNet beats humans.",
        "FooNet beats prior work. BarNet is surpassed by FooNet, and prior work surpasses BarNet.",
    ],
)
def test_no_contest_with_the_field(text: str) -> None:
    assert loses(text) is None


def test_the_winner_made_the_loser_is_found_in_other_words() -> None:
    assert sides(read_pair("Existing methods surpass the network in accuracy.", SOURCE)).outcome == "failed"
    assert sides(read_pair("The network surpasses existing methods in accuracy.", SOURCE)).outcome != "failed"


@given(st.sampled_from(["prior", "existing", "baseline"]), st.booleans())
def test_turning_the_sentence_turns_the_answer(field: str, passive: bool) -> None:
    verb = "is outperformed by" if passive else "outperforms"
    assert loses(f"FooNet {verb} {field} work") is not passive
    assert loses(f"{field} work {verb} FooNet") is passive


@given(st.text(max_size=80))
def test_any_text_is_read(noise: str) -> None:
    assert loses(noise) in (True, False, None)
