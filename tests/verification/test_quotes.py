from hypothesis import given
from hypothesis import strategies as st

from sovereign_kernel.records import Quote
from sovereign_kernel.verification import align
from sovereign_kernel.verification.quotes import quote_check

TEXT = st.text(st.sampled_from(list('abcd efgh–’"\n .,é½')), max_size=120)
SOURCE = "A Title\n\nOur method, FooNet,  improves the accuracy of “large” models by 3–5% on ImageNet. It is fast."


@given(TEXT, TEXT)
def test_what_comes_back_is_the_sources_own(quote: str, source: str) -> None:
    found = align(quote, source)
    if found is not None:
        assert source[found.start : found.end] == found.text != ""
        assert found.text == found.text.strip()


@given(TEXT, st.data())
def test_every_piece_of_a_source_aligns(source: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, len(source)))
    piece = source[start:end]
    found = align(piece, source)
    assert (found is None) == (not piece.strip())
    if found is not None:
        assert piece.strip() in found.text


def test_normalised_and_fuzzy_quotes_find_the_sources_words() -> None:
    folded = align('foonet, improves the accuracy of "large" models by 3-5% on ImageNet', SOURCE)
    assert folded is not None and folded.text.startswith("FooNet,  improves") and folded.text.endswith("ImageNet")
    fuzzy = align("method FooNet improves the accuracy of large models by 3-5% on ImageNet", SOURCE)
    assert fuzzy is not None and "improves the accuracy" in fuzzy.text
    assert align("a wholly different statement about cats and dogs", SOURCE) is None
    assert align("ethod, FooNe", SOURCE) == Quote(text="method, FooNet", start=13, end=27)


def test_a_quote_is_held_against_its_place() -> None:
    at = SOURCE.index("It is fast.")
    assert quote_check(Quote(text="It is fast.", start=at, end=at + 11), SOURCE).outcome == "passed"
    moved = quote_check(Quote(text="It is fast.", start=0, end=11), SOURCE)
    assert (moved.outcome, moved.score) == ("failed", 0.5)
    assert quote_check(Quote(text="It is wrong and slow and red.", start=0, end=9), SOURCE).score == 0.0
    assert quote_check(None, SOURCE).outcome == "abstained"
