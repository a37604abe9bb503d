"""Does the evidence entail the claim? Three engines behind one port, and which of them serves.

`ModelEntailment` asks the configured language model; `nli_engine` runs an NLI model that the owner names;
`default_engine` is the bundled cross-encoder. Light: models and their libraries load at the first judgement.
"""

from sovereign_kernel.verification.entailment.llm import ModelEntailment
from sovereign_kernel.verification.entailment.local import default_engine
from sovereign_kernel.verification.entailment.nli import nli_engine

__all__ = ["ModelEntailment", "default_engine", "nli_engine"]
