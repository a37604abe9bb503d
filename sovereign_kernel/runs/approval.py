"""What the owner's approval binds: the draft as it was seen. Pure."""

from __future__ import annotations

from sovereign_kernel.records import Draft
from sovereign_kernel.storage.canonical_json import canonical, sha256


def draft_fingerprint(draft: Draft) -> str:
    """SHA-256 over what the owner sees: the whole draft but the owner's answer and the banner that asks for it."""
    seen = draft.model_dump(mode="json")
    del seen["decision"]["owner"], seen["banner"]
    return sha256(canonical(seen))


def approval_holds(draft: Draft) -> bool:
    """Whether the owner approved exactly this draft; any later edit voids it."""
    answer = draft.decision.owner
    return answer is not None and answer.action == "approve" and answer.draft_sha256 == draft_fingerprint(draft)
