"""Quantities of scientific English: read into one form, and compared. The one place that says what a number means."""

from sovereign_kernel.verification.quantities.agreement import LIKE, SAME, agree, stated
from sovereign_kernel.verification.quantities.derived import follows
from sovereign_kernel.verification.quantities.quantity import Quantity
from sovereign_kernel.verification.quantities.reading import quantities
from sovereign_kernel.verification.quantities.years import years

__all__ = ["LIKE", "SAME", "Quantity", "agree", "follows", "quantities", "stated", "years"]
