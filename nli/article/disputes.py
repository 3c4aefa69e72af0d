"""Put the pairs that contradict each other together: one dispute, however often it is voiced, is one entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nli.article.names import ACCUSERS
from nli.hints.numbers import explain_numbers
from nli.records import Claim, Contradiction, Dispute

Agreement = tuple[str, str, float]
"""Two claims of which one follows from the other, and the probability that it does, in [0, 1]."""

CERTAIN = 0.9
"""A pair of assertions is a dispute of its own from this probability on, whatever sides others put the two on."""

_COMMITTED = ("asserts", "denies")


@dataclass(slots=True)
class _Sides:
    """Claims in groups, each claim on one of two sides of its group (disjoint sets with parity)."""

    above: dict[str, tuple[str, int]] = field(default_factory=dict)

    def find(self, claim: str) -> tuple[str, int]:
        """The claim that stands for a claim's group, and whether it is on that one's side (0) or the other (1)."""
        parity, path = 0, []
        while claim in self.above:
            path.append((claim, parity))
            upper, step = self.above[claim]
            claim, parity = upper, parity ^ step
        for item, before in path:
            self.above[item] = (claim, parity ^ before)
        return claim, parity

    def join(self, a: str, b: str, opposed: int) -> bool:
        """Put two claims on opposed sides (1) or on one side (0); False if they stand otherwise already."""
        first, second = self.find(a), self.find(b)
        if first[0] == second[0]:
            return (first[1] ^ second[1]) == opposed
        self.above[second[0]] = (first[0], first[1] ^ second[1] ^ opposed)
        return True


def cluster(
    claims: Sequence[Claim],
    contradictions: Sequence[Contradiction],
    agreements: Iterable[Agreement],
    likely: Iterable[Contradiction] = (),
    certain: float = CERTAIN,
) -> tuple[Dispute, ...]:
    """Group contradicting pairs into disputes, strongest first.

    Pairs are taken from the strongest to the weakest. A contradiction puts its claims on opposed sides of one
    dispute. Two contradictions meet in one dispute if they share a claim or a denial, or if a claim of the one says
    the same as a claim of the other: both texts are equal, or each follows from the other, or one follows from the
    other and both belong to the same party. A pair that would put a claim on both sides opens a dispute of its own if
    it is as sure as `certain`, if one of the two denies, or if their figures differ (five, seven and nine dead
    contradict each other); else it is left out, for the stronger pairs say that the two are on one side.

    Args:
        claims: every claim.
        contradictions: pairs of their ids.
        agreements: pairs of their ids of which one follows from the other, by claims with equal stances.
        likely: pairs that may contradict each other, but are too unsure to be reported; of two claims in disputes
            of their own they make these one.
        certain: the probability in [0, 1] from which a pair of assertions is kept whatever sides others put them on.
    """
    known = {claim.id: claim for claim in claims}
    sides = _Sides()
    steps = [(item.score, 1, item.a, item.b) for item in contradictions]
    steps += [(score, 0, a, b) for a, b, score in agreements]
    used = {c for item in contradictions for c in (item.a, item.b)}
    steps += [(1.0, 0, a, b) for a, b in (*_equal(used, known), *_one_breath(used, known))]
    odd = []
    for _, opposed, a, b in sorted(steps, key=lambda step: (-step[0], -step[1], step[2], step[3])):
        if not sides.join(a, b, opposed) and opposed:
            odd.append((a, b))
    for item in sorted(likely, key=lambda item: (-item.score, item.a, item.b)):
        unnamed = ACCUSERS.name in (known[item.a].speaker, known[item.b].speaker)  # no party that others could meet
        if {item.a, item.b} <= used and not unnamed:
            sides.join(item.a, item.b, 1)
    groups: dict[str, list[Contradiction]] = defaultdict(list)
    for item in contradictions:
        contrary = (item.a, item.b) in odd
        denied = "denies" in (known[item.a].stance, known[item.b].stance)
        unsure = contrary and item.score < certain and not denied
        if unsure and not explain_numbers(known[item.a].text, known[item.b].text):
            continue
        key = f"{item.a} {item.b}" if contrary else sides.find(item.a)[0]
        groups[key].append(item)
    members: dict[str, list[str]] = defaultdict(list)
    for claim in known:
        members[sides.find(claim)[0]].append(claim)
    found = [_dispute(key, items, members.get(key, []), sides, known) for key, items in groups.items()]
    return tuple(sorted(found, key=lambda dispute: (-dispute.score, _number(dispute.asserted_by))))


def _equal(used: set[str], known: Mapping[str, Claim]) -> list[tuple[str, str]]:
    """Claims in a contradiction that have the same text and the same stance, in pairs."""
    by_text: dict[tuple[str, str], list[str]] = defaultdict(list)
    for claim in known.values():
        if claim.id in used and claim.stance in _COMMITTED:
            by_text[" ".join(claim.text.casefold().split()), claim.stance].append(claim.id)
    return [(same[0], other) for same in by_text.values() for other in same[1:]]


def _one_breath(used: set[str], known: Mapping[str, Claim]) -> list[tuple[str, str]]:
    """Denials that are one in the text ("rejected these allegations"), in pairs: one dispute, whatever it answers."""
    by_place: dict[tuple[int, int, int, str], list[str]] = defaultdict(list)
    for claim in known.values():
        if claim.id in used and claim.stance == "denies":
            by_place[claim.article, claim.span.start, claim.span.end, claim.speaker].append(claim.id)
    return [(same[0], other) for same in by_place.values() for other in same[1:]]


def _dispute(
    key: str, items: list[Contradiction], members: list[str], sides: _Sides, known: Mapping[str, Claim]
) -> Dispute:
    evidence = sorted(items, key=lambda item: -item.score)
    strongest = evidence[0]
    if members:
        here = [claim for claim in members if sides.find(claim)[1] == sides.find(strongest.a)[1]]
        there = [claim for claim in members if claim not in here]
    else:
        here, there = [strongest.a], [strongest.b]
    support: dict[str, float] = defaultdict(float)
    for item in evidence:
        support[item.a] = max(support[item.a], item.score)
        support[item.b] = max(support[item.b], item.score)

    def ranked(side: list[str]) -> list[str]:
        return sorted(side, key=lambda claim: (-support[claim], _number([claim])))

    # The first side is the one that asserts; of two that do, the one that comes first in the text.
    def first(side: list[str]) -> tuple[bool, tuple[int, ...]]:
        return all(known[claim].stance == "denies" for claim in side), min(_number([claim]) for claim in side)

    here, there = sorted((ranked(here), ranked(there)), key=first)
    words = next((known[claim].text for claim in here if known[claim].stance == "asserts"), known[here[0]].text)
    return Dispute(words, tuple(here), tuple(there), tuple(evidence), strongest.score)


def _number(claims: Sequence[str]) -> tuple[int, ...]:
    """The place of the first claim, as its id tells it: "c12", or "2.c12" in the second article."""
    return tuple(int("".join(filter(str.isdigit, part))) for part in claims[0].split("."))
