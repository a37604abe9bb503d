"""Words for the edits of training: what turns a statement round, and what leaves it standing.

Kept apart from the exam's words and rules (bench/planted.py): who only knows his own forgeries knows nothing.
"""

from __future__ import annotations

_OPPOSITES = """
increase/decrease increases/decreases increased/decreased increasing/decreasing improve/degrade improves/degrades
improved/degraded improving/degrading improvement/degradation improvements/degradations higher/lower highest/lowest
high/low more/less most/least larger/smaller largest/smallest large/small better/worse best/worst faster/slower
fast/slow stronger/weaker strong/weak strongly/weakly greater/lesser positive/negative positively/negatively gain/loss
gains/losses reduce/raise reduces/raises reduced/raised reducing/raising reduction/rise reductions/rises
superior/inferior outperform/underperform outperforms/underperforms outperformed/underperformed
outperforming/underperforming promote/inhibit promotes/inhibits promoted/inhibited promoting/inhibiting
activate/suppress activates/suppresses activated/suppressed activation/suppression enhance/impair enhances/impairs
enhanced/impaired enhancing/impairing upregulate/downregulate upregulates/downregulates upregulated/downregulated
up-regulated/down-regulated upregulation/downregulation accelerate/slow accelerates/slows accelerated/slowed
strengthen/weaken strengthens/weakens facilitate/hinder facilitates/hinders facilitated/hindered enable/prevent
enables/prevents enabled/prevented allow/forbid allows/forbids stimulate/block stimulates/blocks stimulated/blocked
efficient/inefficient effective/ineffective accurate/inaccurate accurately/inaccurately efficiently/inefficiently
consistent/inconsistent consistently/inconsistently robust/fragile stable/unstable reliable/unreliable common/rare
commonly/rarely frequent/infrequent frequently/seldom often/rarely always/never early/late earlier/later before/after
above/below over/under maximum/minimum maximize/minimize maximizes/minimizes easy/difficult easier/harder
simple/complex cheap/costly cheaper/costlier expensive/inexpensive sufficient/insufficient significant/insignificant
significantly/insignificantly necessary/unnecessary required/dispensable essential/irrelevant beneficial/harmful
benefit/harm benefits/harms successful/unsuccessful successfully/unsuccessfully succeed/fail succeeds/fails
succeeded/failed gains/losses long/short longer/shorter deep/shallow deeper/shallower wide/narrow wider/narrower
old/new dense/sparse local/global static/dynamic supervised/unsupervised labeled/unlabeled labelled/unlabelled
linear/nonlinear online/offline public/private similar/different identical/different safe/unsafe susceptible/resistant
sensitivity/resistance presence/absence acute/chronic male/female men/women young/old younger/older survival/mortality
protective/harmful agonist/antagonist normal/abnormal upper/lower upstream/downstream anterior/posterior
proximal/distal internal/external primary/secondary direct/indirect directly/indirectly with/without
including/excluding include/exclude includes/excludes add/remove adds/removes adding/removing accept/reject
confirm/contradict confirms/contradicts confirmed/contradicted support/contradict supports/contradicts known/unknown
open/closed exceeds/trails exceed/trail surpass/trail surpasses/trails surpassing/trailing majority/minority
"""
TURNED = dict(pair.split("/", 1) for pair in _OPPOSITES.split())
TURNED |= {right: left for left, right in TURNED.items() if right not in TURNED}

