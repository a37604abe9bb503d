"""What people write around a question: greetings, thanks, who they are, and how the answer should look. Pure.

None of it is a part of what is asked. A goal of which nothing would be left stays as it is.
"""

from __future__ import annotations

import re

from sovereign_kernel.goal.words import FORM
from sovereign_kernel.text.sentences import STOP_WORDS, split_sentences

_I = re.IGNORECASE
_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|greetings|dear|good (?:morning|afternoon|evening|day))\b"
    r"(?: (?:there|all|everyone|everybody|team|folks|claude|chatgpt|gpt|assistant|sovereign|ai|sir or madam"
    r"|sir|madam|friend))*"
    r"\s*[,!.:;–—-]+\s*|(?:hi|hello|hey) (?:there )?(?=\S))",
    _I,
)
_THANKS = (
    r"(?:many thanks|thanks|thank you|thx|ty|cheers|much appreciated|greatly appreciated|kind regards|best"
    r" regards|best wishes|"
    r"(?:i|we)(?: would|'d)? (?:really |greatly |much )?appreciate(?: any| your| the)?(?: help| it| advice)?)"
    r"(?: (?:a lot|so much|very much|in advance|for (?:your|the|any) (?:help|time|answer|support)|you|again"
    r"|everyone|all))*"
)
_THANKS_ALONE = re.compile(rf"^{_THANKS}\W*$", _I)
_THANKS_BEFORE = re.compile(rf"^{_THANKS}\s*[!.,;:]+\s*", _I)
_THANKS_AFTER = re.compile(rf"[\s,;.!–—-]+{_THANKS}\W*$", _I)
_CONNECTOR = re.compile(
    r"^(?:(?:additionally|also|moreover|furthermore|besides|in addition|finally|lastly|first of all|firstly"
    r"|secondly|by the way|"
    r"btw|however|so|and|ok|okay|well|now|then|quick question|a question|question|research question|goal|topic"
    r"|task)\s*[,:–—-]\s*)+",
    _I,
)
_ABOUT_ME = re.compile(
    r"^(?:(?:i|we) (?:am|are|was|were|have been|have|work|study|need|plan|want|must|will)\b(?! to (?:know"
    r"|understand|learn|find))|"
    r"(?:my|our) (?:boss|supervisor|professor|teacher|thesis|homework|assignment|team|colleague|colleagues"
    r"|students?|background|"
    r"project|deadline|advisor|phd|dissertation|essay)\b|this is (?:for|about) (?:my|our|a)\b|as (?:a|an)"
    r" (?:[\w-]+ ){0,3}"
    r"(?:student|researcher|beginner|engineer|teacher|writer|scientist|practitioner|journalist)\b,? i\b|"
    r"(?:act|behave) as\b|you are (?:a|an|the)\b|i hope\b|i know\b|sorry\b|no rush\b|it is urgent\b|this is"
    r" urgent\b|take your time\b)",
    _I,
)
_ABOUT_ME_LEAD = re.compile(
    r"^(?:(?:i|we) (?:am|are) (?:currently )?(?:writing|preparing|working on|doing|researching|reading|looking"
    r" into|interested in|"
    r"studying)|(?:i|we) (?:have|need) (?:to write|to prepare|to give))\b(?: (?:my|our|a|an|the|some))?(?:"
    r" [\w'-]+){0,3}? ?"
    r"(?:about|on|regarding|into|of)\s+",
    _I,
)
_AS_A = re.compile(
    r"^(?:as|being) (?:a|an) (?:[\w-]+ ){0,4}?"
    r"(?:student|researcher|beginner|engineer|teacher|scientist|practitioner)s?,\s*",
    _I,
)
_DO = (
    r"(?:tell|explain|give|show|find|list|write|provide|describe|summari[sz]e|say|help|look up|search for|look"
    r" for|research|investigate|"
    r"check|present|draft|prepare|produce|compile|collect|gather|teach|point)"
)
_SOURCES = (
    r"(?:(?:some|several|a few|any|good|recent|relevant|the|all|more|important|key|\d+) )*"
    r"(?:references?|papers?|studies|articles?|sources?|citations?|evidence|information|literature|research)"
)
_LEADS = tuple(
    re.compile(form, _I)
    for form in (
        r"^(?:please|kindly|pls|plz)[\s,]+",
        r"^(?:can|could|would|will) (?:you|anyone|someone|anybody|we|i)(?: please| kindly)?(?: be so kind as"
        rf" to)?(?: help me(?: to)?)? (?={_DO}\b)",
        r"^(?:can|could|would) you (?:please )?(?:help|assist) me (?:with|understand|to understand|to find out"
        r"|find out|to see|see)\s+",
        r"^(?:help me|assist me)(?: to)? (?:understand|find out|see|learn|with)\s+",
        rf"^help me(?: to)? (?={_DO}\b)",
        r"^(?:would|do) you (?:mind|know|happen to know|have any idea)\s+(?:telling me\s+)?(?=how|what|why"
        r"|whether|if|which|when|where|who)",
        r"^(?:i|we)(?: really| just| also| only)*(?: would like| want| need| have| am trying| are trying| wish"
        r"| was hoping| am hoping)(?: you)?(?: to| for you to) "
        r"(?:know|understand|find out|find|learn|see|figure out|ask|be told|get to know|tell me|read about"
        r"|hear)(?: more)?(?: about| on)?\s*[,:]?\s+",
        r"^(?:i|we) (?:also )?(?:wonder|wondered|am wondering|was wondering|are wondering|ask myself|am"
        r" curious|am unsure|am not sure|do not know|do not understand|"
        r"am interested in|would be interested in|am curious about)(?: about| to know)?\s*[,:]?\s+",
        r"^(?:i|we) (?:am|are|was) (?:looking|searching) for "
        + _SOURCES
        + r"(?: (?:that|which) \w+| on| about| of| for)?\s+",
        r"^(?:i|we) need (?:to have )?" + _SOURCES + r"(?: (?:that|which) \w+| on| about| of| for)?\s+",
        r"^(?:tell|show|teach|let) (?:me|us)(?: know)?(?: more)?(?: about| on)?\s*[,:]?\s+",
        r"^(?:find|give|show|list|provide|collect|gather|search for|look for|look up|name|point)(?: me|"
        rf" us)?(?: to)? {_SOURCES}"
        r"(?:,? (?:that|which|to) (?:show|discuss|report|examine|say|tell|prove|explain|support|address|answer"
        r"|demonstrate|study)s?)?(?: (?:on|about|of|for|regarding))?\s+(?=\w)",
        r"^(?:my|the|our) (?:research )?question is(?: this)?\s*[,:]?\s*",
        r"^(?:research|investigate|explain|find out|look up|check|determine|clarify|describe|say)(?: to me|"
        r" for me)?\s+(?=how|what|why|whether|if|which|when|where|who|the reason)",
        r"^(?:it|this) is (?:unclear|not clear|an open question)(?: to me)?\s+(?=how|what|why|whether|if|which|when)",
        r"^is it (?:true|the case|right|correct)(?: or not)? that\s+",
        r"^(?:if|whether) it is (?:true|the case|right|correct)(?: or not)? that\s+",
        r"^(?:write|draft|prepare|give|make|produce|provide)(?: me| us)?(?: a| an| the| some)?(?: [\w-]+){0,3}? "
        r"(?:review|overview|report|summary|survey|essay|introduction|paragraph|text|paper|account|explanation"
        r"|answer)(?: (?:of|on|about|to|for|regarding))\s+",
        r"^(?:the )?evidence (?:that|on whether|for whether)\s+",
        r"^(?:that|which) (?:show|shows|discuss|report|say|tell|explain|prove|demonstrate)\s+(?=whether|how"
        r"|that|if|why)",
    )
)
_COUNTED = (
    r"(?:\d[\d,.]*|one|two|three|four|five|six|ten|a hundred|a few)\s*(?:-| )?\s*"
    r"(?:words?|sentences?|pages?|paragraphs?|tokens?|characters?|lines?|bullets?(?: points?)?)"
)
_STYLE = r"(?:apa|mla|ieee|chicago|harvard|vancouver|bibtex|turabian|ama|acs)(?:[ -]?\d{1,2})?"
_MANNER = "|".join(
    (
        rf"(?:in|using|with|use|following|according to)\s+(?:the\s+)?{_STYLE}(?:[ -](?:style"
        r"|format))?(?:\s+(?:citations?|references?|style|format))*",
        r"(?:as|in|with|using)\s+(?:a |an )?(?:short |brief |numbered |bulleted |few |concise |simple |single |\d+ )*"
        r"(?:bullets?(?:[ -]points?)?|bullet list|list form|bulleted list|numbered list|markdown(?: table|"
        r" format)?|latex|plain text|prose form|essay form|"
        r"table form|tabular form|slides|an? essay|an? report|a (?:short )?(?:list|table|paragraph|summary))",
        r"(?:in |within |under |with |about |around |of )?(?:(?:at most|at least|max\.?|maximum|a maximum of"
        r"|no more than|not more than|up to|about|around|approximately|roughly|"
        rf"under|within|less than|fewer than|ca\.?|min\.?|exactly)\s*)?{_COUNTED}(?: (?:max(?:imum)?|at most|or"
        r" less|or fewer|long))?",
        r"(?:in|using|with)\s+(?:very )?(?:simple|plain|easy|lay|non-technical|nontechnical|layman's|laymen's"
        r"|everyday|formal|academic)\s+"
        r"(?:terms?|words|language|english|style|tone)",
        r"for (?:a |an |complete |total |absolute )*(?:beginners?|laypersons?|laypeople|layman|laymen|lay"
        r" audience|lay reader|non-experts?|general audience|"
        r"broad audience|(?:\d{1,2}|five|ten)[- ]year[- ]olds?|dummies|novices?)(?: please)?",
        r"for (?:my|our) (?:[\w'-]+ ){0,2}(?:thesis|homework|assignment|class|boss|supervisor|professor"
        r"|students?|paper|essay|dissertation|presentation|project|exam|blog|course|report)",
        r"like i am (?:five|5|ten|a child|twelve)|eli5|step[- ]by[- ]step|in (?:great |more |some )?detail"
        r"|briefly|concisely|in short|in brief|tl;?dr",
        r"with (?:all )?(?:the )?(?:references|citations|sources|examples|links|dois)(?: please)?|and"
        r" (?:please )?cite (?:your |the |all )?(?:sources|references|papers)",
        r"please|pls|plz|asap|if (?:possible|you can)|urgently",
    )
)
_TRAILING = re.compile(rf"[\s,;:(–—-]+(?:and\s+)?(?:{_MANNER})\)?(?P<end>\W*)$", _I)
_LEADING = re.compile(rf"^(?:{_MANNER})\s*[,:;]\s*", _I)
_RESPECTIVELY = re.compile(r",?\s*\brespectively\b,?", _I)
_PLEASE = re.compile(r",?\s*\bplease\b,?", _I)
_MOST_FORM = 40  # words of a sentence that may be about form alone


