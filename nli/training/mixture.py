"""What a model is trained on: rows of labelled sets and pairs made from them, by a recipe and a seed."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nli.errors import RecipeError
from nli.training import generated, negation, roles, unlabelled
from nli.training.examples import Example, exchange_some
from nli.training.neighbours import neighbours
from nli.training.recipe import Recipe
from nli.training.reworded import Near, near_words, reworded_pairs
from nli.training.sets import read_pairs, read_set


@dataclass(frozen=True, slots=True)
class Mixture:
    """Training examples in their final order, and how many came from each source and label."""

    examples: tuple[Example, ...]
    counts: dict[str, dict[str, int]]


Maker = Callable[[Sequence[Example], int, random.Random], list[Example]]

MAKERS: dict[str, Maker] = {
    "identical": generated.identical,
    "swapped_contradictions": generated.swapped_contradictions,
    "unrelated": generated.unrelated,
    "same_topic": generated.same_topic,
    "changed_numbers": generated.changed_numbers,
    "negated": negation.negated,
    "denied": negation.denied,
    "attributed": negation.attributed,
    "hedged": negation.hedged,
    "roles_exchanged": roles.roles_exchanged,
    "names_replaced": roles.names_replaced,
    "attachments": roles.attachments,
    "passives": roles.passives,
    "joined": negation.joined,
}
"""What makes the pairs of each kind that a recipe asks for; `neighbours` needs the base encoder besides."""


def build_mixture(recipe: Recipe, folder: Path, base: Path, beside: Path | None = None) -> Mixture:
    """Sample the recipe's sets from `folder`, add the generated pairs, and shuffle.

    Args:
        recipe: what is wanted.
        folder: the labelled sets.
        base: folder of the base encoder, which finds neighbours.
        beside: folder of the recipe, where the files of `data.beside` are.

    Raises:
        RecipeError: if a set is missing or has fewer rows than wanted.
        DataError: if a set cannot be read.
    """
    if recipe.data.balanced:
        _check_listed("balanced", recipe.data.balanced, recipe)
    _check_listed("unrelated_of", tuple(recipe.data.unrelated_of), recipe, empty=True)
    _check_listed("unlabelled.reworded", tuple(recipe.data.unlabelled.reworded), recipe, empty=True)
    rng = random.Random(recipe.seed)
    human: list[Example] = []
    for name, rows in recipe.data.sets.items():
        pool = read_set(folder, name)
        wanted = len(pool) if rows == "all" else rows
        if wanted > len(pool):
            raise RecipeError(f"data.sets.{name} = {wanted}, but the set has {len(pool)} rows; ask for 'all'")
        human += _balanced(pool, wanted, rng) if name in recipe.data.balanced else rng.sample(pool, wanted)
    for file, times in recipe.data.beside.items():
        human += read_pairs((beside or Path()) / file) * times
    made: list[Example] = []
    for kind, make in MAKERS.items():
        if count := getattr(recipe.data.generated, kind):
            made += make(human, count, rng)
    if recipe.data.generated.neighbours:
        _check_listed("specific", recipe.data.specific, recipe)
        specific = [example for example in human if example.source in recipe.data.specific]
        made += neighbours(specific, recipe.data.generated.neighbours, rng, base)
    for name, count in recipe.data.unrelated_of.items():
        made += generated.unrelated([example for example in human if example.source == name], count, rng)
    asked = recipe.data.unlabelled
    unknown: list[Example] = []
    if asked.exchanged:
        unknown += unlabelled.exchanged_pairs(human, asked.exchanged, rng)
    if asked.crossed:
        unknown += unlabelled.crossed(human, asked.crossed, rng)
    if asked.siblings:
        unknown += unlabelled.siblings(human, asked.siblings, rng)
    if asked.neighbours:
        unknown += unlabelled.unjudged(neighbours(human, asked.neighbours, rng, base), "unlabelled_neighbours")
    near = near_words(base) if asked.reworded else Near({})
    for name, count in asked.reworded.items():
        unknown += reworded_pairs([example for example in human if example.source == name], count, rng, near)
    human = exchange_some(human, recipe.data.exchanged, rng)
    examples = human + made + unknown
    rng.shuffle(examples)
    return Mixture(tuple(examples), count_rows(examples))


def _check_listed(key: str, names: Sequence[str], recipe: Recipe, *, empty: bool = False) -> None:
    known = set(recipe.data.sets)
    if key != "balanced":  # which chooses rows; the files are taken whole
        known |= {Path(file).stem for file in recipe.data.beside}
    strange = [name for name in names if name not in known]
    if strange or not (names or empty):
        wrong = f"{strange[0]!r} is not among data.sets" if strange else "is empty, and neighbours are drawn from it"
        raise RecipeError(f"data.{key}: {wrong}; name sets of data.sets, or files of data.beside without their ending")


def _balanced(pool: Sequence[Example], wanted: int, rng: random.Random) -> list[Example]:
    by_label: defaultdict[str, list[Example]] = defaultdict(list)
    for example in pool:
        by_label[example.label].append(example)
    share = wanted // len(by_label)
    return [e for _, rows in sorted(by_label.items()) for e in rng.sample(rows, min(share, len(rows)))]


def count_rows(examples: Sequence[Example]) -> dict[str, dict[str, int]]:
    """How many examples came from each source, by label."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        counts[example.source][example.label] += 1
    return {source: dict(sorted(labels.items())) for source, labels in sorted(counts.items())}
