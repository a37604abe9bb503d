"""A claim is judged against its quote and what stands around it, whatever else its paper says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.goal.coverage import is_supported
from sovereign_kernel.records import Claim, Paper, Quote
from sovereign_kernel.text.sentences import split_sentences
from sovereign_kernel.verification import KernelVerifier
from sovereign_kernel.verification.gate import UNRELATED, around, judge_claims, source_of_sentence

TITLE = "On Collapse"
FAR = "Existing analyses treat collapse as single-chain degradation."
MIDDLE = "Many data sets were gathered for our study. They come from the web. Annotators were paid well."
NEAR = "Training on synthetic data causes model collapse."
TEXT = f"{TITLE}\n\n{FAR} {MIDDLE} {NEAR}"
PAPER = Paper(id="P", title=TITLE, text=TEXT, sha256="")


def claim(text: str, quoted: str) -> Claim:
    start = TEXT.index(quoted)
    return Claim(id="C1", text=text, paper_id="P", quote=Quote(text=quoted, start=start, end=start + len(quoted)))


def test_a_claim_with_an_unrelated_quote_is_not_supported_from_elsewhere() -> None:
    right, wrong = judge_claims([claim(FAR, FAR), claim(FAR, NEAR)], [PAPER], KernelVerifier())
    assert is_supported(right)
    assert not is_supported(wrong)
    beside = "They come from the web."
    (next_door,) = judge_claims([claim(beside, "Annotators were paid well.")], [PAPER], KernelVerifier())
    assert next_door.verdict == "NOT_ENOUGH_INFO" and next_door.reasons[0] == UNRELATED


def test_a_sentence_may_join_two_claims() -> None:
    joined = f"{FAR[:-1]}, while {NEAR[0].lower()}{NEAR[1:]}"
    source = source_of_sentence([claim(FAR, FAR), claim(NEAR, NEAR)], [PAPER])
    assert FAR in source and NEAR in source and TITLE in source and "come from the web" not in source
    assert is_supported(KernelVerifier().verify(joined, source))


@given(
    st.lists(st.sampled_from(["We find A.", "B is 1.5 of C.", "What now?", "D\nruns."]), min_size=1, max_size=9),
    st.data(),
)
def test_what_is_left_out_keeps_all_offsets(sentences: list[str], data: st.DataObject) -> None:
    text = f"Title\n\n{' '.join(sentences)}"
    spans = [span for span in split_sentences(text) if span[0] > 5]
    start, end = data.draw(st.sampled_from(spans))
    shown = around(text, [Quote(text=text[start:end], start=start, end=end)], "Title")
    assert len(shown) == len(text) and shown[start:end] == text[start:end] and shown.startswith("Title")
    assert all(one == other or one == "\n" for one, other in zip(shown, text, strict=True))
    assert {text[a:b] for a, b in split_sentences(shown)} <= {text[a:b] for a, b in split_sentences(text)}
