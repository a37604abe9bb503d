"""The verifier: a claim and its source in, a verdict with its evidence and reasons out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sovereign_kernel.ports import Entailment, EntailmentEngine, EntailmentPair
from sovereign_kernel.records import Probabilities, Quote, Verification
from sovereign_kernel.text.languages import looks_foreign
from sovereign_kernel.verification.evidence import Pair, read_pair
from sovereign_kernel.verification.facts import split_facts
from sovereign_kernel.verification.judging import judge, run_checks
from sovereign_kernel.verification.several import together

__all__ = ["KernelVerifier", "evidence_places", "evidence_texts", "run_checks", "unjudgeable"]

EVIDENCE = 3  # sentences that an entailment engine is given
LONGEST = 2_000  # characters of a claim: a longer one is several claims
READ = 2_000_000  # characters of a source that are read; what was left out is told
_LETTER = re.compile(r"[^\W\d_]")
_SCRIPT = re.compile("[A-Za-z\u00c0-\u03ff]")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1b\ufffd]")


class KernelVerifier:
    """All signals and one combiner; with an entailment engine, its say too. Thread safe when the engine is."""

    def __init__(self, entailment: EntailmentEngine | None = None, tfidf_threshold: float = 0.15) -> None:
        self.entailment = entailment
        self.tfidf_threshold = tfidf_threshold

    def verify(self, claim: str, source: str, quote: Quote | None = None) -> Verification:
        """Never raises on odd text: what cannot be judged is NOT_ENOUGH_INFO with the reason."""
        return self.verify_all([(claim, source, quote)])[0]

    def verify_all(self, pairs: Sequence[tuple[str, str, Quote | None]]) -> tuple[Verification, ...]:
        """The same for many (claim, source, quote), in order; the entailment engine is asked once for all facts."""
        refused = [unjudgeable(claim, source) for claim, source, _ in pairs]
        split = [() if why else split_facts(claim) for (claim, _, _), why in zip(pairs, refused, strict=True)]
        read = [
            [read_pair(fact.text, source[:READ]) for fact in facts]
            for (_, source, _), facts in zip(pairs, split, strict=True)
        ]
        asked = [pair for facts in read for pair in facts if pair.ranked]
        said = dict(zip(map(id, asked), self._ask(asked), strict=False))
        results: list[Verification] = []
        for (claim, source, quote), why, facts, laid in zip(pairs, refused, split, read, strict=True):
            if why is not None:
                results.append(_refusal(why))
                continue
            found = [judge(pair, quote, source, said.get(id(pair)), self.tfidf_threshold) for pair in laid]
            one = found[0] if len(found) == 1 else together(claim, facts, found)
            if len(source) > READ:
                cut = f"only the first {READ} characters of the source were read"
                one = one.model_copy(update={"reasons": (*one.reasons, cut)})
            results.append(one)
        return tuple(results)

    def _ask(self, pairs: Sequence[Pair]) -> list[Entailment]:
        if self.entailment is None or not pairs:
            return []
        return list(self.entailment.judge([EntailmentPair(pair.claim, evidence_texts(pair)) for pair in pairs]))


def evidence_texts(pair: Pair) -> tuple[str, ...]:
    """The best sentences, in the source's order: what an entailment engine reads."""
    units = pair.source.units
    return tuple(pair.source.text[units[i].start : units[i].end] for i in evidence_places(pair))


def evidence_places(pair: Pair) -> tuple[int, ...]:
    extra = [i for i in pair.ranked if i not in pair.chosen][: max(0, EVIDENCE - len(pair.chosen))]
    return tuple(sorted([*pair.chosen, *extra]))


def unjudgeable(claim: str, source: str) -> str | None:
    """Why this pair cannot be judged at all; None when it can."""
    if len(claim) > LONGEST:
        return f"the claim is longer than {LONGEST} characters: check its sentences one by one"
    for name, text in (("claim", claim), ("source", source)):
        if not text.strip():
            return f"the {name} is empty"
        start = text[:20_000]
        letters = len(_LETTER.findall(start))
        if not letters:
            return f"the {name} holds no words"
        if "\x00" in text or len(_NO_TEXT.findall(start)) > letters / 10:
            return f"the {name} is not text"
        if not start.isascii() and len(_SCRIPT.findall(start)) < letters / 2:
            return f"the {name} is not in a script that the signals read"
        if looks_foreign(text):
            return f"the {name} is in another language than English, which is all that the signals read"
    return None


def _refusal(why: str) -> Verification:
    """Nothing can be known here: that is certain, and by definition, so the probability is 1."""
    nothing = Probabilities(SUPPORTED=0.0, REFUTED=0.0, NOT_ENOUGH_INFO=1.0)
    return Verification(verdict="NOT_ENOUGH_INFO", confidence=1.0, probabilities=nothing, reasons=(why,))
