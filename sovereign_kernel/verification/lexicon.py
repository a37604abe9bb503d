"""Words that turn a statement's meaning: negations, opposites, hedges, quantifiers, relations. Stems, lazily made."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources

from sovereign_kernel.verification.tokens import stem


def stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words.split())


def forms(words: str) -> frozenset[str]:
    return frozenset(words.split())


NEGATIONS = stems("not no never without nor neither none nobody nothing cannot hardly scarcely barely n't")
# Verbs and adjectives that deny what follows: "fails to", "unable to", "lacks", "far from".
DENIALS = stems("fail fails failed unable lack lacks lacking refuse impossible absence absent")
# Hedges and quantifiers are told by their form, not their stem: "largely" hedges, "large" does not.
MODAL = forms("may might could can possibly potentially perhaps likely probably seems seem appears appear")
HEDGES = MODAL | forms(
    """suggest suggests suggesting presumably roughly approximately nearly almost preliminary partially partly
    somewhat often usually typically generally frequently commonly sometimes occasionally mostly largely tend
    tends arguably hypothesize potential possible plausible plausibly indicate indicates indicating"""
)
WEAK = forms("some several many most few various multiple numerous different diverse partial part two three")
STRONG = forms(
    """all every always never entire entirely any only none completely fully universally everywhere invariably
    guarantee guarantees guaranteed exactly certainly certain proves prove proven proving definitively
    conclusively conclusive undoubtedly whole solely exclusively"""
)
PASSIVE = frozenset(["is", "are", "was", "were", "be", "been", "being", "get", "gets"])
COMPARISONS = stems(
    """outperform surpass exceed beat better worse higher lower more less fewer greater larger smaller faster slower
    stronger weaker superior inferior underperform trail lag dominate overtake than over versus against"""
)
# Words that turn a comparison round: "performs worse than", "is inferior to", "trails", "falls short of".
LOSING = stems("worse underperform inferior trail lag lose")
WINNING = stems("outperform surpass beat overtake")
FIELD = frozenset(
    {"existing", "prior", "previous", "conventional", "traditional", "competing", "competitors", "earlier"}
    | {"baseline", "baselines", "sota"}
)
LESSER = stems("lower less fewer smaller slower weaker short below")  # only before "than", "to" or "of"
RELATIONS = COMPARISONS | stems(
    """cause lead improve reduce increase decrease enable replace precede follow contain include predict affect
    determine depend derive convert transform map transfer from to into influence drive induce explain imply require
    control guide rely subsume generalize produce generate support promote inhibit suppress translate rather instead
    behind below short through via become boost enhance limit govern shape inform yield use need"""
)
SYMMETRIC = frozenset(["and", "or", "versus", "vs", "between", "both", "either"])


def rarity(one: str) -> float:
    """How much a stem tells, in [0, 1]: 0 of words that most abstracts have, 1 of words that hardly any has."""
    return _rarity().get(one, 1.0)


@lru_cache(maxsize=1)
def _rarity() -> dict[str, float]:
    return {word: int(tenths) / 10 for tenths, words in _file()["rarity"].items() for word in words.split()}


@lru_cache(maxsize=3)
def _table(name: str) -> dict[str, frozenset[str]]:
    return {word: frozenset(others.split()) for word, others in _file()[name].items()}


@lru_cache(maxsize=1)
def _file() -> dict[str, dict[str, str]]:
    read: dict[str, dict[str, str]] = json.loads((resources.files(__package__) / "lexicon.json").read_text("utf-8"))
    return read


def opposed(one: str, other: str) -> bool:
    """Whether two stems are opposites, by the table or by a negating prefix."""
    return one != other and (other in _table("opposites").get(one, ()) or _prefixed(one, other))


def opposites(one: str) -> frozenset[str]:
    return _table("opposites").get(one, frozenset())


def synonymous(one: str, other: str) -> bool:
    """Whether two stems can stand for the same thing, by the table; a stem is no synonym of an opposite."""
    if one == other:
        return True
    return other in _table("synonyms").get(one, ()) and not opposed(one, other)


def kin(one: str, other: str) -> bool:
    """Whether two stems are different things of one kind ("cat" and "dog"), by the table."""
    kinds = _table("kinds")
    return one != other and not kinds.get(one, frozenset()).isdisjoint(kinds.get(other, frozenset()))


def _prefixed(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and any(
        long == prefix + short for prefix in ("un", "in", "im", "ir", "il", "non", "dis", "mis", "de")
    )
