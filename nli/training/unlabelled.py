"""Pairs that nobody has labelled, for a teacher to judge: of the kinds that a detector meets and labelled sets lack.

- exchanged: labelled pairs the other way round.
- crossed: the first text of a labelled pair with the second text of another of its group.
- siblings: two second texts of one group, which speak of one scene, page or story, and of which nobody has said how
  they stand to each other.
- neighbours: near texts of other groups (`nli.training.neighbours`), whose label "neutral" is right mostly, not always.
- reworded: pairs with a word or two changed (`nli.training.reworded`).

A small model learns more from a large one's answers to many pairs than from the labels alone.

Source: Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network" (2015); Turc et al., "Well-read
students learn better" (2019), for unlabelled pairs of the task's own kind.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from nli.training.examples import Example


def unjudged(examples: Iterable[Example], source: str) -> list[Example]:
    """The examples without their labels, as of `source`."""
    return [replace(example, label="unknown", source=source) for example in examples]


def exchanged_pairs(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` labelled pairs, without repeats, with their sides exchanged; those labelled that way too are left out."""
    pairs = {(example.a, example.b): example for example in examples}
    distinct = [example for (a, b), example in pairs.items() if (b, a) not in pairs]
    chosen = rng.sample(distinct, min(count, len(distinct)))
    return unjudged((replace(example, a=example.b, b=example.a) for example in chosen), "unlabelled_exchanged")


def siblings(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` ordered pairs of second texts of one group; stories are left out, all of whose pairs are labelled."""
    labelled = {(example.a, example.b) for example in examples}
    by_group: defaultdict[str, dict[str, Example]] = defaultdict(dict)
    for example in examples:
        by_group[example.group].setdefault(example.b, example)
    pool: list[Example] = []
    for members in by_group.values():
        texts = list(members)
        rng.shuffle(texts)
        # Each text with the next two of its group, so that a page of a hundred claims does not outweigh all else.
        for step in (1, 2):
            for place, text in enumerate(texts):
                other = texts[(place + step) % len(texts)]
                if len(texts) > step and (text, other) not in labelled:
                    pool.append(replace(members[text], a=text, b=other))
    return unjudged(rng.sample(pool, min(count, len(pool))), "unlabelled_siblings")


def crossed(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` pairs of a first and a second text of one group that no labelled pair joins, without repeats."""
    labelled = {(example.a, example.b) for example in examples}
    by_group: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_group[example.group].append(example)
    pool: dict[tuple[str, str], Example] = {}
    for members in by_group.values():
        rng.shuffle(members)
        for step in (1, 2):
            for place, one in enumerate(members):
                other = members[(place + step) % len(members)]
                if one.a != other.b and (one.a, other.b) not in labelled:
                    pool.setdefault((one.a, other.b), replace(one, b=other.b))
    return unjudged(rng.sample(list(pool.values()), min(count, len(pool))), "unlabelled_crossed")
