"""Verification: is this claim what its source says? See docs/verification.md."""

from sovereign_kernel.verification.quotes import align
from sovereign_kernel.verification.verifier import KernelVerifier

__all__ = ["KernelVerifier", "align"]
