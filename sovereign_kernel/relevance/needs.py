"""Whether a sentence has what a kind of question needs: a number, a condition, both sides, a cause, a name. Pure.

A pattern can be met by a sentence that answers nothing, so it never decides alone; what lacks the pattern does not
answer.
"""

from __future__ import annotations

import re

from sovereign_kernel.relevance.rarity import covered_share, question_words


def _any(forms: str) -> str:
    """One of these forms as a whole word; "_" stands for a space."""
    return rf"\b(?:{'|'.join(forms.split())})\b".replace("_", " ")


def _form(forms: str, *more: str) -> re.Pattern[str]:
    return re.compile("|".join([_any(forms), *more]), re.IGNORECASE)


_NUMBER = _form(
    """half halves halved twice doubles? doubled triples? tripled quarter third two-thirds one two three four five six
    seven eight nine ten dozen hundred thousand million billion twofold threefold orders?_of_magnitude
    no_(?:significant_)?difference""",
    r"(?<![\w.-])[<>≥≤~≈±+]?\$?\d[\d,.]*(?:\s?(?:\\?%|\\?times|[×xXkKMB]\b|[a-zA-Z]+))?",
)
_CONDITION = _form(
    """when whenever while if unless until once only provided as_long_as depending depends? regardless except especially
    particularly in_particular under beyond below above within where limited_to restricted_to
    in_the_(?:absence|presence|case) larger smaller longer shorter higher lower more less fewer late early deep shallow
    middle final""",
    r"\b(?:in|for|on|at|with|during|after|without) (?:[\w-]+ ){0,3}(?:setting|scenario|regime|task|domain|data ?set|"
    r"language|layer|stage|level|condition|environment|budget|input|problem|case|instance|question|prompt|patient|group)s?\b",
)
_COMPARISON = _form(
    r"""than versus vs compar\w+ relative_to over outperform\w* surpass\w* exceed\w* beats? match(?:es|ed|ing)? equal\w*
    similar same differ\w* whereas while better worse best superior inferior comparable on_par
    (?:high|low|fast|slow|strong|weak|small|larg|great|cheap)er more less fewer improv\w+ gap advantage\w* ties? tied
    no_(?:significant_)?difference both neither rather instead trade-?offs?"""
)
_CAUSE = _form(
    r"""because due_to owing_to since caus\w+ reason\w* stem\w* aris\w+ arose result(?:s|ed|ing)?_(?:in|from) lead\w*
    led driv\w+ explain\w* attribut\w+ origin\w* root mechanism\w* induc\w+ trigger\w* contribut\w+
    rel(?:y|ies|ied|ying)
    depend\w* bias\w* thereby thus hence therefore so_that fail\w* limit\w* lack\w* mismatch\w* conflict\w* suffer\w*
    factor\w* account\w*_for mak(?:es|ing) bottleneck\w* collaps\w+ associated_with linked_to from_the by_the"""
)
_MEANS = _form(
    r"""by via through using uses? with propos\w+ introduc\w+ present\w* design\w* develop\w* appl\w+ train\w* method\w*
    approach\w* framework\w* first then step\w* enabl\w+ allow\w* mechanism\w* process\w* accumulat\w+
    model(?:s|ed|ing)? leverag\w+ combin\w+ learn\w*"""
)
_NAMED = re.compile(
    r"(?<!^)\b[A-Z][\w-]*|\b\w*[a-z][A-Z]\w*|\b\w+-?\d[\w.-]*|[“\"‘]"
    r"|\b(?:highest|lowest|best|most|largest|first|strongest|top)\b"
)
_ABSOLUTE = _form(
    r"""always never all every any no none cannot impossible perfect(?:ly)? complete(?:ly)? entirely regardless
    unnecessary refuted proven? constant interchangeable""",
    r"\b100 ?\\?%",
)
_INTENT = re.compile(
    r"^(?:to (?!our\b|the best\b|this end\b)\w+"
    r"|(?:this|the|our|present) (?:paper|study|work|article|review|trial)?\s?"
    r"(?:aims?|investigates?|examines?|explores?|asks?|considers?|compares?|evaluates?|assesse[sd])"
    r"|we (?:aim|investigat|examin|explor|ask|stud|sought|hypothesi[sz]ed|evaluat|assess)\w*"
    r"|the (?:aim|objective|purpose|goal)"
    r"|(?:in )?this (?:paper|study|work),? (?:we )?(?:aim|investigat|examin|explor|stud|ask)\w*"
    r"|(?:the |our )?code\b)",
    re.IGNORECASE,
)
_FINDING = _form(
    r"""we_(?:find|found|show|showed|observe\w*|demonstrate\w*|reveal\w*|conclude\w*|report) results? findings?
    experiments? evaluations? analys[ei]s signific\w+ higher lower better worse associated effective may should is are
    was were
    (?:show|reveal|demonstrat|indicat|suggest|confirm|conclud|achiev|outperform|improv|reduc|increas|decreas)\w*
    (?:attain|surpass|yield|exceed|reach|degrad|fail)\w*"""
)
_HOW_LONG = re.compile(r"\b(?:how (?:long|often|late|early|old)|for what time|what duration)\b", re.IGNORECASE)
_DURATION = _form(
    r"""(?:milli|micro|nano)?seconds? minutes? hours? days? weeks? months? years? decades? ms tokens? words? characters?
    frames? pages? steps? epochs? iterations? turns? times once twice daily weekly monthly hourly every always never"""
)
PLAIN = {"how_much": _NUMBER, "conditions": _CONDITION, "why": _CAUSE, "how": _MEANS, "which": _NAMED}
SIDE = 0.5
"""A side of a comparison is named by a text that has half of its words, by rarity."""


def need_met(kind: str, sides: tuple[str, ...], question: str, sentence: str, title: str) -> bool | None:
    """Whether a sentence (its paper's title at hand) has what this kind needs; None for a kind that needs no form.

    A number of the question's own ("at 4 bits") is no answer to "how much", nor 81% to "how long". Of two sides
    both must be named.
    """
    if sentence.rstrip().endswith("?"):
        return False
    if kind == "how_much":
        if _HOW_LONG.search(question) and not _DURATION.search(sentence):
            return False
        asked = {match.group().strip().lower() for match in _NUMBER.finditer(question)}
        return any(match.group().strip().lower() not in asked for match in _NUMBER.finditer(sentence))
    if kind == "compare":
        return bool(_COMPARISON.search(sentence)) and names_sides(sides, f"{title}. {sentence}")
    if kind == "whether":
        return states_finding(sentence)
    form = PLAIN.get(kind)
    return bool(form.search(sentence)) if form else None


def names_sides(sides: tuple[str, ...], text: str) -> bool:
    """Whether a text names every side; true without sides."""
    return all(covered_share(side, text) >= SIDE for side in sides if question_words(side))


def states_finding(sentence: str) -> bool:
    """Whether a sentence says how something is, and not what is asked or intended."""
    told = sentence.strip()
    return not told.endswith("?") and not _INTENT.search(told) and bool(_FINDING.search(told))


def absolutes(text: str) -> frozenset[str]:
    """The words of a text that leave no exception: always, never, every, perfect."""
    return frozenset(match.group().lower() for match in _ABSOLUTE.finditer(text))
