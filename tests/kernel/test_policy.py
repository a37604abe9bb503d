"""Decisions: never on missing data, never softer than the kernel's own rules, always by a rule that exists."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel import research
from sovereign_kernel.decision.policy import (
    FIT,
    STRICTEST_FIRST,
    Facts,
    Rule,
    before_fit,
    decide,
    default_rules,
    load_rules,
)
from sovereign_kernel.errors import BadSetting
from sovereign_kernel.records import Status

SOUND = Facts(
    score=8.0,
    threshold=6.5,
    rounds=1,
    reviewers_present=3,
    reviewers_absent=0,
    reviewers_argued=3,
    blocking_objections=0,
    claims=9,
    supported=9,
    refuted=0,
    refuted_share=0.0,
    unsupported_sentences=0,
    contradictions=0,
    withdrawn_papers=0,
    suspicious_papers=0,
    status="ANSWERED",
    require_owner=False,
    stopped_early=False,
    answer_fit=0.8,
    fit_line=0.5,
    answer_papers=2,
    independent_judgement=True,
    title_is_safe=True,
)
count = st.integers(0, 5)
facts = st.builds(
    Facts,
    score=st.none() | st.floats(0, 10),
    threshold=st.floats(0, 10),
    rounds=count,
    reviewers_present=count,
    reviewers_absent=count,
    reviewers_argued=count,
    blocking_objections=count,
    claims=count,
    supported=count,
    refuted=count,
    refuted_share=st.none() | st.floats(0, 1),
    unsupported_sentences=count,
    contradictions=count,
    withdrawn_papers=count,
    suspicious_papers=count,
    answer_papers=st.none() | count,
    status=st.sampled_from(get_args(Status)),
    require_owner=st.booleans(),
    stopped_early=st.booleans(),
)
numbers = st.sampled_from(["score", "supported", "refuted", "refuted_share", "contradictions", "rounds"])
orders = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
conditions = st.one_of(
    st.tuples(numbers, orders, numbers | st.integers(0, 5)),
    st.tuples(st.sampled_from(["require_owner", "stopped_early"]), st.sampled_from(["==", "!="]), st.booleans()),
    st.tuples(st.just("status"), st.sampled_from(["==", "!="]), st.sampled_from(get_args(Status))),
)
owners = st.builds(
    Rule,
    name=st.text("abc", min_size=1, max_size=5),
    decide=st.sampled_from(["REJECT", "OWNER_REVIEW"]),
    when=st.lists(conditions, max_size=3).map(tuple),
)


def written(rules: list[Rule], path: Path) -> Path:
    def toml(value: Any) -> str:
        if isinstance(value, (list, tuple)):
            return f"[{', '.join(map(toml, value))}]"
        return str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')

    path.write_text(
        "".join(f'[[rule]]\nname = "{r.name}"\ndecide = "{r.decide}"\nwhen = {toml(r.when)}\n' for r in rules), "utf-8"
    )
    return path


def test_a_sound_draft_is_approved() -> None:
    decision = decide(SOUND, default_rules())
    assert (decision.policy, decision.rule) == ("AUTO_APPROVE", "sound")
    assert decision.inputs == SOUND.model_dump()


@pytest.mark.parametrize(
    ("change", "policy", "rule"),
    [
        ({"supported": 0}, "REJECT", "nothing-to-publish"),
        ({"refuted": 5, "refuted_share": 0.6}, "REJECT", "mostly-refuted"),
        ({"require_owner": True}, "OWNER_REVIEW", "owner-required"),
        ({"reviewers_absent": 1}, "OWNER_REVIEW", "reviewer-absent"),
        ({"reviewers_argued": 0}, "OWNER_REVIEW", "nobody-argued"),
        ({"stopped_early": True}, "OWNER_REVIEW", "stopped-early"),
        ({"score": 6.49}, "OWNER_REVIEW", "below-the-line"),
        ({"blocking_objections": 1}, "OWNER_REVIEW", "blocking-objection"),
        ({"withdrawn_papers": 1}, "OWNER_REVIEW", "withdrawn-source"),
        ({"status": "PARTIAL"}, "OWNER_REVIEW", "goal-not-answered"),
        ({"answer_papers": 1}, "OWNER_REVIEW", "answer-of-one-source"),
        ({"answer_papers": 0}, "OWNER_REVIEW", "answer-of-one-source"),
        ({"answer_papers": None}, "OWNER_REVIEW", "no-rule-holds"),
        ({"score": None}, "OWNER_REVIEW", "no-rule-holds"),
        ({"reviewers_present": 2}, "OWNER_REVIEW", "no-rule-holds"),
        ({"supported": 2}, "OWNER_REVIEW", "no-rule-holds"),
        ({"refuted": 1, "refuted_share": 0.1}, "OWNER_REVIEW", "no-rule-holds"),
        ({"unsupported_sentences": 1}, "OWNER_REVIEW", "no-rule-holds"),
        ({"answer_fit": 0.49}, "OWNER_REVIEW", "answer-does-not-fit"),
        ({"answer_papers": 1}, "OWNER_REVIEW", "answer-of-one-source"),
        ({"title_is_safe": False}, "OWNER_REVIEW", "title-not-checked"),
        ({"independent_judgement": False}, "OWNER_REVIEW", "no-independent-judgement"),
        ({"answer_fit": None}, "OWNER_REVIEW", "no-rule-holds"),
        ({"answer_papers": None}, "OWNER_REVIEW", "no-rule-holds"),
    ],
)
def test_one_fact_is_enough_to_withhold(change: dict[str, Any], policy: str, rule: str) -> None:
    decision = decide(SOUND.model_copy(update=change), default_rules())
    assert (decision.policy, decision.rule) == (policy, rule)


@given(facts)
def test_only_known_facts_approve(given_facts: Facts) -> None:
    decision = decide(given_facts, default_rules())
    assert decision.rule in {rule.name for rule in default_rules()} | {"no-rule-holds"}
    if decision.policy == "AUTO_APPROVE":
        assert given_facts.score is not None and given_facts.score >= given_facts.threshold
        assert given_facts.reviewers_absent == 0 and given_facts.blocking_objections == 0
        assert not given_facts.require_owner and not given_facts.stopped_early
        assert given_facts.answer_papers is not None and given_facts.answer_papers >= 2
        assert given_facts.status == "ANSWERED" and given_facts.unsupported_sentences == 0


@given(rule=owners, score=st.none() | st.floats(0, 10), share=st.none() | st.floats(0, 1))
def test_a_condition_on_an_unknown_fact_never_holds(rule: Rule, score: float | None, share: float | None) -> None:
    seen = SOUND.model_copy(update={"score": score, "refuted_share": share})
    unknown = {name for name, value in seen.model_dump().items() if value is None}
    if any(unknown & {fact, operand} for fact, _, operand in rule.when):
        assert decide(seen, [rule]).rule == "no-rule-holds"


@given(given_facts=facts, rules=st.lists(owners, max_size=4))
def test_an_owners_rules_are_never_softer(
    given_facts: Facts, rules: list[Rule], tmp_path_factory: pytest.TempPathFactory
) -> None:
    both = load_rules(written(rules, tmp_path_factory.mktemp("policy") / "own.toml"))
    assert {rule.name for rule in both} >= {rule.name for rule in (*rules, *default_rules())}
    with_them, without = decide(given_facts, both), decide(given_facts, default_rules())
    assert STRICTEST_FIRST.index(with_them.policy) <= STRICTEST_FIRST.index(without.policy)
    assert with_them.rule in {rule.name for rule in both} | {"no-rule-holds"}


def rule_of(condition: str, verdict: str = "REJECT") -> str:
    return f'[[rule]]\nname = "mine"\ndecide = "{verdict}"\nwhen = [{condition}]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule", "is not a policy"),
        ("rule = 3", "is not a policy"),
        ('[[rules]]\nname = "a"', "is not a policy"),
        ('[[rule]]\nname = "a"', "is not a policy"),
        ("foo = 1\nbar = 2", "is not a policy: foo: Extra inputs are not permitted"),
        (rule_of('["score", "<"]'), "is not a policy"),
        (rule_of("", "AUTO_APPROVE"), "would approve"),
        (rule_of('["scores", "<", 5]'), "'scores' is no fact"),
        (rule_of('["score", "=<", 5]'), "'=<' is no comparison"),
        (rule_of('["score", "<", "thresold"]'), "names no fact"),
        (rule_of('["status", "==", "ANSWERD"]'), "names no fact"),
        (rule_of('["status", "<", 3]'), "a status cannot be compared with a number"),
        (rule_of('["score", "<", true]'), "a number cannot be compared with a flag"),
        (rule_of('["score", "<", "status"]'), "a number cannot be compared with a status"),
        (rule_of('["require_owner", "==", 1]'), "a flag cannot be compared with a number"),
        (rule_of('["status", "<", "PARTIAL"]'), "has no order"),
        (rule_of('["require_owner", ">=", true]'), "has no order"),
    ],
)
def test_a_wrong_policy_file_is_one_clear_error(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadSetting, match=said) as raised:
        load_rules(path)
    assert str(path) in str(raised.value) and raised.value.help


def test_a_policy_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="cannot be read"):
        research("Does it matter?", provider="none", policy=tmp_path / "none.toml", out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_draft_of_before_the_fit_is_decided_by_the_rules_of_its_time() -> None:
    older = SOUND.model_copy(update=dict.fromkeys(FIT))
    assert decide(older, default_rules()).policy == "OWNER_REVIEW"
    assert decide(older, before_fit(default_rules())).policy == "AUTO_APPROVE"
