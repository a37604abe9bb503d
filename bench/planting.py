"""The exam's falsehoods, and how they are planted in a sentence.

Kept apart from the training's rules (training/cross_encoder/edits.py): other templates, other words, other papers. Each
rule takes a sentence, its abstract's other sentences and a random source, and returns the new sentence, or None.
"""

# ruff: noqa: E501 (a rule reads best on its line)

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from bench.rewriting import RELATION, Rule, lower_first, upper_first

OPPOSITES = [
    line.split("|")
    for line in """increases|decreases;increase|decrease;increased|decreased;increasing|decreasing;improves|worsens;improve|worsen
improved|worsened;improving|worsening;improvement|deterioration;improvements|deteriorations;reduces|increases;reduce|increase
reduced|increased;reducing|increasing;reduction|increase;reductions|increases;higher|lower;high|low;larger|smaller;large|small
faster|slower;better|worse;best|worst;stronger|weaker;strong|weak;outperforms|underperforms;outperform|underperform
outperforming|underperforming;superior|inferior;efficient|inefficient;effective|ineffective;robust|brittle;enhances|impairs
enhance|impair;enhancing|impairing;enhanced|impaired;accurate|inaccurate;positive|negative;more|less;fewer|more;lower|higher
mitigates|aggravates;mitigate|aggravate;mitigating|aggravating;alleviates|exacerbates;alleviate|exacerbate;enables|prevents
enable|prevent;enabling|preventing;successfully|unsuccessfully;significantly|marginally;consistently|rarely;frequently|rarely
before|after;without|with;stable|unstable;reliable|unreliable;complex|simple;difficult|easy;expensive|cheap;scarce|abundant
sparse|dense;early|late;short|long;global|local;static|dynamic;supervised|unsupervised;explicit|implicit;surpasses|falls behind
surpassing|falling behind;exceeds|falls below;accelerates|slows down;accelerate|slow down;minimizes|maximizes;minimize|maximize
preserving|destroying;preserves|destroys;preserve|destroy;limited|unlimited;sufficient|insufficient;upper|lower;gains|losses
strengthens|weakens;facilitates|obstructs;facilitate|obstruct;advantages|drawbacks;growing|shrinking;rising|falling
boosts|cuts;boost|cut;boosting|cutting;promotes|discourages;promising|disappointing;rich|poor;safe|dangerous""".replace(
        "\n", ";"
    ).split(";")
]
OPPOSITE = dict(OPPOSITES)  # type: ignore[arg-type]
UNITS = [
    ["%", " percentage points"], ["\\%", " percentage points"], ["ms", "s"], ["milliseconds", "seconds"],
    ["seconds", "minutes"], ["minutes", "hours"], ["hours", "days"], ["days", "weeks"], ["GB", "MB"], ["MB", "KB"],
    ["million", "billion"], ["billion", "million"], ["K", "M"], ["k", "M"], ["M", "B"], ["B", "M"],
    ["km", "m"], ["mm", "cm"], ["cm", "mm"], ["FPS", "frames per minute"], ["percentage points", "%"], ["Hz", "kHz"],
    ["x", "%"], ["$\\times$", "%"], ["times", "percent"], ["dB", "%"], ["years", "months"], ["percent", "percentage points"],
    ["points", "%"],
]  # fmt: skip
NAMES = [
    "ImageNet",
    "CIFAR-100",
    "COCO",
    "MNIST",
    "SQuAD",
    "GLUE",
    "MMLU",
    "GSM8K",
    "HumanEval",
    "KITTI",
    "Cityscapes",
    "LibriSpeech",
    "WikiText-103",
    "nuScenes",
    "ScanNet",
    "MIMIC-IV",
    "ADE20K",
    "HellaSwag",
    "TruthfulQA",
    "BERT",
    "RoBERTa",
    "GPT-4",
    "GPT-4o",
    "Llama-3",
    "Mistral-7B",
    "Qwen2.5",
    "Gemini",
    "CLIP",
    "ResNet-50",
    "ViT",
    "U-Net",
    "YOLOv8",
    "T5",
    "Mamba",
    "DINOv2",
    "Whisper",
    "DeepSeek-R1",
    "PPO",
    "DPO",
    "GRPO",
    "LoRA",
    "Adam",
    "SVM",
    "LSTM",
    "GAN",
    "VAE",
    "NeRF",
]
WIDER = {
    "some": "all", "several": "all", "many": "all", "most": "all", "often": "always", "usually": "always",
    "typically": "invariably", "generally": "universally", "can": "always", "sometimes": "always", "frequently": "always",
    "certain": "all", "a few": "all", "in many cases": "in all cases", "commonly": "always", "largely": "entirely",
    "mostly": "entirely", "nearly": "fully", "almost": "completely", "three": "all", "two": "all", "various": "all",
    "multiple": "all", "partially": "fully", "diverse": "all",
}  # fmt: skip
HEDGED = [
    ("up to ", ""), ("may ", ""), ("might ", ""), ("could ", ""), ("potentially ", ""), ("approximately ", "exactly "),
    ("roughly ", "exactly "), ("suggests that", "proves that"), ("suggest that", "prove that"), ("suggesting", "proving"),
    ("indicates that", "proves that"), ("indicate that", "prove that"), ("likely ", "certainly "), ("appears to ", "is known to "),
    ("can potentially", "does"), ("tends to ", "is sure to "), ("tend to ", "are sure to "), ("at least ", "exactly "),
    ("nearly ", "exactly "), ("about ", "exactly "), ("possible", "certain"), ("preliminary", "conclusive"),
    ("in part ", ""), ("partly ", ""), ("plausible", "proven"), ("promising", "proven"),
]  # fmt: skip
DETAILS = (
    ", at a significance level of 0.01", " on a cluster of 64 A100 GPUs", " in a survey of 312 participants", ", as an audit by an outside laboratory confirmed",
    " within the first two weeks of deployment", ", a finding that held in seven countries", " for left-handed users in particular",
    ", with an inter-annotator agreement of 0.83", ", while halving the energy bill", " and won the best paper award",
    ", also when the sensors were switched off", " under a budget of 40 dollars", ", as a follow-up study in Japan confirmed",
    " at a learning rate of 3e-5", " after twelve epochs of pretraining", ", and patients reported less pain", " on mobile phones",
    ", provided that the temperature stays below 30 degrees", " using a proprietary corpus of court rulings", " in Portuguese and Finnish",
)  # fmt: skip

