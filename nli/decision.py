"""The stance table: what two claims, as put forward, mean for each other.

| stance a | stance b | the pair contradicts when |
|---|---|---|
| asserts | asserts | a contradicts b |
| asserts | denies | a entails b: b's speaker denies what a says |
| denies | asserts | b entails a |
| denies | denies | never: both can deny |
| hedges or demands on either side | | never; a tension if the contents conflict |

A denial in words of its own that a rule links to a claim ("denied that any such plan existed") has two witnesses, the
rule and the model's probability of entailment; they count equally.
"""

from __future__ import annotations

from nli.records import Claim, PairScore, Verdict

_NOT_COMMITTED = ("hedges", "demands")


def decide(a: Claim, b: Claim, pair: PairScore, threshold: float, entailment_threshold: float) -> Verdict:
    """Decide about two claims by the stance table.

    Args:
        a: one claim; its text was the premise of `pair.ab`.
        b: the other claim.
        pair: the scores of the two texts, each probability in [0, 1].
        threshold: in [0, 1]; a contradiction score at or above it is a contradiction (or a tension).
        entailment_threshold: in [0, 1]; likewise for the probability of entailment, where one side denies.

    Returns:
        The outcome and the score that decided it, in [0, 1]: the contradiction score for two assertions,
        the probability of entailment for an assertion and a denial (1.0 if their texts are the same, for
        what is denied is then exactly what is asserted; the mean of it and 1 if a rule links the denial to the
        assertion), 0.0 for two denials.
    """
    score = _conflict(a, b, pair)
    if score < (entailment_threshold if "denies" in (a.stance, b.stance) else threshold) or score <= 0.0:
        return Verdict("none", score)
    if a.stance in _NOT_COMMITTED or b.stance in _NOT_COMMITTED:
        return Verdict("tension", score)
    return Verdict("contradiction", score)


def explain(a: Claim, b: Claim) -> str:
    """Say in words on what ground `decide` holds that two claims conflict."""
    if a.stance == "denies" and b.stance == "denies":
        return "both deny, which is no conflict"
    weak = [claim for claim in (a, b) if claim.stance in _NOT_COMMITTED]
    if weak:
        manner = " and ".join(f"{claim.speaker} only {claim.stance}" for claim in weak)
        return f"the contents conflict, but {manner}"
    if "denies" in (a.stance, b.stance):
        denier, other = (a, b) if a.stance == "denies" else (b, a)
        if denier.denies_claim == other.id and not _same_text(a, b):
            return f"{denier.speaker} denies in other words what {other.speaker} says"
        if denier.denies_claim == other.id:
            return f"{denier.speaker} denies this very claim"
        if _same_text(a, b):
            return f"{denier.speaker} denies in the same words what {other.speaker} says"
        return f"{denier.speaker} denies what follows from what {other.speaker} says"
    return "the two statements cannot both be true"


def _conflict(a: Claim, b: Claim, pair: PairScore) -> float:
    """How surely the contents conflict, in [0, 1], with hedges and demands taken for assertions."""
    if a.stance == "denies" and b.stance == "denies":
        return 0.0
    if b.stance == "denies":
        return _denied(b, a, pair.ab.entailment)
    if a.stance == "denies":
        return _denied(a, b, pair.ba.entailment)
    return 0.0 if _same_text(a, b) else pair.score


def _denied(denial: Claim, other: Claim, entailment: float) -> float:
    """How surely a denial is one of what another claim says."""
    if _same_text(denial, other):
        return 1.0
    return (1.0 + entailment) / 2 if denial.denies_claim == other.id else entailment


def _same_text(a: Claim, b: Claim) -> bool:
    return " ".join(a.text.split()).casefold() == " ".join(b.text.split()).casefold()