_LIKE = """
show=demonstrate|find|reveal shows=demonstrates|reveals demonstrate=show demonstrates=shows method=approach|technique
methods=approaches|techniques approach=method approaches=methods achieves=attains|reaches|obtains achieve=attain|reach
outperforms=surpasses|beats|exceeds outperform=surpass|beat outperforming=surpassing|beating
significantly=substantially|considerably substantially=significantly|markedly propose=introduce|present
proposes=introduces|presents introduce=propose present=introduce use=employ|utilize uses=employs|utilizes
using=employing|with utilize=use utilizing=using leverage=use leverages=uses leveraging=using improve=enhance|boost
improves=enhances|boosts enhance=improve enhances=improves performance=results increase=rise|grow
increases=raises|grows reduces=lowers|decreases|cuts reduce=lower|decrease|cut decrease=drop decreases=drops|lowers
large=big|sizable small=little|modest requires=needs require=need existing=current|prior previous=prior|earlier
novel=new new=novel many=numerous several=multiple multiple=several various=different complex=complicated
enables=allows crucial=essential|critical important=key critical=crucial task=problem tasks=problems
dataset=data-set|corpus datasets=corpora experiments=tests|evaluations results=findings findings=results
framework=system model=network extensive=broad accurate=precise accuracy=correctness limited=restricted obtain=get
obtained=got patients=subjects individuals=people associated=linked|correlated linked=associated
inhibits=blocks|suppresses promotes=fosters|drives induces=causes|triggers causes=induces|leads_to contributes=adds
necessary=needed|required required=needed|necessary risk=hazard elevated=raised|increased regulates=controls|governs
controls=regulates effective=useful|potent faster=quicker rapid=fast|quick often=frequently frequently=often
approximately=about|around|roughly about=roughly however=yet while=whereas whereas=while
"""
SAME = {word: tuple(others.split("|")) for word, others in (entry.split("=") for entry in _LIKE.split())}

HEDGES = (
    "may",
    "might",
    "could",
    "can",
    "potentially",
    "possibly",
    "likely",
    "often",
    "sometimes",
    "generally",
    "typically",
    "partially",
    "partly",
    "approximately",
    "nearly",
    "almost",
    "usually",
    "mostly",
    "largely",
    "tends to",
    "tend to",
    "appears to",
    "appear to",
    "seems to",
    "up to",
    "at most",
    "at least",
)
WIDER = {
    "some": "all",
    "most": "all",
    "many": "all",
    "several": "all",
    "often": "always",
    "sometimes": "always",
    "usually": "always",
    "typically": "always",
    "may": "will",
    "might": "does",
    "can": "always",
    "suggest": "prove",
    "suggests": "proves",
    "suggesting": "proving",
    "indicate": "prove",
    "indicates": "proves",
    "associated with": "caused by",
    "correlated with": "caused by",
    "competitive": "state-of-the-art",
    "comparable": "superior",
    "a few": "all",
    "certain": "all",
    "in part": "entirely",
    "partially": "fully",
    "up to": "more than",
    "at most": "at least",
}
NARROWER = {
    "all": "some",
    "every": "some",
    "always": "sometimes",
    "prove": "suggest",
    "proves": "suggests",
    "most": "some",
    "many": "some",
}
UNITS = (
    ("seconds", "minutes", "hours", "days", "weeks", "months", "years"),
    ("second", "minute", "hour", "day", "week", "month", "year"),
    ("thousand", "million", "billion", "trillion"),
    ("KB", "MB", "GB", "TB"),
    ("mg", "g", "kg", "µg"),
    ("nm", "mm", "cm", "km", "m"),
    ("ms", "s", "h"),
    ("K", "M", "B"),
    ("%", "percentage points", "-fold", "dB"),
    ("x", "%"),
    ("times", "percent"),
    ("accuracy", "recall", "precision", "F1"),
    ("tokens", "images", "documents", "frames", "queries"),
)
_COUNT = "one two three four five six seven eight nine ten twelve twenty fifty"
NUMBER_WORDS = tuple(_COUNT.split())
COMPARATIVES = (
    ("outperforms", "performs worse than"),
    ("outperform", "perform worse than"),
    ("surpasses", "falls short of"),
    ("surpass", "fall short of"),
    ("exceeds", "falls below"),
    ("beats", "loses to"),
    ("is better than", "is worse than"),
    ("is more accurate than", "is less accurate than"),
    ("is larger than", "is smaller than"),
    ("is faster than", "is slower than"),
    ("is higher than", "is lower than"),
    ("is lower than", "is higher than"),
    ("is superior to", "is inferior to"),
    ("improves over", "is improved upon by"),
    ("improves upon", "is improved upon by"),
    ("dominates", "is dominated by"),
)
ORDERED = (
    "causes",
    "cause",
    "induces",
    "induce",
    "inhibits",
    "inhibit",
    "activates",
    "activate",
    "regulates",
    "regulate",
    "promotes",
    "promote",
    "predicts",
    "predict",
    "precedes",
    "follows",
    "depends on",
    "depend on",
    "leads to",
    "lead to",
    "is derived from",
    "is caused by",
    "is followed by",
    "replaces",
    "generates",
    "drives",
    "binds to",
    "phosphorylates",
    "targets",
)