_NUMBER = re.compile(r"(?<![\w.\-^{])\d[\d,]*(?:\.\d+)?(?![\w\-}]*[a-wyzA-JL-Z])")
_NAME = re.compile(r"(?<=[a-z,(] )(?:[A-Z]+[a-z]*[A-Z\d][\w-]*|[A-Z][a-z]+-\d[\w.]*|[A-Z]{2,}[\w-]*)(?=[\s,.;)])")
_PAIRS = (
    (re.compile(r"\bfrom ([^,;.]{1,45}?) to ([^,;.]{1,45}?)(?=[,;.]| on | in | by | with | for | while )"), "from {1} to {0}"),
    (re.compile(r"\b([\w-]+(?: [\w-]+)?) rather than ([\w-]+(?: [\w-]+)?)(?=[,;. ])"), "{1} rather than {0}"),
    (re.compile(r"\b([\w-]+) instead of ([\w-]+)(?=[,;. ])"), "{1} instead of {0}"),
    (re.compile(r"\b([A-Z][\w-]+) (?:over|than|versus) ([A-Z][\w-]+)"), None),
    (re.compile(r"\b(?:converts?|transforms?|maps?|translates?) ([^,;.]{2,40}?) (?:in)?to ([^,;.]{2,40}?)(?=[,;.]| with | for | by )"), None),
)  # fmt: skip


