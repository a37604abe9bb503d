"""Other languages are told from English, and from tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sovereign_kernel.text.languages import looks_foreign
from sovereign_kernel.verification import KernelVerifier

CORPUS = Path(__file__).parent / "data" / "small_corpus.jsonl"
FOREIGN = (
    "Das Verfahren verbessert die Genauigkeit um 5 Prozent gegenüber dem Stand der Technik.",
    "La méthode améliore la précision de 5 % par rapport à l'état de l'art.",
    "El método mejora la precisión en un 5 % con respecto al estado del arte.",
    "Il metodo migliora la precisione del 5 % rispetto allo stato dell'arte.",
    "De methode verbetert de nauwkeurigheid met 5 procent en dat is niet nieuw voor het vak.",
    "O método melhora a precisão em 5 por cento em relação ao estado da arte.",
    "Metoden förbättrar noggrannheten med 5 procent jämfört med tidigare arbeten.",
    "Menetelmä parantaa tarkkuutta 5 prosenttia verrattuna aiempiin töihin.",
    "Metoda poprawia dokładność o 5 procent w porównaniu ze stanem techniki.",
    "A módszer 5 százalékkal javítja a pontosságot a korábbi munkákhoz képest.",
    "Yöntem, doğruluğu önceki çalışmalara göre yüzde 5 artırıyor.",
    "Phương pháp này cải thiện độ chính xác thêm 5 phần trăm so với trước đây.",
    "Metode ini meningkatkan akurasi sebesar 5 persen dibandingkan penelitian sebelumnya.",
    "Mbinu hii inaboresha usahihi kwa asilimia 5 ikilinganishwa na kazi za awali.",
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


@pytest.mark.parametrize(
    "text",
    [
        "Homo sapiens neanderthalensis genome sequencing",
        "Pseudomonas aeruginosa quorum sensing inhibitors",
        "Plasmodium falciparum artemisinin resistance",
    ],
)
def test_names_of_species_are_not_foreign(text: str) -> None:
    assert not looks_foreign(text)
