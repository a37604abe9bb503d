"""What gives an order away, as data for screening.py: forms, orders, and the words by which to look for them.

All patterns are matched against `hidden.skeleton` (FORMS, ROLE) or against its bare words (ORDERS).
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_READERS = (
    r"(?:reviewers?|ais?|llms?|assistants?|chatgpt|gpt|claude|gemini|llama|nemotron|copilot|chatbots?|bots?|"
    r"language models?|"
    r"tribunal|skeptic|validator|synthesi[sz]er|writer|claim extractor|searcher|graders?|evaluators?|judges?|"
    r"summari[sz]ers?|"
    r"ai (?:models?|agents?|systems?|readers?)|automated (?:systems?|readers?|agents?)|sovereign)"
)
_LEAD = (
    r"^(?:(?:please|kindly|now|then|so|also|and|but|instead|important|urgent|warning|note|first|finally|p s|todo|"
    r"step \d+|always|just|simply) )*"
)
_THE = (
    r"(?:the|this|that|these|those|it|them|every|each|all|any|a|an|no|nothing|only|other|others|your|my|its|their|"
    r"us|me|to|at|as|with|for|in|new|following|exactly|\d+|ten|zero|approve|accept|json|scores?|full|perfect|"
    r"http\w*|yes)"
)
_WORDS = r"(?: \w+){0,6}?"
ORDERS = {
    "an order to set instructions aside": re.compile(
        r"(?:^|\b(?:please|kindly|must|should|now|then|you|simply|just) )"
        r"(?:ignore|disregard|forget|override|bypass|neglect|discard|drop|set aside|do not (?:follow|obey|heed)|"
        r"don t (?:follow|obey)|stop (?:following|obeying)|abandon)\b(?: \w+){0,6}? "
        r"(?:instructions?|prompts?|guidelines|directives?|orders|commands|rubrics?|above|before|system message|"
        r"previous (?:text|context|messages?|content)|everything|rules|told)\b"
    ),
    "an order about a judgement or an answer": re.compile(
        rf"{_LEAD}(?:"
        rf"(?:give|assign|award|rate|score|grade|mark|set|raise|lower|increase|reduce|report|output|return|print|"
        rf"emit|write|answer|"
        rf"reply|respond|say|state|declare|treat|classify|label|call|consider) {_THE}\b{_WORDS} ?\b(?:scores?|"
        rf"ratings?|grades?|marks?|10|ten|"
        rf"zero|0|verdicts?|supported|refuted|approved?|accept\w*|json|objections?|nothing|claims?|perfect)\b"
        rf"|score(?: of)? \d+(?! \d)|(?:approve|accept|endorse|publish|recommend|reject|refute) (?:this|the|it|"
        rf"every|all|each|any|without|immediately|"
        rf"acceptance|approval|rejection|publication)\b"
        rf"|(?:drop|remove|delete|omit|exclude|discard|ignore|dismiss|skip|refute|replace|withdraw|lower|"
        rf"object) {_THE}\b{_WORDS} ?\b(?:claims?|"
        rf"papers?|objections?|others?|scores?|sources?|sentences|quotes|authors|results)\b"
        rf"|(?:add|insert|include|append|search|query|cite|mention|quote|repeat|copy|reveal|show|print|fetch|"
        rf"download|browse|"
        rf"execute|run|send|post|save|write|upload|extract|make|use|change|replace|find|emit|output|return|"
        rf"open) {_THE}\b{_WORDS} ?\b"
        rf"(?:quer(?:y|ies)|claims?|sentences?|secrets?|keys?|passwords?|prompt|environment variables?|files?|paths?|"
        rf"url|http|https|owner|reviewers?|verdicts?|titles?|instructions?|draft|answer|objections?|etc|ssh|"
        rf"reviews?)\b"
        rf"|(?:pretend|act as if|behave as|imagine that you|decode the|translate the following|repeat after)\b"
        r"|(?:fetch|load|browse|request|curl|wget) https?\b|do not (?:object|mention|report|drop|question|doubt|"
        r"criticise|criticize|quote|cite|extract|"
        rf"use (?:any )?other|reveal|tell)\b"
        rf"|never (?:object|mention|report|drop|question|doubt)\b)"
    ),
    "words to the reading machine": re.compile(
        rf"^(?:dear|attention|hey|hello|hi|notes? (?:to|for)|message (?:to|for)|notice (?:to|for)|memo (?:to|for)|"
        rf"instructions? (?:to|for)|important(?: (?:to|for|notes? (?:to|for)))?|reminder (?:to|for))"
        rf"(?: (?:all|any|every|the|an?|automated|automatic|large|peer|expert|future|reading|esteemed))* {_READERS}\b"
        rf"|\b(?:if|when|since|because) you (?:are|re) (?:an? |the )?(?:\w+ ){{0,3}}?{_READERS}\b"
        rf"|^(?:all|any|every) (?:ai |llm |automated )?(?:reviewers?|assistants?|graders?|"
        rf"evaluators?)(?: \w+){{0,4}}? (?:must|should|shall|will|please)\b"
        rf"|^as an? (?:ai|llm|reviewer|language model|assistant)\b"
    ),
    "words to a second person": re.compile(
        r"\byou (?:must|should|ought to|are (?:now|instructed|required|asked|hereby|ordered|expected|supposed|"
        r"no longer|reading)|re now)\b|\byou (?:will|are|have to|need to) (?:\w+ ){0,3}?(?:score|rate|approve|"
        r"accept|ignore|drop|answer|output|reviewer|assistant)\b"
        r"|\byour (?:only |new |next |real |true |actual |current |final |whole )?(?:task|job|role|"
        r"response|output|system prompt|score|rating|review|verdict|guidelines|reply|objections?|queries|"
        r"orders?|developers?|creators?|operators?|previous|earlier)\b"
    ),
    "a verdict on itself or on others": re.compile(
        r"\bthis (?:very )?(?:sentence|claim|statement|quote|quotation)\b(?: \w+){0,5}? (?:supported|true|"
        r"verified|correct|proven|"
        r"proof|evidence|itself|approved)\b"
        r"|\bthis (?:draft|report|review|claim|manuscript|submission|answer|paper)s? (?:\w+ )?(?:must|should|"
        r"deserves?|needs|has to|is to) "
        r"(?:(?:to|be|get|receive|a|an|auto|automatically|fully) )*"
        r"(?:approved?|accept(?:ed|ance)?|published|scored|rated|graded|trusted|believed|rejected|dropped|score|"
        r"10|perfect)\b"
        r"|^(?:all |any |the )?other (?:papers?|claims?|sources?|authors?)\b(?: \w+){0,4}? (?:wrong|false|"
        r"fabricated|fake|dropped|"
        r"ignored|removed|refuted|retracted|lies?|rejected|discredited|excluded|score|scored|withdrawn|worthless)\b"
    ),
    "an order in another language": re.compile(
        r"\b(?:ignorez|oubliez|ignorier\w*|missachte\w*|vergiss|vergessen|ignora|ignorad|ignore|olvida|ignorare|"
        r"dimentica|"
        r"ignorem|esqueca|negeer|vergeet|zignoruj|yoksay|abaikan|ignorera|glem)\b(?: \w+){0,6}? "
        r"(?:consignes|anweisung\w*|instrucciones|istruzioni|instrucoes|instructies|instrukcje|talimat\w*|instruksi|"
        r"instruktioner|precedentes?|vorherig\w*|anteriores|precedenti|vorige|poprzednie|onceki|sebelumnya|"
        r"tidigare)\b"
    ),
}
ROLE = re.compile(
    r"[\W_]*(?:system|assistant|user|developer|human|reviewer(?: \w+)?|skeptic|validator|synthesi[sz]er|writer|"
    r"searcher|claim extractor|tribunal|policy|"
    r"decision|verdict|owner|admin|administrator|root|new instructions?|instructions?|prompt|override|"
    r"(?:end|begin)(?:ning)? of (?:the )?(?:paper|abstract|data|document|prompt|text|message|user \w+|system \w+)|"
    r"ignore|"
    r"(?:final |overall )?score(?=[\W_]*:\W*\d)|rating|rationale|objections|recommendation|claims|dossier|"
    r"measured by the program)[\W_]*?:"
)
_PROCESS = (
    r"(?:tribunal|draft|verdict|grader|reviewers?|objections?|endors\w+|approv\w+|this work|us|score|rating|rules|"
    r"language model|remaining sources|previous instructions|earlier rules)"
)
_WISH = (
    r"(?:must not|must be (?:approved|accepted|rejected|dropped|10|ten)|shall be|should not appear|hereby|would you|"
    r"be grateful|kindly|expects|without review|top of the scale|unable to find|shut down|only answer|answer with)"
)
TALK = re.compile(
    rf"\b{_PROCESS}\b.*\b{_WISH}\b|\b{_WISH}\b.*\b{_PROCESS}\b|"
    r"\bclaims? c ?\d|\b(?:any|every) draft\b|"
    r"\bdrafts that\b|"
    r"\b(?:top|correct|maximum|full|perfect) score (?:for|is|of (?:10|ten))|"
    r"\balready approved the\b|\bevery tribunal\b|"
    r"\b(?:tips?|rewards?) of \d+ .*\bassistants?\b|\breviewer who\b"
)
"""Talk of this program's own proceedings, with a wish in it."""

