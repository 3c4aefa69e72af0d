"""How the quantities of one text stand to those of another.

A small encoder cannot compare 91 with "fewer than twenty"; ten lines of arithmetic can. `compare_numbers`
works out, for each quantity of `b`, how the matching quantity of `a` stands to it:

    same    a gives the same value
    more    a gives a larger value           less   a gives a smaller value
    holds   what a gives satisfies b's bound ("more than 20" against 91)
    fails   what a gives violates it ("fewer than 20" against 91)
    open    a's value may or may not satisfy b's ("at least 50" against "at least 20")
    none    a gives no quantity of that kind

Quantities are compared only within one kind: years with years, percentages with percentages, money with
money, ordinals with ordinals, days and months with their like, counts and measures with their like, and
among these those with the same unit or noun first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nli.hints.lexicon import MEASURES
from nli.hints.quantities import read_quantities
from nli.hints.quantity import Quantity

Relation = Literal["same", "more", "less", "holds", "fails", "open", "none"]

MAX_COMPARED = 4
"""Quantities of `b` that are compared; more would be a list, not a claim."""


def relate(a: Quantity, b: Quantity) -> Relation:
    """How `a` stands to `b`, two quantities of one kind."""
    if b.exact and a.exact:
        if a.low == b.low:
            return "same"
        return "more" if a.low > b.low else "less"
    if (a.low, a.high) == (b.low, b.high):
        return "same"
    if a.high < b.low or b.high < a.low:
        return "fails"
    if b.low <= a.low and a.high <= b.high:
        return "holds"
    return "open"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One quantity of `b`, the quantity of `a` that it is compared with (if any), and how they stand."""

    relation: Relation
    a: Quantity | None
    b: Quantity


def compare_numbers(a: str, b: str) -> tuple[Comparison, ...]:
    """For each of the first quantities of `b`, how the matching quantity of `a` stands to it."""
    ours = read_quantities(b)
    if not ours:
        return ()
    theirs = read_quantities(a)
    return tuple(_compare(theirs, quantity) for quantity in ours[:MAX_COMPARED])


def _compare(theirs: tuple[Quantity, ...], b: Quantity) -> Comparison:
    alike = [a for a in theirs if a.kind == b.kind and not _other_unit(a, b)]
    if b.kind in ("count", "ordinal", "money") and b.noun:
        alike = [a for a in alike if a.noun == b.noun] or alike
    if not alike:
        return Comparison("none", None, b)
    best = min(alike, key=lambda a: (_rank(relate(a, b)), abs(a.middle - b.middle)))
    return Comparison(relate(best, b), best, b)


def _other_unit(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities are in units that cannot be compared: miles and hours, dollars and euros."""
    if not a.noun or not b.noun or a.noun == b.noun:
        return False
    return a.kind == "money" or a.noun in MEASURES or b.noun in MEASURES


def _rank(relation: Relation) -> int:
    return ("same", "holds", "open").index(relation) if relation in ("same", "holds", "open") else 3


def number_words(a: str, b: str) -> str:
    """The relations as words for the model, in the order of `b`'s quantities: `"same less"`."""
    return " ".join(comparison.relation for comparison in compare_numbers(a, b))


def explain_numbers(a: str, b: str) -> list[str]:
    """The quantities that do not agree, as `a` and as `b` puts them: `"91 against fewer than 20"`."""
    found = (c for c in compare_numbers(a, b) if c.a is not None and c.relation in ("more", "less", "fails"))
    return [f"{c.a.text} against {c.b.text}" for c in found if c.a is not None]
