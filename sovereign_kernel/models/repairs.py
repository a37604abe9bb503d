"""How a refused request is asked again: the next rung of a ladder, chosen by the server's own words. Pure.

Every rung takes something away or makes it smaller, so the ladder ends. What worked is remembered by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sovereign_kernel.models.habits import TOKEN_FIELDS, Habits
from sovereign_kernel.models.refusals import is_content_refusal, is_too_long
from sovereign_kernel.models.wire import Messages, WireError

FEWEST_TOKENS = 128
"""An answer that may have fewer is not worth asking for."""
MARGIN = 16
LETTERS_A_TOKEN = 3
"""A careful estimate: English text has four or five."""

_REPAIRABLE = frozenset({400, 404, 405, 413, 415, 422, 500, 501})
_SYSTEM = re.compile(
    r"system (?:role|message|prompt|instruction)|role[^.]{0,40}system|"
    r"\bsystem\b[^.]{0,60}(?:not supported|unsupported)|"
    r"developer (?:role|message|instruction)|roles? must alternate|must alternate between|"
    r"only user and assistant|(?:first|initial) message must be (?:from |a )?['\"]?user"
)
_FORM = re.compile(
    r"response_?format|json[_ ]?schema|structured[_ ]?output|guided|grammar|response_schema|requested parameters|"
    r"additionalproperties|\bstrict\b"
)
_OBJECT = re.compile(r"json_object")
_LIMIT = re.compile(
    r"too (?:large|high|big|many)|at most|less than|must be (?:<|less|at most|in|between)|exceed|maximum|greater than|"
    r"larger than|out of range|range of"
)
_PROMPT_ALONE = re.compile(
    r"(?:prompt|input) (?:is )?too (?:long|large)|input token count|exceeds? the available context|prompt contains"
)
_CONTEXT_IS = re.compile(
    r"(?:context (?:length|window|size)(?: limit)?|max_model_len|n_ctx|maximum of)[^0-9.]{0,30}([0-9][0-9,]{2,9})"
)
_PROMPT_IS = re.compile(
    r"([0-9][0-9,]{0,9})(?: tokens)? (?:in|from|of) (?:the |your )?(?:messages|prompt|input)|"
    r"([0-9][0-9,]{0,9}) (?:input|prompt) tokens|"
    r"(?:has|contains|given:|prompt_tokens|n_prompt_tokens)[^0-9]{1,12}([0-9][0-9,]{0,9})"
)
_ANSWER = re.compile(r"max_(?:new_|completion_)?tokens|completion|output|generat")
_NUMBER = re.compile(r"[0-9][0-9,]{0,9}")


@dataclass(frozen=True)
class Request:
    """What can be changed about one question: the server's habits, and the tokens that its answer may have."""

    habits: Habits
    max_tokens: int


def fitting(habits: Habits, max_tokens: int, messages: Messages) -> Request:
    """The first request of a question, within the limits that the server has told before."""
    room = max_tokens
    if habits.context is not None:
        prompt = sum(len(text) for _, text in messages) // LETTERS_A_TOKEN
        room = min(room, max(FEWEST_TOKENS, habits.context - prompt - MARGIN))
    if habits.most_tokens is not None:
        room = min(room, habits.most_tokens)
    return Request(habits, room)


def repaired(
    error: WireError, request: Request, extra_body: Mapping[str, Any], *, again: bool = False
) -> Request | None:
    """The request to try after this refusal; None when nothing is left to change. `again`: it is the second refusal of
    the same kind, so that an error 500 without a reason may be about the request after all.
    """
    if error.fault != "status" or error.status not in _REPAIRABLE or is_content_refusal(error):
        return None
    habits, words = request.habits, error.words
    if any(re.search(rf"\b{re.escape(name.lower())}\b", words) for name in extra_body):
        return None  # the owner's own fields are not taken away
    if is_too_long(error):
        return _with_less(error, request)
    field = habits.token_field
    if field is not None and re.search(rf"\b{field}\b", words):
        if _LIMIT.search(words) and not re.search(r"unsupported|not supported|instead|unrecognized|unknown", words):
            return _below_the_limit(words, request)
        return replace(request, habits=_with_other_token_field(habits))
    if habits.system_role and _SYSTEM.search(words):
        return replace(request, habits=replace(habits, system_role=False))
    if "temperature" in words and "temperature" not in habits.left_out:
        return replace(request, habits=replace(habits, left_out=habits.left_out | {"temperature"}))
    if habits.answer_form != "text":
        named = _FORM.search(words)
        if named and habits.answer_form == "json_schema" and _OBJECT.search(words):
            return replace(request, habits=replace(habits, answer_form="json_object"))
        if named or error.status in {400, 422, 501} or (error.status == 500 and again):
            return replace(request, habits=replace(habits, answer_form="text"))
    return None


def _with_other_token_field(habits: Habits) -> Habits:
    """The other name, and where that was refused too: none."""
    tried = habits.left_out | {str(habits.token_field)}
    left = [name for name in TOKEN_FIELDS if name not in tried]
    return replace(habits, token_field=left[0] if left else None, left_out=tried)


def _with_less(error: WireError, request: Request) -> Request | None:
    """Fewer tokens for the answer: what the server says is left, or half."""
    limit, prompt = _told(_CONTEXT_IS, error.words), _told(_PROMPT_IS, error.words)
    habits = replace(request.habits, context=limit or request.habits.context)
    room = request.max_tokens // 2
    if prompt is None and _PROMPT_ALONE.search(error.words) and not _ANSWER.search(error.words):
        return None  # no answer is short enough
    if limit is not None and prompt is not None:
        room = min(limit - prompt - MARGIN, request.max_tokens - 1)
    if room < FEWEST_TOKENS or habits.token_field is None:
        return None
    return Request(habits, room)


def _below_the_limit(words: str, request: Request) -> Request | None:
    """The largest figure in the server's words that is below what was asked for, or half of that."""
    figures = [int(found.replace(",", "")) for found in _NUMBER.findall(words)]
    fitting = [figure for figure in figures if FEWEST_TOKENS <= figure < request.max_tokens]
    most = max(fitting, default=request.max_tokens // 2)
    if most < FEWEST_TOKENS:
        return None
    return Request(replace(request.habits, most_tokens=most), most)


def _told(pattern: re.Pattern[str], words: str) -> int | None:
    found = pattern.search(words)
    digits = next((group for group in found.groups() if group), None) if found else None
    return int(digits.replace(",", "")) if digits else None
