"""The facts of a run in; a decision, and the rule that made it, out. Pure, but for reading the rules' file."""

from __future__ import annotations

import operator
import tomllib
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

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
STRICTEST_FIRST: tuple[Outcome, ...] = ("REJECT", "OWNER_REVIEW", "AUTO_APPROVE")


class Facts(Record):
    """What a decision may depend on. None is unknown; drafts of before have no `answer_papers`."""

    score: float | None
    threshold: float
    rounds: int
    reviewers_present: int
    reviewers_absent: int
    reviewers_argued: int
    blocking_objections: int
    claims: int
    supported: int
    refuted: int
    refuted_share: float | None
    unsupported_sentences: int
    contradictions: int
    withdrawn_papers: int
    suspicious_papers: int
    status: Status
    require_owner: bool
    stopped_early: bool
    unkept_limits: int = 0
    answer_fit: float | None = None
    fit_line: float | None = None
    answer_papers: int | None = None
    independent_judgement: bool | None = None
    title_is_safe: bool | None = None


FIT = ("answer_fit", "fit_line", "answer_papers", "independent_judgement", "title_is_safe")
"""Facts that drafts of before the fit was measured do not know."""


class Rule(Record):
    """`decide` when every condition (fact, comparison, value or name of a fact) holds."""

    name: str
    decide: Outcome
    when: tuple[tuple[str, str, str | bool | int | float], ...]
    reason: str = ""


class Rules(Record):
    """A policy file."""

    rule: tuple[Rule, ...] = ()


Kind = Literal["number", "flag", "status"]


def _kind_of_fact(name: str) -> Kind:
    flag = Facts.model_fields[name].annotation in (bool, bool | None)
    return "status" if name == "status" else "flag" if flag else "number"


def default_rules() -> tuple[Rule, ...]:
    """The kernel's own rules, from policy.toml beside this file."""
    return _parse(resources.files("sovereign_kernel").joinpath("policy.toml").read_text("utf-8"), "policy.toml")


def load_rules(owners: Path | None) -> tuple[Rule, ...]:
    """The owner's rules and the kernel's, the strictest first, so that none of the owner's softens one of the kernel's.

    Raises BadSetting for a file that is not a policy, or that would approve.
    """
    if owners is None:
        return default_rules()
    try:
        rules = _parse(owners.read_text("utf-8-sig"), str(owners))
    except (OSError, UnicodeDecodeError) as exc:
        raise BadSetting(f"the policy file {owners} cannot be read: {exc}", help="name a TOML file") from exc
    if lenient := [rule.name for rule in rules if rule.decide == "AUTO_APPROVE"]:
        raise BadSetting(
            f"the policy file {owners} would approve by rule {lenient[0]!r}",
            help="an owner's rules may be stricter, never more lenient: decide REJECT or OWNER_REVIEW",
        )
    return tuple(sorted(rules + default_rules(), key=lambda rule: STRICTEST_FIRST.index(rule.decide)))


def before_fit(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules as they were before the fit was measured, by which older drafts were decided."""
    kept = [(rule, tuple(condition for condition in rule.when if condition[0] not in FIT)) for rule in rules]
    return tuple(rule.model_copy(update={"when": when}) for rule, when in kept if when or not rule.when)


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


def _story(exc: ValueError | RecursionError) -> str:
    """The first thing that is wrong, in one line."""
    if not isinstance(exc, ValidationError):
        return str(exc)
    first = exc.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _parse(text: str, where: str) -> tuple[Rule, ...]:
    try:
        rules = Rules.model_validate(tomllib.loads(text)).rule
    except (ValueError, RecursionError) as exc:  # no TOML, no rules, or numbers and brackets beyond all bounds
        raise BadSetting(
            f"{where} is not a policy: {_story(exc)}", help="see policy.toml in the package for the form"
        ) from exc
    for rule in rules:
        for fact, comparison, operand in rule.when:
            if wrong := _fault(fact, comparison, operand):
                raise BadSetting(
                    f"{where}, rule {rule.name!r}: [{fact}, {comparison}, {operand}]: {wrong}",
                    help=f"facts: {', '.join(Facts.model_fields)}; comparisons: {', '.join(COMPARISONS)}",
                )
    return rules


def _fault(fact: str, comparison: str, operand: str | bool | int | float) -> str | None:
    """What is wrong with a condition; None when its two sides can be compared."""
    if fact not in Facts.model_fields:
        return f"{fact!r} is no fact"
    if comparison not in COMPARISONS:
        return f"{comparison!r} is no comparison"
    kind, other = _kind_of_fact(fact), _kind_of_operand(operand)
    if other is None:
        return f"{operand!r} names no fact and no status"
    if kind != other:
        return f"a {kind} cannot be compared with a {other}"
    if kind != "number" and comparison not in ("==", "!="):
        return f"a {kind} has no order; use == or !="
    return None


def _kind_of_operand(operand: str | bool | int | float) -> Kind | None:
    if isinstance(operand, bool):
        return "flag"
    if isinstance(operand, (int, float)):
        return "number"
    if operand in Facts.model_fields:
        return _kind_of_fact(operand)
    return "status" if operand in get_args(Status) else None
