"""Other languages are told from English, and from tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sovereign_kernel.verification import KernelVerifier
from sovereign_kernel.verification.languages import looks_foreign

CORPUS = Path(__file__).parents[1] / "data" / "small_corpus.jsonl"
FOREIGN = (
    "Das Verfahren verbessert die Genauigkeit um 5 Prozent gegenüber dem Stand der Technik.",
    "La méthode améliore la précision de 5 % par rapport à l'état de l'art.",
    "El método mejora la precisión en un 5 % con respecto al estado del arte.",
    "Il metodo migliora la precisione del 5 % rispetto allo stato dell'arte.",
    "De methode verbetert de nauwkeurigheid met 5 procent en dat is niet nieuw voor het vak.",
)


@pytest.mark.parametrize("text", FOREIGN)
def test_another_language_is_no_verdict(text: str) -> None:
    found = KernelVerifier().verify(text, text.replace("5", "3"))
    assert found.verdict == "NOT_ENOUGH_INFO" and "another language" in found.reasons[0]


def test_abstracts_and_tables_are_not_foreign() -> None:
    for line in CORPUS.read_text("utf-8").splitlines():
        record = json.loads(line)
        assert not looks_foreign(record["title"]) and not looks_foreign(record["abstract"])
    assert not looks_foreign("Model | BLEU | ROUGE-L; FooNet | 23.1 | 40.2; BarNet-XL | 24.0 | 41.7")
