"""The stance table, row by row."""

from __future__ import annotations

import pytest

from nli.decision import decide, explain
from nli.records import Claim, PairScore, Probabilities, Span, Stance

ENTAILS_AB = PairScore(Probabilities(0.9, 0.1, 0.0), Probabilities(0.2, 0.8, 0.0), 0.0, False)
CONFLICT = PairScore(Probabilities(0.0, 0.1, 0.9), Probabilities(0.0, 0.3, 0.7), 0.8, True)


def claim(identity: str, stance: Stance, text: str = "", denies: str | None = None) -> Claim:
    return Claim(identity, identity.upper(), stance, text or f"Text {identity}.", "x", Span(0, 1), None, denies)


@pytest.mark.parametrize(
    ("a", "b", "pair", "outcome", "score"),
    [
        ("asserts", "asserts", CONFLICT, "contradiction", 0.8),
        ("asserts", "asserts", ENTAILS_AB, "none", 0.0),
        ("asserts", "denies", ENTAILS_AB, "contradiction", 0.9),
        ("asserts", "denies", CONFLICT, "none", 0.0),
        ("denies", "asserts", ENTAILS_AB, "none", 0.2),
        ("denies", "denies", ENTAILS_AB, "none", 0.0),
        ("denies", "denies", CONFLICT, "none", 0.0),
        ("hedges", "asserts", CONFLICT, "tension", 0.8),
        ("asserts", "demands", CONFLICT, "tension", 0.8),
        ("hedges", "denies", ENTAILS_AB, "tension", 0.9),
        ("demands", "hedges", ENTAILS_AB, "none", 0.0),
    ],
)
def test_stance_table(a: Stance, b: Stance, pair: PairScore, outcome: str, score: float) -> None:
    verdict = decide(claim("a", a), claim("b", b), pair, 0.5, 0.5)
    assert (verdict.outcome, verdict.score) == (outcome, pytest.approx(score))


def test_the_order_of_the_two_does_not_matter() -> None:
    turned = PairScore(ENTAILS_AB.ba, ENTAILS_AB.ab, ENTAILS_AB.score, ENTAILS_AB.flag)
    one = decide(claim("a", "asserts"), claim("b", "denies"), ENTAILS_AB, 0.5, 0.5)
    assert one == decide(claim("b", "denies"), claim("a", "asserts"), turned, 0.5, 0.5)


def test_to_deny_the_same_words_is_a_contradiction_whatever_the_model_says() -> None:
    neutral = PairScore(Probabilities(0.0, 1.0, 0.0), Probabilities(0.0, 1.0, 0.0), 0.0, False)
    a, b = claim("a", "asserts", "It burned."), claim("b", "denies", "It  burned.", denies="a")
    assert decide(a, b, neutral, 0.99, 0.99).score == 1.0
    assert explain(a, b) == "B denies this very claim"
    assert decide(a, claim("c", "asserts", "It burned."), CONFLICT, 0.5, 0.5).outcome == "none"


def test_a_denied_hedge_is_explained_as_a_tension() -> None:
    assert explain(claim("a", "hedges"), claim("b", "denies")) == "the contents conflict, but A only hedges"
    assert "cannot both be true" in explain(claim("a", "asserts"), claim("b", "asserts"))
    assert "what follows" in explain(claim("a", "asserts"), claim("b", "denies"))


def test_the_threshold_is_reached_not_only_passed() -> None:
    assert decide(claim("a", "asserts"), claim("b", "asserts"), CONFLICT, 0.8, 0.8).outcome == "contradiction"
    assert decide(claim("a", "asserts"), claim("b", "asserts"), CONFLICT, 0.81, 0.81).outcome == "none"
    assert decide(claim("a", "asserts"), claim("b", "asserts"), ENTAILS_AB, 0.0, 0.0).outcome == "none"


def test_entailment_has_a_threshold_of_its_own() -> None:
    pair = (claim("a", "asserts"), claim("b", "denies"), ENTAILS_AB)
    assert decide(*pair, 0.99, 0.5).outcome == "contradiction"
    assert decide(*pair, 0.5, 0.99).outcome == "none"
    assert decide(claim("a", "asserts"), claim("b", "asserts"), CONFLICT, 0.5, 0.99).outcome == "contradiction"