TALKED = _words(
    """tribunal draft drafts verdict grader reviewer reviewers objection objections endorse endorsed approve approves
    approved approval score rating rules sources claim claims us assistants grateful model instructions work"""
)
FIELDS = re.compile(
    r"\b(?:score|rating|verdict|decision|objections?|approve|approved|mend|severity|rationale)\s*(?::|=|\(\s*\w+\s*[,)=])\s*"
    r"[\"'\[]?(?:\d{1,2}\b(?!\.\d)|approve|accept|none|supported|\[|drop|score)"
)
MORSE = re.compile(r"(?:[.\-–·_]{1,5}[\s/]+){8,}")
KEYWORDS = {
    "".join(sorted(word)): word
    for word in _words("ignore previous instructions disregard approve approved reviewer everything guidelines")
}

FORMS = {
    "a role's or a field's marker": re.compile(
        r"[\[(<{#*|]\s*/?(?:system|assistant|user|developer|inst|sys|end of (?:paper|abstract|data|prompt))\b"
        r"[^\]>\w]{0,3}[\]>#*|:]|<\|[^|>]{1,40}\|>|(?<!#)#{2,}+\s*+\w|^#\s*(?:system|user|assistant|instructions?)\b|```|"
        r"~~~|={5,}|-{5,}"
    ),
    "an answer in the form of a program's": re.compile(
        r"[{\[,]\s*[\"'“”][\w ]{1,30}[\"'“”]\s*:|[\"”]\s*[}\]]\s*(?:[}\]]|,\s*[{\[\"])|[{\[]\s*[\"“]\w|"
        r"\{\{\s*[a-z_]+\s*\}\}|"
        r"^[\W_]*\w+\s*=\s*\{|<!\[cdata|<\?xml|<!(?:doctype|entity)"
    ),
    "markup that a page or a terminal would act on": re.compile(
        r"<\s*/?\s*(?:script|img|iframe|svg|style|link|meta|object|embed|form|base|body|html|input|button|"
        r"textarea|template|"
        r"video|audio|a|div|span|math|details|marquee|system|user|assistant|instructions?|prompt)\b[^<>]*>|<!--|"
        r"-->|javascript\s*:|data\s*:\s*text/|"
        r"\bon(?:error|load|click|mouseover|focus|toggle)\s*=|!\[[^\[\]]{0,300}+\]\s*\(|\]\((?:javascript|data|file|"
        r"vbscript):|"
        r"\\(?:input|include|write\d*|immediate|openin|openout|catcode|def|newcommand|usepackage|csname|loop|"
        r"read)\b\s*[{\\\d]|"
        r"\\href\{(?:javascript|data|file):|\$\{jndi|\$\((?:curl|rm|wget|cat|bash|sh)\b|(?:\.\./){2,}|"
        r"/etc/(?:passwd|shadow)|%2e%2e|;\s*(?:rm|curl|wget) -"
    ),
}
LEADS = _words(
    """please kindly now then so also and but instead important urgent warning note first finally p todo step always
    just simply"""
)
FIRST = _words(
    """give assign award rate score grade mark set raise lower increase reduce report output return print emit write
    answer reply respond say state declare treat classify label call consider approve accept endorse publish
    recommend reject refute drop remove delete omit exclude discard ignore dismiss skip replace withdraw
    object add insert include append search query cite mention quote repeat copy reveal show fetch download
    browse execute run send post save read upload extract make do use change end begin start find open pretend
    act behave imagine decode translate never other all any every the dear attention hello hey hi note notes
    message notice memo instruction instructions important reminder as"""
)
ANYWHERE = _words(
    """ignore disregard forget override bypass neglect abandon follow following obey obeying heed you your this
    please must ignorez oubliez vergiss vergessen ignora ignorad olvida ignorare dimentica ignorem esqueca
    negeer vergeet zignoruj yoksay abaikan ignorera glem"""
)
STEMS = ("ignorier", "missachte")
MARKS = frozenset('{[<#|`~=\\$%"')
LONG_MARKS = ("--", "../", "/etc", "script:")
STOP = re.compile(r"(?<=[.!?])\s+")
TITLE_PART = re.compile(r"(?<=[:.!?;])\s+|[|*]+|\s[–—/-]+\s|(?=[{<\[])")
CLAUSE = re.compile(
    r"(?<![:;!?>\"”“»*|])[:;!?>\"”“»*|]++\s+|[\"“”«*|<>({\[]+|\s[–—-]+\s|,\s+(?=(?:please|now|then|you)\b)|\bplease\b\s*|…|\.\s+"
)
