import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sovereign_kernel.text.latex import readable
from sovereign_kernel.writing.paper_labels import author_label
from sovereign_kernel.writing.standalone import stands_alone
from sovereign_kernel.writing.third_person import LEADING, third_person

REAL = [
    row["text"]
    for row in json.loads((Path(__file__).parent / "rhetoric" / "arxiv_sentences.json").read_text(encoding="utf-8"))[
        "sentences"
    ]
]
NUMBER = re.compile(r"\d+")
NEGATION = re.compile(r"\b(?:not|no|never|without|cannot|neither|nor|none|fails?)\b|n['’]t\b", re.I)
NAME = re.compile(r"\b\w*[A-Z]\w*\b")
PERSONS = {"We", "Our", "Ourselves", "The", "This", "In", "Here"}

NOUNS = st.sampled_from(
    ["BERT", "the model", "ImageNet", "GPT-4", "mBERT", "accuracy", "no baseline", "3.5%", r"$\alpha$", r"10\%"]
)
PIECES = st.sampled_from(
    ["we", "We", "our", "Our", "us", "ours",
     "However,", "To this end,", "In this paper,", "this work", "do not", "improve", "and",
     "by 12.5", r"$10\times$", r"\textbf{x}", r"\$5", "$", "“we”", '"', "we've", "{", "}", "\\", r"\'e", "~", "``",
     "10 us", ",", "."]
)  # fmt: skip
SENTENCES = st.lists(st.one_of(PIECES, NOUNS), max_size=14).map(" ".join)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("We propose X.", "The authors propose X."),
        ("In this paper, we explore A and we compare B.", "The authors explore A and they compare B."),
        ("Our experiments show that A helps our model.", "The authors' experiments show that A helps their model."),
        ("Our method lets us beat B.", "The authors' method lets them beat B."),
        ("However, accuracy is not affected.", "Accuracy is not affected."),
        ("To this end, moreover, mBERT is used.", "mBERT is used."),
        ("This paper presents X.", "The paper presents X."),
        ("We've found that they're wrong.", "The authors have found that they're wrong."),
        ("We ask: “can we do it?”", "The authors ask: “can we do it?”"),
        ("It changes our daily lives in 10 us.", "It changes our daily lives in 10 us."),
        (r"A is $10\times$ faster and 6$\times$ smaller.", "A is 10× faster and 6× smaller."),
        (r"With $\alpha=0.1$ it gains 3\% ($\sim$5\%).", "With α=0.1 it gains 3% (~5%)."),
        (r"An error of $10^{-3}$, \textbf{half} of $\frac{1}{2}$.", "An error of 10^-3, half of 1/2."),
        (r"\ours{} needs 10\,000 steps of Schr\"odinger's.", "ours needs 10,000 steps of Schrödinger's."),
        ("It costs $5 a month and $7 a year.", "It costs $5 a month and $7 a year."),
        (
            r"It is $\frac{2+\sqrt{2}}{4}\approx 0.854$ in $ O(n) $ with $<$0.5\% more.",
            "It is (2+√2)/4≈ 0.854 in O(n) with <0.5% more.",
        ),
        (r"Between $5-$7 and \$5, \$7, not $x$.", "Between $5-$7 and $5, $7, not x."),
        ("", ""),
    ],
)
def test_third_person(said: str, told: str) -> None:
    assert third_person(said) == told


@pytest.mark.parametrize("sentence", REAL)
def test_real_sentences_keep_their_substance(sentence: str) -> None:
    told = third_person(sentence)
    assert NUMBER.findall(told) == NUMBER.findall(re.sub(r"\\,(?=\d{3})", ",", sentence))
    assert Counter(map(str.lower, NEGATION.findall(told))) == Counter(map(str.lower, NEGATION.findall(sentence)))
    names = Counter(name for name in NAME.findall(LEADING.sub("", readable(sentence), count=1)) if name not in PERSONS)
    assert not names - Counter(NAME.findall(told)), "a named thing was lost"
    assert third_person(told) == told


