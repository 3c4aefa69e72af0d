"""What somebody denies, for the tests of denials."""

from __future__ import annotations

from nli.records import Claim


def denied(claims: tuple[Claim, ...], speaker: str) -> list[str]:
    """What the claims are that a speaker denies, by the words of the ones they answer."""
    texts = {claim.id: claim.text for claim in claims}
    return [texts[c.denies_claim] for c in claims if c.speaker == speaker and c.denies_claim is not None]
