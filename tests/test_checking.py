import json

from hypothesis import given, settings
from hypothesis import strategies as st

from sovereign_kernel.pipeline.checking import check, check_pairs
from sovereign_kernel.verification import KernelVerifier

VERIFIER = KernelVerifier()
GOOD = json.dumps(
    {"claim": "A model beats BERT by 3%.", "source": ["A model beats BERT by 3%.", "It is new."], "id": 7}
)


def answers(lines: list[str], batch: int = 64) -> list[dict[str, object]]:
    written: list[str] = []
    check_pairs(lines, written.append, VERIFIER, batch)
    return [json.loads(line) for line in written]


def test_check_reads_a_text_or_sentences() -> None:
    found = check("A model beats BERT by 3%.", ["Something else.", "A model beats BERT by 3%."])
    assert found.verdict == "SUPPORTED"
    assert found.evidence[0].start == len("Something else.\n\n")


def test_an_answer_has_what_was_promised() -> None:
    [found] = answers([GOOD])
    assert found["verdict"] == "SUPPORTED"
    assert set(found["probabilities"]) == {"SUPPORTED", "REFUTED", "NOT_ENOUGH_INFO"}  # type: ignore[call-overload]
    assert {"text", "start", "end"} == set(found["evidence"][0])  # type: ignore[index]
    assert found["checks"]


def test_bad_lines_keep_their_place() -> None:
    lines = [
        GOOD,
        "not json",
        "",
        '{"claim": 3, "source": ""}',
        '{"claim": "x"}',
        "[]",
        GOOD,
        '{"claim": "", "source": ""}',
    ]
    written: list[str] = []
    assert check_pairs(lines, written.append, VERIFIER) == 4
    found = [json.loads(line) for line in written]
    assert ["error" in entry for entry in found] == [False, True, True, True, True, False, False]
    assert [entry["line"] for entry in found if "error" in entry] == [2, 4, 5, 6]


def test_answers_stream_batch_by_batch() -> None:
    written: list[str] = []

    def lines():  # type: ignore[no-untyped-def]
        for number in range(6):
            assert len(written) >= (number // 2 - 1) * 2
            yield GOOD

    check_pairs(lines(), written.append, VERIFIER, batch=2)
    assert len(written) == 6


@given(st.lists(st.text(max_size=40) | st.just(GOOD), max_size=6), st.integers(1, 4))
@settings(max_examples=50, deadline=None)
def test_one_answer_a_line_whatever_comes(lines: list[str], batch: int) -> None:
    assert len(answers(lines, batch)) == sum(bool(line.strip()) for line in lines)
