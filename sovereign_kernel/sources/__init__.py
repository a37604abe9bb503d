"""Where papers come from: arXiv, and the corpus that ships with the package.

arxiv.ArxivSource and corpus.CorpusSource implement `ports.Source`; fusion.fuse merges rankings; pool.collect asks
several queries side by side and accounts for what came back. Import what you need from its own module: none is
loaded here.
"""
