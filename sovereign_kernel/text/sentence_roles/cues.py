"""The turns of phrase by which abstracts announce what a sentence is for."""

from __future__ import annotations

import re


def _any(phrases: str, ending: str = "") -> str:
    """One pattern for alternatives divided by white space; a dot stands for any one character, so also for a "
    "space."""
    return rf"\b(?:{'|'.join(phrases.split())}){ending}\b"


_WE = r"\bwe (?:(?:then|also|further|first|next|here|thus|therefore|finally|additionally|instead) )?"
_THIS = r"\bthis (?:paper|work|article|study|survey|report) (?:\w+ )?"
_ARTIFACT = _any(
    "code models? weights? data.?sets? data implementation demo checkpoints? benchmark resources project.page "
    "materials? toolkit videos? scripts framework corpus repository"
)

_PATTERNS = {
    "propose": (
        _WE + _any("propose introduce present develop design build devise formulate describe create put.forward")
        + "|" + _any("is are") + " " + _any("proposed presented introduced")
        + "|" + _THIS + _any("proposes introduces presents develops describes")
    ),
    "inquire": (
        _WE + _any("study investigate explore examine address ask consider revisit focus aim seek tackle")
        + "|" + _any("goal aim objective purpose") + " " + _any("of is was")
        + "|" + _THIS + _any("studies investigates explores examines addresses aims focuses seeks asks")
    ),
    "in this paper": r"\b(?:in|of) (?:this|the present|our) (?:paper|work|article|study|report|thesis|survey)\b",
    "do": _WE + _any(
        "use employ apply train adopt leverage utili[sz]e combine collect construct conduct evaluate compare "
        "analy[sz]e fine-tune perform incorporate integrate extend optimi[sz]e model implement test"
    ),
    "find": _WE + _any(
        "find found show showed demonstrate demonstrated observe observed achieve achieved obtain discover reveal "
        "prove report identify conclude establish confirm uncover"
    ),
    "results show": (
        _any("results? experiments? evaluations? findings? analys[ei]s simulations? study studies work benchmarks?")
        + r"[^.;]{0,90}"
        + _any(
            "show demonstrate indicate reveal suggest confirm highlight validate prove establish underscore",
            "(?:s|n|d|ed)?",
        )
    ),
    "better": _any(
        "outperform surpass exceed beat improv reduc increas achiev attain yield deliver reach gain boost "
        "speed-?up faster higher "
        "lower better superior competitive comparable match on.par",
        r"\w*",
    ),
    "outperform": (
        _any("outperform surpass", r"\w*") + "|"
        + r"\bstate[- ]of[- ]the[- ]art (?:performance|results|accuracy)\b|\bnew state[- ]of[- ]the[- ]art\b|"
        + r"\b(?:consistent|significant|substantial)(?:ly)? (?:\w+ )?(?:improve|gains?\b|outperform|reduc|better\b)"
    ),
    "release": (
        _ARTIFACT + r"[^.;]{0,60}" + _any("available released? open-?sourced? accessible found.at public")
        + "|" + _any("release open-?source project.page project.website all.rights.reserved")
        + r"|\baccepted (?:at|to|by|in)\b"
    ),
    "gap": _any(
        "however unfortunately despite although challenges challenging challenge limited limitations? lack lacks "
        "lacking remains? fails? struggles? suffers? difficult difficulty costly expensive overlook overlooking "
        "under-?explored existing previous prior traditional conventional current.methods current.approaches "
        "current.models current.benchmarks"
    ),
    "importance": _any(
        "important essential crucial critical fundamental widely popular increasingly recent recently has.become "
        "have.become have.shown has.shown have.achieved has.achieved have.been has.been rapid rapidly key "
        "ubiquitous emerged"
    ),
    "ours": _any("our we ours"),
    "its": r"^(?:it|this|these|they|such|the (?:proposed|resulting|model|method|framework|system|approach|key|"
    r"core))\b",
    "steps": _any(
        "firstly? secondly? thirdly? then finally specifically in.particular to.this.end consists?.of comprises? "
        "comprising stages? modules? components? step"
    ),
    "implies": (
        r"\b(?:our (?:findings|results|work|study)|these (?:results|findings)|this (?:work|study|paper)) "
        r"(?:\w+ ){0,2}"
        r"(?:suggest|imply|provide|offer|highlight|pave|open|contribute|underscore|lay)|\bimplications?\b|"
        r"\bfuture (?:work|research)\b"
    ),
    "measured gain": (
        r"\b(?:outperform|surpass|exceed|improv|reduc|increas|achiev|yield|reach|gain|deliver|speed-?up|faster|smaller)\w*\b"
        r".{0,60}\d ?(?:%|x\b|×|points?\b|times\b|pp\b)|\d ?(?:%|x|×|times|points?) [^.;]{0,40}"
        r"\b(?:faster|smaller|higher|lower|better|fewer|less|more|improvement|reduction|gain|speed-?up|increase)"
    ),
    "evidence": _any(
        "experimental.results extensive.experiments extensive.evaluations? comprehensive.experiments "
        "experiments.on evaluated.on evaluations?.on compared.to compared.with baselines? benchmarks? ablations?"
    ),
}  # fmt: skip
_CUES = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}
_NUMBER = re.compile(r"\d")


def cues(sentence: str) -> list[str]:
    """Names of the cues in a sentence in lower case; betterment with a number is a cue of its own."""
    names = [name for name, pattern in _CUES.items() if pattern.search(sentence)]
    if _NUMBER.search(sentence):
        names.append("number")
        if "better" in names:
            names.append("better by number")
    if "propose" in names and not {"results show", "outperform"} & set(names):
        names.append("only propose")
    if "xurl" in sentence:
        names.append("address")
    if sentence.endswith("?"):
        names.append("question")
    return names
