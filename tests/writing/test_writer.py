"""The writer hands failed sentences back once, all in one call, and tells how many."""

from __future__ import annotations

from typing import Any

import pytest

from agents import writer
from sovereign_kernel.pipeline.nodes.verify import checked_sentences, verified, with_bearing
from sovereign_kernel.pipeline.roles import Role
from sovereign_kernel.pipeline.toolkit import Toolkit
from sovereign_kernel.records import Bearing, Claim, Goal, Paper, Quote
from sovereign_kernel.records.dossier import Dossier
from sovereign_kernel.settings import Settings

SAID = ("Pruning reduces latency by 12% on ImageNet.", "Distillation increases accuracy by 3% on CIFAR-100.")
GOAL = Goal(text="How much does pruning help?", question="How much does pruning help?", kind="how_much")


class Scripted:
    """Answers in turn with what it was given."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), []

    def ask(self, purpose: str, prompt: Any, schema: Any) -> Any:
        self.asked.append(prompt)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return schema.model_validate({"sentences": answer})


@pytest.fixture
def tools() -> Toolkit:
    return Toolkit.open(Settings(provider="none", source="corpus"))


@pytest.fixture
def dossier(tools: Toolkit) -> Dossier:
    papers, claims = [], []
    for number, sentence in enumerate(SAID, start=1):
        text = f"Paper {number}\n\n{sentence}"
        papers.append(Paper(id=f"P{number}", title=f"Paper {number}", text=text, sha256=""))
        quote = Quote(text=sentence, start=9, end=len(text))
        claims.append(Claim(id=f"C{number}", text=sentence, paper_id=f"P{number}", quote=quote))
    found = Dossier(goal=GOAL, papers=tuple(papers))
    claims_ = verified(with_bearing(claims, found), papers, tools).claims
    return Dossier(goal=GOAL, papers=tuple(papers), claims=claims_)


def written(text: str, *claims: str) -> dict[str, Any]:
    return {"section": "answer", "text": text, "claims": list(claims)}


def run(model: Scripted, dossier: Dossier, tools: Toolkit, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(Toolkit, "chat", lambda self, role: model)
    return writer.run(dossier, tools)


def test_a_sentence_that_fails_goes_back_once_with_the_reason(
    dossier: Dossier, tools: Toolkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Scripted(
        [written(SAID[0], "C1"), written("Pruning reduces latency by 40% on ImageNet.", "C1")],
        [{"number": 1, "text": SAID[1], "claims": ["C2"]}, {"number": 0, "text": "Changed.", "claims": ["C1"]}],
    )
    found = run(model, dossier, tools, monkeypatch)
    assert [entry.text for entry in found.sentences] == list(SAID)  # number 0 had passed, and stays
    assert len(model.asked) == 2 and "40%" in str(model.asked[1])
    assert found.notices == (
        "1 written sentence of 2 failed the first check and went back to the language model with the reason; 1 "
        "passed as "
        "written again.",
    )
    assert all(entry.refused is None for entry in checked_sentences(found.sentences, dossier, tools))


def test_what_passes_is_not_handed_back(dossier: Dossier, tools: Toolkit, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Scripted([written(SAID[0], "C1"), written(SAID[1], "C2")])
    assert run(model, dossier, tools, monkeypatch).notices == () and len(model.asked) == 1


def test_the_computed_sentences_and_aspects_are_shown(
    dossier: Dossier, tools: Toolkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Scripted([written(SAID[0], "C1")])
    run(model, dossier, tools, monkeypatch)
    assert "reduces latency by 12%" in str(model.asked[0]) and "report a change in numbers" in str(model.asked[0])


def test_a_measured_answer_takes_one_sentence_a_paper(dossier: Dossier) -> None:
    twice = dossier.claims[0].model_copy(update={"id": "C3", "bearing": Bearing(nearness=0.9)})
    found = writer.measured_manuscript(dossier, (*dossier.claims, twice))
    answer = [entry.claims[0] for entry in found.sentences if entry.section == "answer"]
    papers = {claim.id: claim.paper_id for claim in (*dossier.claims, twice)}
    assert len({papers[id] for id in answer}) == len(answer)


def test_the_role_is_the_writer() -> None:
    assert isinstance(writer.role, Role) and writer.role.name == "writer"
