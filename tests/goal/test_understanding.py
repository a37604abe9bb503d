"""What is asked: the cases that people ran into, further ones of each kind, and what holds for any text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.goal import Goal, analyse
from sovereign_kernel.text.abbreviations import Lexicon

LEXICON = Lexicon(
    {"VLM": ("vision-language models",), "MOE": ("mixture-of-experts",), "RAG": ("retrieval-augmented generation",)},
    {"latenc": 40, "infer": 300, "model": 800, "expert": 90, "mixtur": 80, "cach": 50},
    1_000,
)
TODAY = date(2026, 11, 26)


def read(goal: str) -> Goal:
    return analyse(goal, LEXICON, TODAY)


def names(goal: str) -> list[str]:
    return [facet.name for facet in read(goal).facets]


def heart(goal: Goal) -> tuple[object, ...]:
    """What everything later goes by."""
    return (
        goal.kind,
        goal.terms,
        tuple(facet.name for facet in goal.facets),
        goal.sides,
        goal.since,
        goal.until,
        goal.papers,
    )


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (
            "What's the best way to fine-tune small language models, and why "
            "doesn't LoRA always match full fine-tuning?",
            "What is the best way to fine-tune small language models, and why "
            "does LoRA not always match full fine-tuning?",
        ),
        ("I want to know if it's true that scaling laws don't hold for MoE", "Do scaling laws hold for MoE?"),
        ("Why don’t transformers generalise to longer inputs?", "Why do transformers not generalise to longer inputs?"),
        ("Isn't RLHF just supervised learning?", "Is RLHF not just supervised learning?"),
        ("I’d like to know what’s known about dropout", "What is known about dropout?"),
        ("Why can't CNNs model long-range context?", "Why can CNNs not model long-range context?"),
    ],
)
def test_contractions_ask_the_same_with_either_apostrophe(short: str, long: str) -> None:
    for typed in (short, short.replace("'", "’"), short.replace("’", "'")):
        assert heart(read(typed)) == heart(read(long))
        assert read(typed).question.rstrip("?.") == read(long).question.rstrip("?.")


def test_a_contraction_is_never_a_part() -> None:
    found = read("What's up with BERT? It's slow, they don't scale, and LoRA's rank doesn’t matter")
    assert not {"don't", "doesn't", "what's", "it's", "doesn", "t", "s", "don"} & {term.lower() for term in found.terms}


@pytest.mark.parametrize(
    ("goal", "question", "facets"),
    [
        (
            "I'm writing my master's thesis about retrieval-augmented generation. Could you please help me find "
            "several references that show whether RAG reduces hallucinations? Thanks!",
            "Does RAG reduce hallucinations?",
            ["RAG", "hallucinations"],
        ),
        (
            "Summarise what is known about agents that explore well when rewards are sparse. Additionally, discuss "
            "what follows for planning, respectively for robots. Use APA citations, 800 words, markdown.",
            "Summarise what is known about agents that explore well when rewards are sparse. Discuss what follows for "
            "planning, for robots.",
            ["agents", "exploring", "sparse rewards", "planning", "robots"],
        ),
        (
            "Hi there! I’m a PhD student in Berlin. Can you tell me how RLHF works, as bullet points, max 500 words, "
            "for a beginner? Thanks in advance!",
            "How does RLHF work?",
            ["RLHF"],
        ),
        (
            "Hello, as a beginner, I would like to understand why dropout prevents overfitting, in simple terms "
            "please. Kind regards, and thank you for your help",
            "Why does dropout prevent overfitting?",
            ["dropout", "overfitting"],
        ),
        (
            "please give me an overview of diffusion models for protein design, with references",
            "diffusion models for protein design.",
            ["diffusion models", "protein design"],
        ),
        (
            "My boss asked me about this. Is caching worth it for LLM serving? Answer in German, under 200 words.",
            "Is caching worth it for LLM serving?",
            ["caching", "LLM serving"],
        ),
    ],
)
def test_chat_and_form_are_no_part_of_the_question(goal: str, question: str, facets: list[str]) -> None:
    assert read(goal).question == question
    assert names(goal) == facets


@pytest.mark.parametrize(
    ("goal", "facets"),
    [
        ("Why do KV caches lose text when they are compressed?", ["KV caches", "text", "compressing"]),
        ("Why do facts in the middle of long contexts get lost?", ["facts", "middle", "long contexts"]),
        ("Do LLMs play chess well?", ["LLMs", "chess"]),
        ("Does pruning hurt the calibration of ResNet-50?", ["pruning", "calibration", "ResNet-50"]),
        ("Can GPT-4 plan?", ["GPT-4", "planning"]),
        ("What do we know about Moore's law?", ["Moore's law"]),
        ("How does climate change affect wheat yields?", ["climate change", "wheat yields"]),
        ("Do models trained on synthetic data collapse?", ["models", "synthetic data"]),
        ("What leads to mode collapse in GANs?", ["mode collapse", "GANs"]),
        ("Which quantized models were released and tested on phones?", ["quantized models", "phones"]),
    ],
)
def test_facets_are_noun_phrases(goal: str, facets: list[str]) -> None:
    assert names(goal) == facets


@pytest.mark.parametrize(
    ("goal", "kind"),
    [
        ("How much does quantization cost in accuracy?", "how_much"),
        ("By what factor does speculative decoding cut latency?", "how_much"),
        ("How long should pasta be boiled at high altitude?", "how_much"),
        ("Which KV cache quantization methods have been published?", "which"),
        ("What methods reduce hallucinations?", "which"),
        ("Does dropout cause cancer?", "whether"),
        ("Is it true that bees can count?", "whether"),
        ("Why does quantization always improve accuracy?", "why"),
        ("What causes mode collapse?", "why"),
        ("How do transformers store facts?", "how"),
        ("What effect did remote work have on productivity?", "how"),
        ("What is the effect of caffeine on sleep?", "how"),
        ("Under which conditions does chain-of-thought reduce accuracy?", "conditions"),
        ("When does sparse MoE help in vision?", "conditions"),
        ("Is LoRA better than full fine-tuning?", "compare"),
        ("DPO vs PPO", "compare"),
        ("How does MoE compare with dense models?", "compare"),
        ("Summarise what is known about grokking", "survey"),
        ("KV cache compression for long-context serving", "survey"),
        ("Summarize https://arxiv.org/abs/2504.04823", "paper"),
        ("What does 10.48550/arXiv.2504.04823 find?", "paper"),
        ("What is mixture-of-experts?", "define"),
        ("What does ‘grokking’ mean?", "define"),
    ],
)
def test_kinds(goal: str, kind: str) -> None:
    assert read(goal).kind == kind


def test_the_other_parts_of_a_question() -> None:
    goal = read("How does sparse MoE change the inference cost of VLMs on MMBench and GSM8K at equal accuracy?")
    assert goal.quantities == ("inference cost",)
    assert goal.conditions == ("at equal accuracy",)
    assert goal.datasets == ("MMBench", "GSM8K")
    assert read("Is LoRA better than full fine-tuning for small models?").sides == ("LoRA", "full fine-tuning")
    assert read("What is the difference between DPO and PPO?").sides == ("DPO", "PPO")
    assert read("DPO versus PPO under limited compute").sides == ("DPO", "PPO")
    assert read("Does a MoE outperform dense models?").sides == ("MoE", "dense models")
    assert read("Do statins reduce mortality in patients over 75?").conditions == ("in patients over 75",)


@pytest.mark.parametrize(
    ("goal", "granted"),
    [
        ("Why does quantization always improve accuracy?", "quantization always improves accuracy"),
        ("Why do KV caches lose text?", "KV caches lose text"),
        ("Why doesn't LoRA match full fine-tuning?", "LoRA does not match full fine-tuning"),
        ("Why is attention slow for long inputs?", "attention is slow for long inputs"),
        ("How come bees dance?", "bees dance"),
        ("Does dropout cause cancer?", None),
        ("How does routing work?", None),
    ],
)
def test_what_a_question_takes_for_granted(goal: str, granted: str | None) -> None:
    assert read(goal).presupposition == granted


def test_several_questions() -> None:
    goal = read("How does RLHF work? What does it cost, and why is DPO cheaper?")
    assert goal.sub_questions == ("How does RLHF work?", "What does it cost?", "Why is DPO cheaper?")
    assert read("How do latency and throughput change?").sub_questions == ()


@pytest.mark.parametrize(
    ("goal", "language", "facets"),
    [
        ("混合专家模型如何影响视觉语言模型的推理成本？", "zh", []),
        (
            "Wie wirkt sich Mixture-of-Experts auf die Inferenzkosten von Bild-Sprach-Modellen aus?",
            "de",
            ["Mixture-of-Experts"],
        ),
        (
            "¿Cómo afecta la mezcla de expertos (MoE) al coste de inferencia de los modelos de visión y lenguaje?",
            "es",
            ["MoE"],
        ),
        ("大模型 KV cache quantization 的 accuracy 损失有多大？", "zh", ["KV cache quantization", "accuracy"]),
        ("Как LoRA влияет на точность больших языковых моделей?", "ru", ["LoRA"]),
        ("Comment la quantification des LLM affecte-t-elle la précision des réponses ?", "fr", ["LLM"]),
    ],
)
def test_goals_in_other_languages_give_their_latin_terms(goal: str, language: str, facets: list[str]) -> None:
    found = read(goal)
    assert (found.language, found.language_ok) == (language, False)
    assert names(goal) == facets


GOALS = st.sampled_from(
    [
        "How does sparse mixture-of-experts change the inference cost of vision-language models at equal accuracy?",
        "Is LoRA better than full fine-tuning for small models?",
        "Why does quantization always improve accuracy?",
        "Which KV cache quantization methods have been published since January 2026?",
        "What does 2504.04823 find?",
        "How much does caching cost?",
        "Do statins reduce mortality in patients over 75?",
    ]
)
BEFORE = st.sampled_from(
    [
        "",
        "Hi! ",
        "Hello there, ",
        "Dear all, ",
        "Good morning. ",
        "I'm writing my thesis. ",
        "I am a beginner in this field. ",
        "Please: ",
        "Quick question: ",
        "Thanks in advance! ",
    ]
)
AFTER = st.sampled_from(
    [
        "",
        " Thanks!",
        " Thank you so much for your help.",
        " Please use APA.",
        " Answer as bullet points.",
        " Max 500 words, for a beginner.",
        " Cite your sources. Cheers",
        " I'm in a hurry, sorry!",
    ]
)


@given(BEFORE, GOALS, AFTER)
def test_chat_around_a_goal_changes_nothing_that_matters(before: str, goal: str, after: str) -> None:
    assert heart(read(before + goal + after)) == heart(read(goal))


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    goal = read(text)
    assert goal.text == " ".join(text.split())
    assert Goal.model_validate_json(goal.model_dump_json()) == goal


WORDS = [
    *(
        "why",
        "does",
        "do",
        "not",
        "how",
        "much",
        "what",
        "is",
        "the",
        "LoRA",
        "caches",
        "lose",
        "text",
        "between",
        "2019",
    ),
    *("and", "2021", "since", ".", "?", ",", '"', "arXiv:2303.07226", "thanks", "i'm", "vs", "compare", "when", "for"),
]


@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_any_run_of_telling_words_is_read(words: list[str]) -> None:
    read(" ".join(words))
