"""The vectors that ship belong to the records that ship."""

import numpy as np

from sovereign_kernel.sources.corpus import EMBEDDED, CorpusSource
from sovereign_kernel.sources.corpus_file import read_corpus
from sovereign_kernel.sources.paper_vectors import SHIPPED, key_of, shipped


def test_every_record_has_its_vector_in_order() -> None:
    texts = list({paper.id: paper.text for paper in read_corpus(EMBEDDED, screened=False)}.values())
    with np.load(SHIPPED, allow_pickle=False) as file:
        assert file["keys"].tolist() == [int.from_bytes(key_of(text), "little") for text in texts]
    assert np.linalg.norm(shipped(), axis=1).min() > 0.99
    assert SHIPPED.stat().st_size <= 8_000_000


def test_meaning_finds_what_shares_no_word(embedded: CorpusSource) -> None:
    found = embedded.search("inventing bibliographic references that do not exist", 5).papers
    assert any("citation" in paper.text.lower() for paper in found)
