"""What is done to a sentence: edits that change what it says, and rewrites that do not.

Each takes a sentence and a random source, and returns the new sentence, or None where it has nothing to take hold of.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from bench.cross_encoder import lexicon

Edit = Callable[[str, random.Random], str | None]

NUMBER = re.compile(r"(?<![\w.\-])\d[\d,]*(?:\.\d+)?(?![\w]*[a-z]{2,})")
WORD = re.compile(r"[A-Za-z][A-Za-z\-]*")
NAME = re.compile(
    r"(?<=[a-z,)] )(?:[A-Z][\w\-]*[A-Z0-9][\w\-]*|[A-Z][a-z]+[\w\-]*(?: [A-Z][\w\-]+)*|[a-z]+-?\d[\w\-]*)(?=[\s,.;)])"
)
AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|could|will|would|should|has|have|had|may|might|does|do|did)\b(?! not)", re.I
)
VERB = re.compile(
    r"\b(achieve|improve|outperform|reduce|increase|require|enable|allow|show|provide|demonstrate|capture|predict|inhibit|"
    r"promote|"
    r"regulate|induce|cause|support|affect|contribute|lead|generalize|scale|remain|depend|activate|protect|associate|correlate|"
    r"surpass|exceed|yield|produce|learn|preserve|suffer|benefit|help|play|reveal|confirm|mediate|suppress|enhance|explain)s\b"
)
ADVERB = "(?:significantly|consistently|substantially|also|greatly|strongly|directly|clearly|even)"
_NO_SIDE = """
and or but which that this these those it they we he she who to not is are was were can there both how
"""
NO_SIDE = frozenset([*_NO_SIDE.split(), ""])
BOUNDARY = re.compile(r",|;|\.$|\.\s|\b(?:on|by|in|with|while|across|at|for|under|when|and|but|which|that|as)\b")


OPENING = re.compile(
    r"(?:(?:We|Our \w+|The results|Results|Experiments|Extensive experiments[^,]{0,60}?|Our results|Our experiments)\s"
    r"(?:also |further )?(?:show|demonstrate|find|found|showed|observe|reveal|demonstrated|indicate)s? that |"
    r"(?:Specifically|Moreover|Furthermore|In addition|Additionally|However|In this paper|In this work|Finally|Notably|"
    r"Here|In particular|Importantly|Overall|Thus|Therefore|Consequently|To this end|Meanwhile),? )"
)


def number(text: str, rng: random.Random) -> str | None:
    found = list(NUMBER.finditer(text))
    words = [m for m in WORD.finditer(text) if m.group().lower() in lexicon.NUMBER_WORDS[1:]]
    if words and (not found or rng.random() < 0.3):
        match = rng.choice(words)
        return _put(text, match, rng.choice([w for w in lexicon.NUMBER_WORDS if w != match.group().lower()]))
    if not found:
        return None
    match = rng.choice(found)
    changed = _other_number(match.group(), rng)
    return None if changed == match.group() else _put(text, match, changed)


def _other_number(old: str, rng: random.Random) -> str:
    digits = [i for i, c in enumerate(old) if c.isdigit()]
    way = rng.randrange(4)
    if way == 0 and len(digits) > 1:  # two digits change places
        i = rng.randrange(len(digits) - 1)
        chars = list(old)
        chars[digits[i]], chars[digits[i + 1]] = chars[digits[i + 1]], chars[digits[i]]
        return "".join(chars) if chars[digits[0]] != "0" else old
    if way == 1:  # one digit becomes another
        i = rng.choice(digits)
        return old[:i] + rng.choice([d for d in "123456789" if d != old[i]]) + old[i + 1 :]
    decimals = len(old.split(".")[1]) if "." in old else 0
    value = float(old.replace(",", "")) * rng.choice(
        (0.1, 0.25, 0.4, 0.5, 0.6, 0.8, 0.9, 1.1, 1.25, 1.5, 1.7, 2, 3, 5, 10)
    )
    return f"{value:,.{decimals}f}" if "," in old else f"{value:.{decimals}f}"


def unit(text: str, rng: random.Random) -> str | None:
    options = []
    for family in lexicon.UNITS:
        for name in family:
            tail = r"(?!\w)" if name[-1].isalnum() else ""
            options += [(m, family) for m in re.finditer(rf"(?<=[\d\s]){re.escape(name)}{tail}", text)]
    options = [(m, f) for m, f in options if re.search(r"\d[\d,.]*\s?$", text[: m.start()]) or len(m.group()) > 3]
    if not options:
        return None
    match, family = rng.choice(options)
    new = rng.choice([name for name in family if name != match.group()])
    return _put(text, match, f" {new}" if len(new) > 3 and text[match.start() - 1].isdigit() else new)


def negation(text: str, rng: random.Random) -> str | None:
    gone = re.search(r"\b(not|never|no longer|cannot)\b ?", text)
    if gone:
        return text[: gone.start()] + ("can " if gone.group(1) == "cannot" else "") + text[gone.end() :]
    if re.search(r"\bfails? to\b", text):
        return re.sub(r"\bfails? to\b", "manages to", text, count=1)
    auxiliaries, verbs = list(AUXILIARY.finditer(text)), list(VERB.finditer(text))
    if verbs and (not auxiliaries or rng.random() < 0.5):
        match = rng.choice(verbs)
        return _put(
            text, match, rng.choice(("does not {}", "fails to {}", "never {}s", "did not {}")).format(match.group(1))
        )
    if not auxiliaries:
        return None
    match = rng.choice(auxiliaries)
    return _put(text, match, f"{match.group()} {rng.choice(('not', 'not', 'never', 'hardly'))}")


def direction(text: str, rng: random.Random) -> str | None:
    return _by_table(text, rng, lexicon.TURNED)


def swapped_sides(text: str, rng: random.Random) -> str | None:
    """`A outperforms B on C` becomes `B outperforms A on C`; lists and ranges change their order."""
    span = re.search(r"\bfrom ([^,;]{1,40}?) to ([^,;.]{1,40}?)(?=[,;.]|\s(?:on|in|by|with|for|while)\b)", text)
    if span and rng.random() < 0.5:
        return text[: span.start()] + f"from {span.group(2)} to {span.group(1)}" + text[span.end() :]
    verbs = [pair[0] for pair in lexicon.COMPARATIVES] + list(lexicon.ORDERED)
    sides = _sides(text, rng, verbs)
    if sides is None:
        return None
    head, left, verb, right, tail = sides
    return f"{head}{_lower_first(right) if head else _upper_first(right)} {verb} {_lower_first(left)}{tail}"


def converse(text: str, rng: random.Random) -> str | None:
    """`A outperforms B` becomes `B performs worse than A`: the sides change and the meaning stays."""
    sides = _sides(text, rng, [pair[0] for pair in lexicon.COMPARATIVES])
    if sides is None:
        return None
    head, left, verb, right, tail = sides
    return f"{head}{_lower_first(right) if head else _upper_first(right)} {_turn(verb)} {_lower_first(left)}{tail}"


def opposite(text: str, rng: random.Random) -> str | None:
    """`A outperforms B` becomes `A performs worse than B`."""
    sides = _sides(text, rng, [pair[0] for pair in lexicon.COMPARATIVES])
    return None if sides is None else f"{sides[0]}{sides[1]} {_turn(sides[2])} {sides[3]}{sides[4]}"


def wider(text: str, rng: random.Random) -> str | None:
    return _by_table(text, rng, lexicon.WIDER)


def narrower(text: str, rng: random.Random) -> str | None:
    return _by_table(text, rng, lexicon.NARROWER)


def lost_hedge(text: str, rng: random.Random) -> str | None:
    found = [m for hedge in lexicon.HEDGES for m in re.finditer(rf"\b{hedge} ", text)]
    return _put(text, rng.choice(found), "") if found else None


def names(text: str) -> list[str]:
    return [m.group() for m in NAME.finditer(text) if len(m.group()) > 2]


def other_name(others: Sequence[str]) -> Edit:
    """Replaces a named thing everywhere in the sentence by one of `others`."""

    def edit(text: str, rng: random.Random) -> str | None:
        own = names(text)
        fitting = [name for name in others if name not in text]
        if not own or not fitting:
            return None
        old, new = rng.choice(own), rng.choice(fitting)
        return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text)

    return edit


def other_term(others: Sequence[str]) -> Edit:
    """Replaces one longer common word by a word of the same ending from elsewhere."""

    def edit(text: str, rng: random.Random) -> str | None:
        own = [m for m in WORD.finditer(text) if len(m.group()) > 6 and m.group().islower()]
        rng.shuffle(own)
        for match in own:
            fitting = [
                w for w in others if w[-3:] == match.group()[-3:] and w[:4] != match.group()[:4] and w not in text
            ]
            if fitting:
                return _put(text, match, rng.choice(fitting))
        return None

    return edit


def invented(tails: Sequence[str]) -> Edit:
    """Adds a detail that the source does not have."""

    def edit(text: str, rng: random.Random) -> str | None:
        tail = rng.choice(tails)
        return None if tail in text else f"{text.rstrip('. ')} {tail}."

    return edit


def rewrite(text: str, rng: random.Random) -> str:
    """One to four changes that leave the meaning, a plain copy now and then."""
    for change in rng.sample(REWRITES, rng.choice((0, 1, 2, 3, 4))):
        text = change(text, rng) or text
    return text


def _drop_opening(text: str, rng: random.Random) -> str | None:
    opening = OPENING.match(text)
    rest = text[opening.end() :] if opening else ""
    return _upper_first(rest) if len(rest) > 30 else None


def _drop_tail(text: str, rng: random.Random) -> str | None:
    cuts = [
        m.start()
        for m in re.finditer(
            r", (?:which|while|making|thus|thereby|enabling|and thus|leading|suggesting|where)\b", text
        )
    ]
    cuts = [cut for cut in cuts if cut > 50]
    return text[: cuts[0]] + "." if cuts else None


def _drop_aside(text: str, rng: random.Random) -> str | None:
    bare = re.sub(r" \([^()]{2,60}\)", "", text, count=1)
    return bare if bare != text else None


def _synonyms(text: str, rng: random.Random) -> str | None:
    def other(match: re.Match[str]) -> str:
        choices = lexicon.SAME.get(match.group())
        return rng.choice(choices).replace("_", " ") if choices and rng.random() < 0.6 else match.group()

    return WORD.sub(other, text)


def _third_person(text: str, rng: random.Random) -> str | None:
    who = rng.choice(("the authors", "the paper", "this work"))
    verb = "{}" if who == "the authors" else "{}s"
    text = re.sub(
        r"\b[Ww]e (propose|introduce|present|show|find|demonstrate|develop|design|evaluate)\b",
        lambda m: f"{who} {verb.format(m.group(1))}",
        text,
    )
    return _upper_first(re.sub(r"\bour\b", "the", re.sub(r"\bOur\b", "The", text)))


def _number_form(text: str, rng: random.Random) -> str | None:
    way = rng.randrange(3)
    if way == 0:
        return re.sub(r"(\d) ?\\?%", r"\1 percent", text)
    if way == 1:
        return re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return re.sub(r"\b(\d+),000\b", r"\1k", text)


def _order(text: str, rng: random.Random) -> str | None:
    """`A and B` becomes `B and A`: order alone says nothing."""
    match = re.search(r"\b([\w\-]{4,}) and ([\w\-]{4,})(?=[\s,.])", text)
    if match is None or "respectively" in text or "between" in text:
        return None
    return _put(text, match, f"{match.group(2)} and {match.group(1)}")


REWRITES: tuple[Edit, ...] = (
    _drop_opening,
    _drop_tail,
    _drop_aside,
    _synonyms,
    _synonyms,
    _third_person,
    _number_form,
    _order,
    narrower,
    converse,
)


def _by_table(text: str, rng: random.Random, table: dict[str, str]) -> str | None:
    found = [
        m
        for key in table
        if key in text.lower()
        for m in re.finditer(rf"(?<![\w-])(?<!the ){key}(?![\w-])", text, re.I)
    ]
    if not found:
        return None
    match = rng.choice(found)
    new = table[match.group().lower()]
    return _put(text, match, _upper_first(new) if match.group()[0].isupper() else new)


def _sides(text: str, rng: random.Random, verbs: Sequence[str]) -> tuple[str, str, str, str, str] | None:
    """(before, left side, verb, right side, after) around one of `verbs`; sides of one to eight words."""
    found = [m for verb in verbs if verb in text for m in re.finditer(rf" (?:{ADVERB} )?{verb} ", text)]
    rng.shuffle(found)
    for match in found:
        before, after = text[: match.start()], text[match.end() :]
        starts = [m.end() for m in re.finditer(r"(?:\bthat |; |\bwhile |\bwhere |^\w+, )", before)]
        start = starts[-1] if starts else 0
        end = BOUNDARY.search(after)
        left, right = before[start:], after[: end.start()].rstrip() if end else after.rstrip(". ")
        whole = end is None or end.group() != "and"  # otherwise only half of a list would move
        if whole and left != right and _is_side(left) and _is_side(right):
            return before[:start], left, match.group().strip(), right, after[len(right) :]
    return None


def _is_side(text: str) -> bool:
    first, *rest = text.split() or [""]
    return first.lower() not in NO_SIDE and len(rest) <= 6 and not set(rest) & NO_SIDE and "," not in text


def _turn(verb: str) -> str:
    return dict(lexicon.COMPARATIVES)[re.sub(rf"^{ADVERB} ", "", verb)]


def _put(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower_first(text: str) -> str:
    return text if len(text) > 1 and (text[1].isupper() or text[1].isdigit()) else text[:1].lower() + text[1:]
