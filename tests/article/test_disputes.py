"""One dispute is one entry, however often it is voiced."""

from __future__ import annotations

from dataclasses import replace

from nli.article.disputes import cluster
from nli.records import Claim, Contradiction, Span, Stance


def claim(identity: str, speaker: str, text: str, stance: Stance = "asserts") -> Claim:
    return Claim(identity, speaker, stance, text, text, Span(0, len(text)))


def against(a: str, b: str, score: float) -> Contradiction:
    return Contradiction(a, b, score, "why")


FIRED = [
    claim("c1", "Ghana", "Togo fired first."),
    claim("c2", "Togo", "Togo fired first.", "denies"),
    claim("c3", "a witness", "Shots came from Togo."),
    claim("c4", "Togo's army", "Ghana fired first."),
    claim("c5", "Mali", "Prices rose."),
    claim("c6", "Chad", "Prices fell."),
]


def test_voices_of_one_dispute_are_put_together() -> None:
    found = cluster(
        FIRED,
        [against("c1", "c2", 1.0), against("c3", "c4", 0.9), against("c5", "c6", 0.95)],
        [("c1", "c3", 0.97)],
    )
    assert [(item.asserted_by, item.disputed_by) for item in found] == [
        (("c1", "c3"), ("c2", "c4")),
        (("c5",), ("c6",)),
    ]
    assert found[0].proposition == "Togo fired first."
    assert [pair.score for pair in found[0].evidence] == [1.0, 0.9]
    assert found[0].score == 1.0


def test_a_pair_that_is_only_likely_joins_disputes_and_makes_none() -> None:
    strong = [against("c1", "c2", 1.0), against("c3", "c4", 0.9)]
    assert len(cluster(FIRED, strong, [])) == 2
    (found,) = cluster(FIRED, strong, [], [against("c3", "c2", 0.3), against("c5", "c6", 0.4)])
    assert (found.asserted_by, found.disputed_by) == (("c1", "c3"), ("c2", "c4"))
    assert [pair.score for pair in found.evidence] == [1.0, 0.9]  # what is unsure is no evidence


def test_a_claim_never_stands_on_both_sides() -> None:
    found = cluster(FIRED, [against("c1", "c2", 1.0), against("c1", "c3", 0.95)], [("c1", "c3", 0.97)])
    assert sum(len(item.evidence) for item in found) == 2
    for item in found:
        assert not set(item.asserted_by) & set(item.disputed_by)


def test_an_unsure_pair_of_two_who_stand_on_one_side_is_no_dispute() -> None:
    (found,) = cluster(FIRED, [against("c1", "c4", 0.95), against("c3", "c4", 0.9), against("c1", "c3", 0.8)], [])
    assert (found.asserted_by, found.disputed_by) == (("c1", "c3"), ("c4",))
    assert [pair.score for pair in found.evidence] == [0.95, 0.9]


def test_three_figures_contradict_each_other() -> None:
    dead = [
        claim(f"c{n}", f"Party {n}", f"{count} people died.") for n, count in ((1, "Five"), (2, "Seven"), (3, "Nine"))
    ]
    pairs = [against("c1", "c2", 0.89), against("c2", "c3", 0.88), against("c1", "c3", 0.87)]
    assert sum(len(item.evidence) for item in cluster(dead, pairs, [])) == 3


def test_who_asks_for_unsure_pairs_gets_all_of_them() -> None:
    pairs = [against("c1", "c4", 0.95), against("c3", "c4", 0.9), against("c1", "c3", 0.8)]
    assert sum(len(item.evidence) for item in cluster(FIRED, pairs, [], certain=0.0)) == 3


def test_the_order_of_the_pairs_does_not_matter() -> None:
    pairs = [against("c1", "c2", 1.0), against("c3", "c4", 0.9), against("c4", "c1", 0.85)]
    assert cluster(FIRED, pairs, []) == cluster(FIRED, pairs[::-1], [])


def test_nothing_contradicted_is_no_dispute() -> None:
    assert cluster(FIRED, [], [("c1", "c3", 0.9)]) == ()


def test_one_denial_of_two_claims_is_one_dispute() -> None:
    spoken = [
        claim("c1", "Ann Poe", "The firm hid losses."),
        claim("c2", "Ann Poe", "The firm bribed a mayor."),
        claim("c3", "Firm", "The firm hid losses.", "denies"),
        claim("c4", "Firm", "The firm bribed a mayor.", "denies"),
    ]
    at = Span(90, 120)
    spoken[2:] = [replace(item, span=at) for item in spoken[2:]]
    (found,) = cluster(spoken, [against("c1", "c3", 1.0), against("c2", "c4", 1.0)], [])
    assert (found.asserted_by, found.disputed_by) == (("c1", "c2"), ("c3", "c4"))