@given(SENTENCES)
@example(r"\$5, \$7")
@example(r"\\alpha")
def test_third_person_is_idempotent(sentence: str) -> None:
    told = third_person(sentence)
    assert third_person(told) == told


@given(st.text(max_size=80))
def test_any_text_is_told_and_weighed(sentence: str) -> None:
    told = third_person(sentence)
    assert third_person(told) == told
    assert 0 <= stands_alone(sentence) <= 1


@given(SENTENCES)
def test_numbers_negations_and_names_stay(sentence: str) -> None:
    told = third_person(sentence)
    assert NUMBER.findall(told) == NUMBER.findall(sentence)
    assert len(NEGATION.findall(told)) == len(NEGATION.findall(sentence))
    for name in ("BERT", "ImageNet", "GPT-4", "mBERT"):
        assert told.count(name) == sentence.count(name)


@pytest.mark.parametrize(
    "sentence",
    [
        "We propose X, which outperforms Y by 3.2 points on Z.",
        "Experiments on five benchmarks show consistent gains over dense models.",
        "Sparse routing reduces the cost of inference by 40% without loss of accuracy.",
        "These results suggest that scale matters more than architecture.",
        "It is shown that deeper networks generalise better.",
        "Our method achieves 85.2% on ImageNet.",
        "We conduct extensive experiments, which show that X outperforms Y.",
    ],
)
def test_whole_sentences_stand_alone(sentence: str) -> None:
    assert stands_alone(sentence) > 0.8


@pytest.mark.parametrize(
    "sentence",
    [
        "This improves accuracy by 3%.",
        "However, these methods fail.",
        "They are also faster than the former.",
        "Such a design is costly.",
        "Code is available at https://example.org/x.",
        "Can models reason about time in long documents?",
        "We hope that our review will inspire future research.",
        "We conduct extensive experiments on various data sets.",
        "Novel framework.",
        "",
    ],
)
def test_leaning_sentences_do_not(sentence: str) -> None:
    assert stands_alone(sentence) < 0.35


def test_length_costs() -> None:
    assert stands_alone("The model " + "really " * 70 + "improves.") < stands_alone(
        "The model really improves on all of it."
    )


@pytest.mark.parametrize(
    ("authors", "published", "label"),
    [
        (["Ying Shen", "A B", "C D"], "2023-03-13", "Shen et al. (2023)"),
        (["T Sun", "W Li"], "2024", "Sun and Li (2024)"),
        (["Bo"], "2026-01", "Bo (2026)"),
        ([], None, "Unknown authors (n.d.)"),
        (["  ", ""], "soon", "Unknown authors (n.d.)"),
        (["Jan van der Berg"], "2020", "van der Berg (2020)"),
        (["van der Berg, Jan"], "2020", "van der Berg (2020)"),
        (["Maria De Rossi"], "2020", "De Rossi (2020)"),
        (["ATLAS Collaboration"], "2012", "ATLAS Collaboration (2012)"),
        (["The ATLAS Collaboration"], "2012", "ATLAS Collaboration (2012)"),
        (["李明", "Иван Петров"], "2021", "李明 and Петров (2021)"),
        (["Martin L. King Jr."], "2021", "King (2021)"),
        (["Martin L. King, Jr."], "2021", "King (2021)"),
        ([r"Erwin Schr\"odinger"], None, "Schrödinger (n.d.)"),
        (["Ada Lovelace (Somewhere Ltd)"], "1843", "Lovelace (1843)"),
    ],
)
def test_author_label(authors: list[str], published: str | None, label: str) -> None:
    assert author_label(authors, published) == label


@given(st.lists(st.text(max_size=30), max_size=4), st.none() | st.text(max_size=10))
def test_every_paper_has_a_label(authors: list[str], published: str | None) -> None:
    assert re.fullmatch(r"\S.* \((?:\d{4}|n\.d\.)\)", author_label(authors, published), re.S)
