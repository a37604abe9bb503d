"""How near texts are to a question in meaning: a bundled sentence encoder, offline, one thread. Loads at its first use.

from sovereign_kernel.relevance import Relevance, encode

Relevance("Does quantisation lower accuracy?").of(["Four-bit weights lose two points.", "Bread rises."])
"""

from sovereign_kernel.relevance.encoder import DIMENSION, encode
from sovereign_kernel.relevance.question import Relevance

__all__ = ["DIMENSION", "Relevance", "encode"]
