"""Pairs with a negation, a denial or an attribution on either side, with every label.

In human data a negation word that stands only in the second text goes with contradiction four times of five, so that a
model learns the word and not the sense. From one labelled pair `a, b` others with a known label follow:

    a entails b       a, not b    contradiction     not b, a    contradiction
    a contradicts b   a, not b    entailment
    neutral           a, not b    neutral

and "X said b" puts b forward, "Y denied that b" the opposite, "Y could not confirm that b" neither.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from nli.training import wording
from nli.training.examples import Example, Target

_OPPOSITE: dict[Target, Target] = {
    "entailment": "contradiction",
    "contradiction": "entailment",
    "neutral": "neutral",
}


def _take(
    examples: Sequence[Example], count: int, rng: random.Random, make: Callable[[Example], Iterator[Example]]
) -> list[Example]:
    """The first `count` of what `make` gives for the examples in random order, as many of each label as can be."""
    pools: dict[Target, list[Example]] = {label: [] for label in _OPPOSITE}
    for example in rng.sample(list(examples), len(examples)):
        if example.label in pools:
            pools[example.label].append(example)
    made: list[Example] = []
    for index, pool in enumerate(pools.values()):
        wanted = len(made) + (count - len(made)) // (len(pools) - index)
        for example in pool:
            if len(made) >= wanted:
                break
            made += list(make(example))[: wanted - len(made)]
    return made


def negated(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` pairs one side of which has its verb negated, or its negation taken out."""

    def make(example: Example) -> Iterator[Example]:
        other = wording.negated(example.b)
        if other is None:
            return
        yield Example(example.a, other, _OPPOSITE[example.label], "negated", example.group)
        if example.label == "entailment":
            yield Example(other, example.a, "contradiction", "negated", example.group)
            yield Example(other, other, "entailment", "negated", example.group)

    return _take(examples, count, rng, make)


def denied(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` pairs whose second text is said to be false, or, for balance, true, without a speaker."""

    def make(example: Example) -> Iterator[Example]:
        false, true = wording.denied(example.b, rng), wording.affirmed(example.b, rng)
        if false is None or true is None:
            return
        yield Example(example.a, false, _OPPOSITE[example.label], "denied", example.group)
        if rng.random() < 0.3:
            yield Example(example.a, true, example.label, "denied", example.group)
        if example.label == "entailment" and rng.random() < 0.5:
            yield Example(false, example.a, "contradiction", "denied", example.group)

    return _take(examples, count, rng, make)


def attributed(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` pairs whose texts somebody says, denies or leaves open, in the wording of news."""

    def make(example: Example) -> Iterator[Example]:
        a = (wording.attributed(example.a, rng) if rng.random() < 0.6 else None) or example.a
        said, rejected = wording.attributed(example.b, rng), wording.rejected(example.b, rng)
        left_open = wording.left_open(example.b, rng)
        if said is None or rejected is None or left_open is None:
            return
        kind = rng.random()
        if kind < 0.35:
            yield Example(a, said, example.label, "attributed", example.group)
        elif kind < 0.8:
            yield Example(a, rejected, _OPPOSITE[example.label], "attributed", example.group)
        else:
            yield Example(a, left_open, "neutral", "attributed", example.group)
        if example.label == "entailment" and rng.random() < 0.4:
            yield Example(rejected, a, "contradiction", "attributed", example.group)

    return _take(examples, count, rng, make)


def hedged(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` pairs with a mere possibility on one side, which only a certainty of the same entails."""

    def make(example: Example) -> Iterator[Example]:
        maybe = wording.hedged(example.b, rng)
        if maybe is None:
            return
        if rng.random() < 0.6:
            label: Target = "entailment" if example.label == "entailment" else "neutral"
            yield Example(example.a, maybe, label, "hedged", example.group)
        else:
            yield Example(maybe, example.b, "neutral", "hedged", example.group)

    return _take(examples, count, rng, make)


def joined(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` pairs of a sentence of two clauses and one of them: said by "A because B", left open by "if A, B"."""
    pool = [text for text in sorted({e.b for e in examples}) if 3 <= len(text.split()) <= 12]
    made: list[Example] = []
    for _ in range(5 * count if pool else 0):
        if len(made) >= count:
            break
        one, other, both_hold = rng.choice(pool), rng.choice(pool), rng.random() < 0.4
        whole = wording.joined(one, other, rng, both_hold=both_hold)
        if whole is not None:
            made.append(Example(whole, one, "entailment" if both_hold else "neutral", "joined", "joined"))
    return made