def without_chat(text: str) -> tuple[str, ...]:
    """The sentences that ask, each without what is no part of the question; the whole text when none would be left.

    `text` has its contractions written out.
    """
    sentences = [text[start:end] for start, end in split_sentences(text)]
    bare = [told for told in map(_bare, sentences) if told and not _is_form(told)]
    asked = [told for told in map(_asked, bare) if not _ABOUT_ME.match(told) and not _is_form(told)]
    if not asked:  # only who asks, and about what
        asked = [_ABOUT_ME_LEAD.sub("", told) for told in bare if _ABOUT_ME_LEAD.match(told)]
    return tuple(told for told in asked if any(char.isalnum() for char in told)) or (text.strip(),)


def _bare(sentence: str) -> str:
    """A sentence without greeting, thanks and connectors; "" when it is nothing else."""
    before = None
    while before != sentence:
        before = sentence
        if _THANKS_ALONE.match(sentence):
            return ""
        for form in (_GREETING, _THANKS_BEFORE, _CONNECTOR):
            sentence = form.sub("", sentence)
        sentence = _ended_like(_THANKS_AFTER.sub("", sentence), before)
    return sentence if _says_something(sentence) else ""


def _asked(sentence: str) -> str:
    """A sentence without the request around its question and the form that the answer should have."""
    whole, before = sentence, None
    sentence = _PLEASE.sub("", _RESPECTIVELY.sub(",", sentence)).strip(" ,")
    while before != sentence:
        before = sentence
        for form in (_AS_A, *_LEADS, _LEADING, _CONNECTOR):
            cut = form.sub("", sentence, count=1).strip(" ,:")
            sentence = cut if _says_something(cut) else sentence
        cut = _ended_like(_TRAILING.sub("", sentence), sentence)
        sentence = cut if _says_something(cut) else sentence
    return sentence if _says_something(sentence) else whole


def _ended_like(cut: str, whole: str) -> str:
    """What was cut at its end, with the question mark that it had."""
    return (
        cut.rstrip(" ,;:(–—-") + "?" if cut != whole and whole.rstrip().endswith("?") and not cut.endswith("?") else cut
    )


def _says_something(text: str) -> bool:
    return any(word not in STOP_WORDS for word in re.findall(r"\w+", text.lower()))


def _is_form(sentence: str) -> bool:
    """Whether all words of a sentence are about what the answer should look like."""
    words = [word.strip("'") for word in re.findall(r"[\w'-]+", sentence.lower())]
    telling = [word for word in words if word not in STOP_WORDS and not word.isdigit()]
    return (
        0 < len(words) <= _MOST_FORM and not sentence.rstrip().endswith("?") and all(word in FORM for word in telling)
    )
