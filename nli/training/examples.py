"""Labelled pairs to train on, with targets that may leave a label open.

Some pairs made in code are known only in part: a contradiction stays one when its sides are exchanged and
anything else does not become one, but whether it is then entailed nobody has said. Such a pair excludes a label,
and its loss is that of the labels that are left: the negative log of their summed probability. Of an `unknown` pair
nothing is known; a teacher alone can say something about it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from nli.labels import LABELS
from nli.records import Label

Target = Label | Literal["not_contradiction", "not_entailment", "unknown"]

TARGETS: tuple[Target, ...] = (*LABELS, "not_contradiction", "not_entailment", "unknown")


def allowed(target: Target) -> tuple[bool, bool, bool]:
    """For each label in the order of `LABELS`, whether the target leaves it possible."""
    if target in LABELS:
        return tuple(label == target for label in LABELS)  # type: ignore[return-value]
    return tuple(target != f"not_{label}" for label in LABELS)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled pair; `source` names the set it comes from, `group` what may not be divided."""

    a: str
    b: str
    label: Target
    source: str
    group: str


_WORD = re.compile(r"[a-z0-9]+")
_COMMON = frozenset(
    "a an the of in on at to for from by with and or but is was were are be been has have had that which who as it its "
    "his her their this these those not no he she they there two three man woman people some one i you we".split()
)


def content_words(text: str) -> frozenset[str]:
    """The lower-case words of a text that are not grammatical."""
    return frozenset(_WORD.findall(text.lower())) - _COMMON


def exchanged(example: Example) -> Example:
    """The pair with its sides exchanged and what is then still known of its label."""
    kept = example.label == "contradiction"
    return replace(example, a=example.b, b=example.a, label="contradiction" if kept else "not_contradiction")


def exchange_some(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """The examples, of which each has its sides exchanged with the chance `share`.

    Every label is exchanged alike: were it contradictions only, a long second text would come to mean contradiction.
    """
    return [exchanged(e) if e.label in LABELS and rng.random() < share else e for e in examples]
