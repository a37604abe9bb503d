"""What a claim is about, in its own quote's words or its paper's title: method, data, measure, figure, condition,
comparison, cause, limit. Pure; an aspect that is not written there is not given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sovereign_kernel.records import Aspect, AspectName, Claim, Quote
from sovereign_kernel.writing.effects import effects_in
from sovereign_kernel.writing.naming import own_name

_STOP = r"(?=[,.;:)]|\s(?:while|and|but|with|which|that|where|by|compared|than|without|on|for|in|at|when|under|if)\b|$)"
_DATA = re.compile(
    r"\b(?:[Oo]n|[Aa]cross|[Oo]ver|[Uu]sing|[Ii]n)\s(?:the\s)?(?P<told>(?:[A-Z][\w@/.-]*\w"
    r"|\d[\w-]*)(?:\s?[A-Z0-9][\w/.-]*)*"
    r"(?:(?:,|,? and)\s(?:[A-Z][\w@/.-]*\w)(?:\s[A-Z0-9][\w/.-]*)*)*"
    r"(?:\s(?:data ?sets?|benchmarks?|corpus|corpora|tasks?|test ?sets?))?)"
    r"|\b(?P<many>(?:\w+|\d+)\s(?:[\w-]+\s){0,2}(?:benchmarks|data ?sets|tasks|languages|corpora))\b"
)
_NAMELIKE = re.compile(r"[A-Z].*[A-Z\d]|\d.*[A-Z]|data ?set|benchmark|corp|test ?set", re.S)
_METRIC = re.compile(
    r"\b(?:(?:(?:top-?[15]|test|validation|average|zero-shot|few-shot|inference|training|computational|execution"
    r"|energy|classification"
    r"|peak|end-to-end|GPU|memory|communication|decoding)\s)?(?:accuracy|latency|throughput|perplexity|recall"
    r"|precision|success rate|error rate|win rate|F1"
    r"|BLEU|AUROC|AUC|mAP|FLOPs|memory|inference time|training time|inference cost|energy|speed|robustness|cost))\b"
)
_CONDITION = re.compile(
    r"\b(?:only (?:when|if|under|with|for)|under|when|whenever|if|unless|provided that|as long as|even (?:with|when)"
    r"|with only|without|at (?:equal|the same|matched|comparable|a similar)|in (?:the )?(?:[\w-]+\s){0,3}"
    r"(?:settings?|regimes?|scenarios?|cases?)|for (?:[\w-]+\s){0,3}(?:models?|tasks?|inputs?|sequences?|contexts?))"
    r"(?:\s(?:[^,.;:()]|(?<=\d)\.(?=\d)){3,90}?)?"
    r"(?=[,;:)]|\.(?!\d)|\s(?:while|but|which|and (?:can|is|are|has|we|it|achiev|reduc|improv)\w*)\b|$)",
    re.I,
)
_NO_CONDITION = re.compile(
    r"^(?:under (?:review|the (?:hood|name))|without (?:any |significant(?:ly)? |substantial )*(?:compromis"
    r"|sacrific|degrad"
    r"|los|hurt|harm|affect|reduc|impair|accuracy|performance)|for (?:the |these |our )?(?:models?|tasks?)$)",
    re.I,
)
_COMPARISON = re.compile(
    r"\b(?:than|compared (?:to|with)|relative to|versus|vs\.?|over|outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?"
    r"|exceed(?:s|ed|ing)?|unlike|against)\s(?P<told>(?!time\b|\d|all\b|half\b)[^,.;:()]{3,70}?)" + _STOP
)
_MECHANISM = re.compile(
    r"\b(?:because|due to|owing to|since|as a result of|caused by|attributed to|(?:arises?|stems?|results?) from"
    r"|driven by|explained by|by [a-z]+ing|thereby|leads? to|causes?)\s[^.;]{4,160}?(?=[.;]|,\s(?:and|but|which"
    r"|while)\b|$)",
    re.I,
)
_LIMIT = re.compile(
    r"\b(?:however|but|although|despite|fails? to|does not|do not|cannot|degrad\w+|at the cost of|trade-?offs?|limited"
    r"|not always|struggles?|collapse[sd]?|remains? (?:a |an )?(?:challeng|open|unclear|limit)\w*)\b[^.;]{0,160}",
    re.I,
)


def aspects_of(claim: Claim, title: str) -> tuple[Aspect, ...]:
    """The claim's aspects, at most one of each name, in the order of `AspectName`. `title` begins its paper's text."""
    return tuple(_named(claim.quote, title))


def aspect(claim: Claim, name: AspectName) -> Aspect | None:
    """The claim's aspect of this name."""
    return next((entry for entry in claim.aspects if entry.name == name), None)


def as_quote(entry: Aspect) -> Quote:
    return Quote(text=entry.text, start=entry.start, end=entry.end)


def _named(quote: Quote, title: str) -> Iterator[Aspect]:
    if name := own_name(title):
        yield Aspect(name="method", text=name, start=0, end=len(name))
    if (found := next((match for match in _DATA.finditer(quote.text) if _is_data(match)), None)) is not None:
        yield _within(quote, "data", *found.span("told" if found["told"] else "many"))
    figures = sorted(effects_in(quote.text), key=lambda entry: entry.direction is None)
    if figures:
        first = figures[0]
        at = quote.text.find(first.measure, first.start, first.end)
        if at >= 0:
            yield _within(quote, "metric", at, at + len(first.measure))
        yield _within(quote, "value", first.start, first.end)
    elif found := _METRIC.search(quote.text):
        yield _within(quote, "metric", *found.span())
    if found := next((m for m in _CONDITION.finditer(quote.text) if not _NO_CONDITION.match(m.group())), None):
        yield _within(quote, "condition", *found.span())
    if found := _COMPARISON.search(quote.text):
        yield _within(quote, "comparison", *found.span("told"))
    if found := _MECHANISM.search(quote.text):
        yield _within(quote, "mechanism", *found.span())
    if found := _LIMIT.search(quote.text):
        yield _within(quote, "limit", *found.span())


def _is_data(found: re.Match[str]) -> bool:
    return bool(found["many"]) or bool(_NAMELIKE.search(found["told"]))


def _within(quote: Quote, name: AspectName, start: int, end: int) -> Aspect:
    while end > start and quote.text[end - 1].isspace():
        end -= 1
    return Aspect(name=name, text=quote.text[start:end], start=quote.start + start, end=quote.start + end)
