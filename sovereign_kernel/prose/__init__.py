"""A paper's own sentences, made fit for a review written by somebody else. Pure."""

from sovereign_kernel.prose.labels import author_label
from sovereign_kernel.prose.latex import readable
from sovereign_kernel.prose.person import third_person
from sovereign_kernel.prose.standing import stands_alone

__all__ = ["author_label", "readable", "stands_alone", "third_person"]
