"""Whole drafts with planted falsehoods: does the tribunal fall below its line, or is the falsehood dropped?

    python -m bench.planted --tribunal [--provider … --model … --base-url …]

A draft is made from the claims of four abstracts: one to five false ones among sound ones, or none. The kernel's own
stages judge it: verify, writer, the reviewers, one sitting. A claim is dropped when it does not stand as SUPPORTED: the
writer never uses it, and the reviewers ask for its removal.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bench.planted import usable_sentences
from bench.planting import FALSEHOODS
from bench.rewriting import rewrite
from sovereign_kernel.decision.tribunal import sit
from sovereign_kernel.goal.coverage import is_supported
from sovereign_kernel.pipeline.dossier import dossier_of
from sovereign_kernel.pipeline.nodes.verify import admit_sentences, verify
from sovereign_kernel.pipeline.roles import Stage
from sovereign_kernel.pipeline.state import ResearchState
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.records import Claim, Paper, Quote
from sovereign_kernel.records.dossier import Extraction, SearchReport
from sovereign_kernel.sources.papers import make_paper

PAPERS, CLAIMS = 4, 12


@dataclass(frozen=True)
class Judged:
    """`score` of the first sitting; how many false claims were planted and dropped, how many sound ones dropped."""

    planted: int
    dropped: int
    sound: int
    sound_dropped: int
    score: float | None


def judge_drafts(texts: Sequence[str], rng: random.Random, tools: Toolkit, drafts: int) -> list[Judged]:
    """`drafts` drafts, one in three of them clean."""
    found = []
    for number in range(drafts):
        papers = [_paper(f"2601.{place:05d}", text) for place, text in enumerate(rng.sample(texts, PAPERS), start=1)]
        found.append(_judge(papers, 0 if number % 3 == 0 else rng.randint(1, 5), rng, tools))
    return found


def _judge(papers: Sequence[Paper], falsehoods: int, rng: random.Random, tools: Toolkit) -> Judged:
    claims, false = _claims(papers, falsehoods, rng)
    state: ResearchState = {
        "goal": "What do these papers find: " + "; ".join(paper.title for paper in papers)[:600],
        "searches": {"searcher": SearchReport(papers=tuple(papers))},
        "extractions": {"planted": Extraction(read=tuple(p.id for p in papers), claims=tuple(claims))},
    }
    state.update(verify(state, tools))
    standing = {claim.text for claim in state["claims"] if is_supported(claim)}
    fell = [claim for claim in claims if claim.text not in standing]
    for role in tools.roles:
        if role.stage is Stage.WRITE:
            dossier = dossier_of(state, tools)
            sentences, _ = admit_sentences(role.name, role.run(dossier, tools), dossier, tools)
            state["sentences"] = {**state.get("sentences", {}), role.name: sentences}
    reviews = [role.run(dossier_of(state, tools), tools) for role in tools.roles if role.stage is Stage.REVIEW]
    sitting = sit(1, reviews, tools.settings.threshold, 1)
    return Judged(
        planted=len(false),
        dropped=sum(claim.text in false for claim in fell),
        sound=len(claims) - len(false),
        sound_dropped=sum(claim.text not in false for claim in fell),
        score=sitting.score,
    )


def _claims(papers: Sequence[Paper], falsehoods: int, rng: random.Random) -> tuple[list[Claim], set[str]]:
    places = [(paper, sentence) for paper in papers for sentence in usable_sentences(paper.text)]
    claims: list[Claim] = []
    false: set[str] = set()
    for paper, sentence in rng.sample(places, min(CLAIMS, len(places))):
        others = [s for p, s in places if p is paper and s != sentence]
        text = rewrite(sentence, others, rng, most=1)
        if len(false) < falsehoods:
            kinds = rng.sample(list(FALSEHOODS.values()), len(FALSEHOODS))
            new = next((n for rule in kinds if (n := rule(sentence, others, rng)) and n != sentence), None)
            if new is not None:
                text = new
                false.add(new)
        start = paper.text.index(sentence)
        quote = Quote(text=sentence, start=start, end=start + len(sentence))
        claims.append(Claim(id=f"P{len(claims)}", text=text, paper_id=paper.id, quote=quote))
    return claims, false


def _paper(id: str, text: str) -> Paper:
    title, _, abstract = text.partition("\n\n")
    return make_paper(id=id, title=title, abstract=abstract, source="corpus", authors=("A. Author",))


def report(found: Sequence[Judged], line: float) -> dict[str, float | int | None]:
    spoilt = [one for one in found if one.planted]
    clean = [one for one in found if not one.planted]
    return {
        "spoilt drafts": len(spoilt),
        "share of planted claims dropped": _share(sum(o.dropped for o in spoilt), sum(o.planted for o in spoilt)),
        "share of spoilt drafts below the line": _share(sum(_below(o, line) for o in spoilt), len(spoilt)),
        "share of spoilt drafts below the line, or every falsehood dropped": _share(
            sum(_below(o, line) or o.dropped == o.planted for o in spoilt), len(spoilt)
        ),
        "clean drafts": len(clean),
        "share of clean drafts below the line": _share(sum(_below(o, line) for o in clean), len(clean)),
        "share of sound claims dropped": _share(sum(o.sound_dropped for o in found), sum(o.sound for o in found)),
    }


def _below(one: Judged, line: float) -> bool:
    return one.score is None or one.score < line


def _share(part: int, of: int) -> float | None:
    return round(part / of, 3) if of else None
