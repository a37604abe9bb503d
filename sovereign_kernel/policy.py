"""The facts of a run in; a decision, and the rule that made it, out. Pure, but for reading the rules' file."""

from __future__ import annotations

import operator
import tomllib
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sovereign_kernel.errors import BadSetting
from sovereign_kernel.records import Decision, Outcome, Record, Status

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Facts(Record):
    """What a decision may depend on. None is unknown."""

    score: float | None
    threshold: float
    rounds: int
    reviewers_present: int
    reviewers_absent: int
    blocking_objections: int
    claims: int
    supported: int
    refuted: int
    refuted_share: float | None
    unsupported_sentences: int
    contradictions: int
    withdrawn_papers: int
    status: Status
    require_owner: bool
    stopped_early: bool


class Rule(Record):
    """`decide` when every condition (fact, comparison, value or name of a fact) holds."""

    name: str
    decide: Outcome
    when: tuple[tuple[str, str, str | bool | int | float], ...]
    reason: str = ""


def default_rules() -> tuple[Rule, ...]:
    """The kernel's own rules, from policy.toml beside this file."""
    return _parse(resources.files("sovereign_kernel").joinpath("policy.toml").read_text("utf-8"), "policy.toml")


def load_rules(owners: Path | None) -> tuple[Rule, ...]:
    """The owner's rules, then the kernel's. Raises BadSetting for a file that is not one, or that would approve."""
    if owners is None:
        return default_rules()
    try:
        rules = _parse(owners.read_text("utf-8"), str(owners))
    except (OSError, UnicodeDecodeError) as exc:
        raise BadSetting(f"the policy file {owners} cannot be read: {exc}", help="name a TOML file") from exc
    if lenient := [rule.name for rule in rules if rule.decide == "AUTO_APPROVE"]:
        raise BadSetting(
            f"the policy file {owners} would approve by rule {lenient[0]!r}",
            help="an owner's rules may be stricter, never more lenient: decide REJECT or OWNER_REVIEW",
        )
    return rules + default_rules()


def decide(facts: Facts, rules: Sequence[Rule]) -> Decision:
    """The first rule that holds; the owner when none does."""
    values = facts.model_dump()
    for rule in rules:
        if all(_holds(condition, values) for condition in rule.when):
            return Decision(policy=rule.decide, rule=rule.name, reason=rule.reason, inputs=values)
    return Decision(policy="OWNER_REVIEW", rule="no-rule-holds", reason="no rule decides this case", inputs=values)


def _holds(condition: tuple[str, str, str | bool | int | float], values: dict[str, Any]) -> bool:
    fact, comparison, operand = condition
    left = values[fact]
    right = values[operand] if isinstance(operand, str) and operand in values else operand
    return left is not None and right is not None and COMPARISONS[comparison](left, right)


def _parse(text: str, where: str) -> tuple[Rule, ...]:
    try:
        rules = tuple(Rule.model_validate(entry) for entry in tomllib.loads(text).get("rule", []))
    except (tomllib.TOMLDecodeError, ValidationError) as exc:
        raise BadSetting(f"{where} is not a policy: {exc}", help="see policy.toml in the package for the form") from exc
    for rule in rules:
        for fact, comparison, operand in rule.when:
            if fact not in Facts.model_fields or comparison not in COMPARISONS:
                raise BadSetting(
                    f"{where}, rule {rule.name!r}: [{fact}, {comparison}] is not a condition",
                    help=f"facts: {', '.join(Facts.model_fields)}; comparisons: {', '.join(COMPARISONS)}",
                )
            if fact != "status" and isinstance(operand, str) and operand not in Facts.model_fields:
                raise BadSetting(f"{where}, rule {rule.name!r}: {operand!r} names no fact", help="see policy.toml")
    return rules