def number(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    """Another value: a shift, a factor, or a number from elsewhere in the abstract."""
    found = [m for m in _NUMBER.finditer(text) if m.group() not in {"1", "0"}]
    if not found:
        return None
    match = rng.choice(found)
    old = match.group()
    elsewhere = [m.group() for o in others for m in _NUMBER.finditer(o) if m.group() not in text]
    if elsewhere and rng.random() < 0.25:
        return _put(text, match, rng.choice(elsewhere))
    value, decimals = float(old.replace(",", "")), len(old.partition(".")[2])
    step = rng.choice((1, 2, 3, 5, 7)) * 10.0**-decimals * rng.choice((1, 1, 10))
    value = rng.choice((value + step, abs(value - step), value * 1.4, value / 2, value * 3, value * 10))
    new = f"{value:,.{decimals}f}" if "," in old else f"{value:.{decimals}f}"
    return None if new == old or float(new.replace(",", "")) == 0 else _put(text, match, new)


def unit(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    options = []
    for old, new in UNITS:
        for match in re.finditer(rf"(?<=\d)(?P<gap> ?){re.escape(old)}(?![\w])", text):
            options.append((match, match["gap"] + new if new[0] != " " and new[0] != "%" else new))
    if not options:
        return None
    match, new = rng.choice(options)
    return _put(text, match, new)


def negation(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    gone = re.search(
        r"\b(?:(does|do|did) not (\w+)|(is|are|was|were|has|have|can|could|will) not |(can)not |without (?=\w+ing))",
        text,
    )
    if gone and rng.random() < 0.8:
        kept = gone.group(2) or gone.group(3) or gone.group(4)
        return _put(text, gone, kept + ("" if gone.group(2) else " ") if kept else "by ")
    options: list[tuple[re.Match[str], str]] = []
    for match in re.finditer(r"\b(is|are|was|were|can|will|has been|have been|has|have)\b(?! not)", text):
        options.append((match, {"can": "cannot", "will": "will not"}.get(match.group(), match.group() + " not")))
    for match in re.finditer(
        r"\b(we|We) (propose|introduce|present|show|find|evaluate|use|study|develop|demonstrate)\b", text
    ):
        options.append((match, f"{match[1]} do not {match[2]}"))
    for match in re.finditer(
        r"\b(achiev|improv|outperform|reduc|increas|requir|provid|demonstrat|captur|produc|remain|yield|preserv|enabl|offer|support)(es|s)\b",
        text,
    ):
        base = match[1] + ("e" if match[2] == "es" or match[1] in {"captur", "produc"} else "")
        base = {"achieve": "achieve", "outperforme": "outperform"}.get(base, base)
        options.append((match, rng.choice((f"fails to {base}", f"does not {base}", f"by no means {match.group()}"))))
    if not options:
        return None
    match, new = rng.choice(options)
    return _put(text, match, new)


def direction(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    found = [m for m in re.finditer(r"[A-Za-z]+", text) if m.group().lower() in OPPOSITE]
    if not found:
        return None
    match = rng.choice(found)
    new = OPPOSITE[match.group().lower()]
    return _put(text, match, new.capitalize() if match.group()[0].isupper() else new)


def swapped_sides(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    ways = []
    relation = RELATION.match(text)
    if (
        relation
        and relation["left"].lower() not in {"it", "we", "this", "that", "they", "which"}
        and relation["left"] != relation["right"]
    ):
        new = f"{upper_first(relation['right'], not relation['head'])} {relation['verb']} {lower_first(relation['left'])}{relation['tail']}"
        ways.append(relation["head"] + new)
    for pattern, form in _PAIRS:
        match = pattern.search(text)
        if match and match[1] != match[2]:
            swapped = form.format(match[1], match[2]) if form else _exchange(match)
            ways.append(text[: match.start()] + swapped + text[match.end() :])
    return rng.choice(ways) if ways else None


def name(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    """Another named thing in a name's place: from the same abstract, or a well-known one."""
    own = [m for m in _NAME.finditer(text) if len(m.group()) > 2]
    if not own:
        return None
    match = rng.choice(own)
    near = [m.group() for o in others for m in _NAME.finditer(o) if m.group() not in text and len(m.group()) > 2]
    pool = near if near and rng.random() < 0.3 else [n for n in NAMES if n.lower() not in text.lower()]
    new = rng.choice(pool)
    return re.sub(rf"(?<!\w){re.escape(match.group())}(?!\w)", lambda _: new, text)


def lost_hedge(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    found = [(m, new) for old, new in HEDGED for m in re.finditer(rf"\b{old}", text)]
    if not found:
        return None
    match, new = rng.choice(found)
    return _put(text, match, new)


def widened(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    found = [m for key in WIDER for m in re.finditer(rf"(?<![\w-]){key}(?![\w-])", text)]
    found = [
        m
        for m in found
        if m.group() not in {"two", "three"}
        or re.match(r" (?:\w+ )?(?:benchmark|dataset|task|domain|language|model)s", text[m.end() :])
    ]
    if not found:
        return None
    match = rng.choice(found)
    return _put(text, match, WIDER[match.group()])


def invented(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    detail = rng.choice(DETAILS)
    cut = re.search(r",? (?:while|which|whereas|leading to|making|thereby)\b", text)
    if cut and cut.start() > 40 and rng.random() < 0.5:
        return text[: cut.start()] + detail + text[cut.start() :]
    return text.rstrip(". ") + detail + "."


FALSEHOODS: dict[str, Rule] = {
    "number": number, "unit": unit, "negation": negation, "direction": direction, "swapped sides": swapped_sides,
    "name": name, "lost hedge": lost_hedge, "widened scope": widened, "invented detail": invented,
}  # fmt: skip


def _exchange(match: re.Match[str]) -> str:
    a, b, whole, base = match.span(1), match.span(2), match.group(), match.start()
    return whole[: a[0] - base] + match[2] + whole[a[1] - base : b[0] - base] + match[1] + whole[b[1] - base :]


def _put(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]
