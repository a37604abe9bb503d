"""Verbs of scientific English in the forms that make a clause. Words only."""

from __future__ import annotations

from sovereign_kernel.verification.lexicon import forms

BE = forms(
    """is are was were has have had can could may might will would does do did cannot isn't aren't wasn't weren't"""
)
BASES = forms(
    """achieve affect allow apply approach attain beat become begin build capture cause change combine compare
    consume contain contribute converge correlate cost cover cut decline decrease degrade deliver demand
    depend detect develop differ diminish double drop eliminate employ enable encode enhance ensure estimate
    evaluate exceed exhibit explain extend extract fail fall find form gain generalize generate give grow
    halve handle harm help hold identify impair improve include increase indicate induce inhibit integrate
    introduce involve keep lack lead learn leave limit lose lower maintain make match measure mitigate need
    obtain offer operate outperform permit prevent preserve prevail produce propose protect prove provide
    raise reach reduce rely remain remove replace report require retain reveal rise run save scale score serve
    share shorten show shrink simplify slow solve speed stabilize stay strengthen suffer suppress support
    surpass sustain take tend train transfer trigger use vary weaken work worsen yield"""
)
PRESENT = frozenset(
    f"{word[:-1]}ies" if word.endswith("ply") else f"{word}es" if word.endswith(("s", "sh", "ch", "x")) else f"{word}s"
    for word in BASES
)
PAST = frozenset(
    f"{word[:-1]}ied" if word.endswith("ply") else f"{word}d" if word.endswith("e") else f"{word}ed" for word in BASES
) | forms(
    """dropped permitted submitted cut rose fell grew took gave made found led lost held kept began built ran became
    shrank left beat"""
)
# Forms that are as often nouns: they make a clause only behind a pronoun, and follow another verb.
NOUNS = forms(
    """causes changes combines costs covers declines decreases demands drops estimates falls forms gains grows halves
    harms helps holds increases lacks leads limits matches measures needs offers ranges reaches reports
    results rises runs saves scales scores shares shows supports takes trains transfers triggers uses works
    yields builds approaches"""
)
PRONOUNS = forms("it they this these those we both all most many some he she")
