"""What an owner typed, made fit to be a goal. Pure."""

from __future__ import annotations

import unicodedata

from sovereign_kernel.errors import BadInput
from sovereign_kernel.settings import GOAL_LIMIT

EXAMPLE = 'for example: sovereign research "Does quantization hurt the accuracy of small language models?"'


def clean_goal(text: object) -> str:
    """`text` on one line, without control, invisible and unassigned characters, composed (NFC).

    Raises BadInput for what is no text (the bare graph takes whatever it is given), and when no letter or digit is
    left, or more than GOAL_LIMIT characters are.
    """
    if not isinstance(text, str):
        raise BadInput(f"the goal is no text, but {type(text).__name__}", help=EXAMPLE)
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(char if char.isspace() or unicodedata.category(char)[0] != "C" else "" for char in composed)
    goal = " ".join(seen.split())
    if not any(char.isalnum() for char in goal):
        raise BadInput("the goal is empty", help=EXAMPLE)
    if len(goal) > GOAL_LIMIT:
        raise BadInput(
            f"the goal has {len(goal):,} characters; at most {GOAL_LIMIT:,} are read",
            help="put the question itself into the goal, a sentence or two; a draft answers one question",
        )
    return goal
