"""The parts of a question besides its facets: sides, quantities, conditions, data sets, what it takes for granted.
Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sovereign_kernel.goal.tagging import Word, tagged
from sovereign_kernel.goal.words import COPULAS, DATASETS, QUANTITIES, base_form, third_person
from sovereign_kernel.text.sentences import STOP_WORDS

_I = re.IGNORECASE
_NP = r"[^,;:?!]+?"
_END = r"(?=\s*(?:[,;:?!.]|\s(?:on|in|for|with|under|at|by|when|while|if|because|during|as|regarding|across)\s|$))"
_SIDES = tuple(
    re.compile(form, _I)
    for form in (
        rf"\b(?:between|of) (?P<one>{_NP}) (?:and|versus|vs\.?) (?P<two>{_NP}){_END}",
        rf"\bcompar(?:e|ing|ison of) (?P<one>{_NP}) (?:with|to|and|against|versus|vs\.?) (?P<two>{_NP}){_END}",
        rf"\b(?:does|do|did|how does|how do)\s+(?P<one>{_NP})\s+compare[sd]?\s+(?:with|to"
        rf"|against)\s+(?P<two>{_NP}){_END}",
        rf"(?P<one>{_NP})\s+compared\s+(?:with|to|against)\s+(?P<two>{_NP}){_END}",
        rf"(?P<one>{_NP})\s+(?:versus|vs\.?)\s+(?P<two>{_NP}){_END}",
        rf"\b(?:is|are|does|do|can|was|were|did)\s+(?P<one>{_NP})\s+(?:\w+\s+)?(?:better|worse|faster|slower"
        r"|cheaper|stronger|weaker|larger|smaller|higher|lower|safer|easier|harder|"
        rf"more|less|fewer)\b(?:\s+[\w-]+){{0,5}}?\s+than\s+(?P<two>{_NP}){_END}",
        rf"\b(?:does|do|did|can|why does|why do)\s+(?P<one>{_NP})\s+(?:(?:always|often|usually|really"
        rf"|not)\s+)*(?:outperform|beat|surpass|exceed|match)\s+(?P<two>{_NP}){_END}",
        rf"(?P<one>{_NP})\s+(?:outperforms?|beats?|surpass(?:es)?|exceeds?)\s+(?P<two>{_NP}){_END}",
        rf"\b(?P<one>{_NP}) (?:rather than|instead of) (?P<two>{_NP}){_END}",
        r"\b(?:which|what|who)\b[^,:?]*?(?:better|best|faster|cheaper|more \w+|less"
        rf" \w+)[^,:?]*[,:]\s*(?P<one>{_NP}),? or (?P<two>{_NP}){_END}",
        r"\b(?:is|are|does|do|should)\s+(?:it better to use\s+)?(?P<one>[\w-]+(?: [\w-]+){0,3}?) or"
        r" (?P<two>[\w-]+(?: [\w-]+){0,3}?)\s+(?=better|worse|faster|cheaper|more|less|\w+er\b|best|the )",
    )
)
_CONDITION = re.compile(
    r"\b(?P<how>under|in|within|with|without|for|when|while|if|unless|given|during|at|across"
    r"|despite)\s+(?P<what>[^,;:?!.()]+)",
    _I,
)
_CUT = re.compile(
    r"\s+(?:under|in|within|with|without|for|when|while|if|unless|during|at|across|despite|on|and (?:at|in"
    r"|with|for|under|when|on)|compared|than|that|which|versus|vs)\s+.*$",
    _I,
)
_NO_CONDITION = re.compile(
    r"^(?:in (?:general|detail|practice|order|principle|particular|short|terms|addition|fact|the literature"
    r"|which|what|this|that|these|the (?:last|past|paper))|for (?:example|instance|which|what|this|that)|"
    r"at (?:all|least|most|what|which)|with (?:respect|regard)|under (?:which|what)|when (?:do|does|is|are"
    r"|should|can|will|would|did)|"
    r"(?:in|with|for|at|under|without|within|during|across) (?:it|them|us|me|each other)?$|(?:with|for|in|at)"
    r" (?:which|what|whom))\b",
    _I,
)
_MOST = 6
_LONGEST = 90  # characters
_BENCH = re.compile(
    r"^(?=.*[A-Z].*[A-Z]|.*[A-Z].*\d)[\w.+-]*(?:Bench|bench|Eval|QA|VQA|Net|Qual|LUE)\w{0,3}$"
    r"|^[A-Z][\w-]+-(?:Bench|bench|Eval|QA)$"
)
_ON = re.compile(
    r"\b(?:on|benchmarks?|data ?sets?)\s+(?:the\s+)?(?P<names>[A-Z][\w.+-]*(?:(?:,\s*|\s+and\s+"
    r"|,\s*and\s+)[A-Z][\w.+-]*)*)"
)
_HEADED = re.compile(
    r"\s+(?!(?:and|or|at|in|for|with|under|when|while|to|of|than|as|compared|benchmarks?|data ?sets?|tasks?|is"
    r"|are)\b)[a-z]"
)
_WHY = re.compile(
    r"\bwhy (?P<aux>do|does|did|is|are|was|were|can|could|will|would|should|must|have|has)\s+(?P<rest>[^?;]+)|"
    r"\bwhy (?P<plain>[^?;]+)|\bhow come (?P<come>[^?;]+)|\b(?:the )?reasons? (?:why|that) (?P<reason>[^?;]+)|"
    r"\bwhat (?:makes|causes) (?P<causes>[^?;]+?) to (?P<causing>[^?;]+)|\b(?:given|now|considering) that"
    r" (?P<given>[^,?;]+)",
    _I,
)
_PREDICATES = frozenset(
    [
        "so",
        "not",
        "too",
        "more",
        "less",
        "very",
        "still",
        "always",
        "often",
        "never",
        "usually",
        "able",
        "unable",
        "better",
        "worse",
        "the",
        "a",
        "an",
        "in",
        "on",
        "at",
        "used",
        "only",
        "such",
    ]
)


def sides_of(question: str) -> tuple[str, ...]:
    """The things that are compared with each other, as noun phrases: two or none."""
    for form in _SIDES:
        if match := form.search(question):
            sides = [_phrase(match["one"], last=True), _phrase(match["two"], last=False)]
            if all(sides) and sides[0].lower() != sides[1].lower():
                return tuple(sides)
    return ()


def conditions_of(question: str) -> tuple[str, ...]:
    """The parts that limit the question, with their prepositions: "at equal accuracy", "in patients over 75"."""
    found: list[str] = []
    at = 0
    while (match := _CONDITION.search(question, at)) and len(found) < _MOST:
        what = _CUT.sub("", match["what"]).strip()
        at = match.start("what") + max(1, len(what))
        told = f"{match['how'].lower()} {what}"
        content = [word for word in tagged(what) if word.kind == "content"]
        if content and not _NO_CONDITION.match(told) and len(told) <= _LONGEST:
            found.append(told)
    return tuple(dict.fromkeys(found))


def datasets_of(question: str) -> tuple[str, ...]:
    """Data sets and benchmarks by name: known ones, names that end like one, and names after "on" or "benchmark"."""
    words = [word.strip(".") for word in re.findall(r"[\w.+-]+", question)]
    found = [word for word in words if (word.lower() in DATASETS and not word.islower()) or _BENCH.match(word)]
    for match in _ON.finditer(question):
        names = re.split(r",\s*(?:and\s+)?|\s+and\s+", match["names"])
        if not _HEADED.match(question, match.end()) and not _is_side(question, match):
            found += [name.rstrip(".") for name in names if _looks_named(name)]
    return tuple(dict.fromkeys(sorted(found, key=question.find)))[:_MOST]


def quantities_of(kind: str, facets: Sequence[str], conditions: Iterable[str]) -> tuple[str, ...]:
    """The facets that name something measured, and stand in no condition."""
    limits = " ".join(conditions).lower()
    measured = [name for name in facets if name.split()[-1].lower() in QUANTITIES]
    return tuple(name for name in measured if name.lower() not in limits or (kind == "how_much" and len(measured) == 1))


def presupposition_of(question: str) -> str | None:
    """What a question takes for granted: "Why do caches lose text?" that caches lose text; None for nothing."""
    match = _WHY.search(question)
    if match is None:
        return None
    groups = match.groupdict()
    if groups["aux"]:
        told = _stated(groups["aux"].lower(), groups["rest"])
    elif groups["causes"]:
        told = _stated("do" if not _singular(groups["causes"]) else "does", f"{groups['causes']} {groups['causing']}")
    else:
        told = groups["plain"] or groups["come"] or groups["reason"] or groups["given"] or ""
    told = " ".join(told.strip(" ,.").split())
    return told if len(told.split()) > 1 else None


def _stated(aux: str, rest: str) -> str:
    """A question's words after its auxiliary, in a statement's order."""
    words = tagged(f"{aux} {rest}")[1:]
    texts = [word.text for word in words]
    if aux in ("do", "does", "did"):
        at = next(
            (place for place, word in enumerate(words) if place and word.kind == "verb" and word.base == word.lower),
            None,
        )
        if at is None:
            return " ".join(texts)
        negated = "not" in texts[:at]
        if aux == "did" or negated:
            return _joined(texts, at, f"{aux} ", "not")
        verb = third_person(texts[at].lower()) if aux == "does" else texts[at]
        return _spaced([*texts[:at], verb, *texts[at + 1 :]])
    at = _predicate(words)
    return _spaced([*texts[:at], aux, *texts[at:]])


def _joined(texts: Sequence[str], at: int, aux: str, negation: str) -> str:
    """ "LoRA not always match" as "LoRA does not always match"."""
    place = texts.index(negation) if negation in texts[:at] else at
    return _spaced([*texts[:place], aux.strip(), *texts[place:]])


def _predicate(words: Sequence[Word]) -> int:
    """Where the predicate of "Why is attention slow for long inputs" begins."""
    for at, word in enumerate(words):
        if at and (
            word.lower in _PREDICATES or (word.kind in ("verb", "gap") and word.lower not in ("of", "and", "or"))
        ):
            back = at - 1
            simple = word.lower in ("in", "on", "at", "for", "with") and back > 0 and words[back].kind == "content"
            return back if simple else at
    return max(1, len(words) - 1)


def _singular(phrase: str) -> bool:
    return not phrase.rstrip().endswith("s") or phrase.rstrip().endswith("ss")


def _phrase(text: str, last: bool) -> str:
    """The noun phrase at the end of what stands before a comparison, or at the beginning of what stands after it."""
    words = tagged(text)
    runs: list[list[str]] = [[]]
    for word in words:
        if word.kind == "content" or (word.lower in ("of", "and") and runs[-1]):
            runs[-1].append(word.text)
        else:
            runs.append([])
    kept = [trimmed for run in runs if (trimmed := _trimmed(run))]
    return " ".join(kept[-1] if last else kept[0]) if kept else ""


def _trimmed(run: list[str]) -> list[str]:
    while run and run[-1].lower() in ("of", "and"):
        run = run[:-1]
    return run


def _spaced(texts: Sequence[str]) -> str:
    return re.sub(r"\s+([,;:.?!)\]])", r"\1", " ".join(texts))


def _looks_named(name: str) -> bool:
    return any(char.isdigit() or char == "-" for char in name) or name[1:] != name[1:].lower()


def _is_side(question: str, match: re.Match[str]) -> bool:
    """ "depends on GPT-4" names a model, not a data set."""
    before = question[: match.start()].rstrip().rpartition(" ")[2].lower()
    return base_form(before) in ("depend", "rely", "base", "focus", "build") or before in STOP_WORDS - COPULAS
