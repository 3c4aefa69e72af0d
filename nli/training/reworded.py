"""Pairs of which a word or two is another, for a teacher to judge: small changes that turn a label, or leave it.

- a word is replaced by one that stands near it among the word vectors of the base encoder: a synonym, an opposite, a
  sister ("red", "blue"), a near thing; a number by one of as many digits;
- a word of one text takes a word's place in the other;
- one to three words are left out;
- the end of a text is taken from another of the same set, from a word on that both have.

What comes of it is not always good English and nobody could say its label beforehand. It need not be: a small model
learns from such pairs what makes the large one change its mind.

Source: Jiao et al., "TinyBERT: Distilling BERT for natural language understanding" (2020), for words replaced by their
neighbours among word vectors; Krishna et al., "Thieves on Sesame Street" (2020), for how far even nonsense goes.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from transformers import AutoModel

from nli.errors import RecipeError
from nli.training.examples import Example

NEAR = 0.33
"""Cosine from which on a word is near another."""
NEIGHBOURS = 10
"""Of how many near words one is drawn."""

_PIECES = re.compile(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9]+")
_LONGEST_NUMBER = 18
_SHORTEST = 5
"""Words of the shortest text that words are left out of."""
# Another of these mostly makes nonsense, and says nothing new.
_KEPT = frozenset(
    "a an the of to is are was were be been am do does did has have had that which who whom whose it its he him his "
    "she her they them their we us our you your i me my this these those there and or but as if".split()
)


@dataclass(frozen=True)
class Near:
    """Words with those near them, the nearest first."""

    words: Mapping[str, Sequence[str]]

    def draw(self, word: str, rng: random.Random) -> str | None:
        """Another word near `word`, or none is known; a number gets a number of as many digits."""
        if word.isdigit():
            return _other_number(word, rng) if len(word) <= _LONGEST_NUMBER else None
        known = self.words.get(word.lower(), ())
        return _cased(rng.choice(known), like=word) if known else None


def near_words(base: Path) -> Near:
    """The whole words of an encoder's vocabulary with those near them among its input embeddings.

    Words of one stem ("film", "films") are not near each other: little changes when one takes the other's place.

    Raises:
        RecipeError: if the encoder's tokenizer does not know whole words (it must be WordPiece).
    """
    model = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    if model["type"] != "WordPiece":
        raise RecipeError(f"data.unlabelled.reworded needs a base with WordPiece tokens; {base} has {model['type']}")
    vocabulary = model["vocab"]
    words = [word for word in vocabulary if word.isascii() and word.isalpha() and len(word) > 1 and word not in _KEPT]
    vectors = AutoModel.from_pretrained(base).get_input_embeddings().weight.detach().float().numpy()
    rows = vectors[[vocabulary[word] for word in words]]
    rows = rows - rows.mean(0)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    near: dict[str, Sequence[str]] = {}
    for start in range(0, len(words), 1024):
        cosines = rows[start : start + 1024] @ rows.T
        closest = np.argsort(-cosines, axis=1)[:, 1 : 3 * NEIGHBOURS]
        for place, columns in enumerate(closest):
            word = words[start + place]
            others = [words[c] for c in columns if cosines[place, c] >= NEAR and not _one_stem(word, words[c])]
            if others:
                near[word] = tuple(others[:NEIGHBOURS])
    return Near(near)


def reworded_pairs(examples: Sequence[Example], count: int, rng: random.Random, near: Near) -> list[Example]:
    """Up to `count` pairs made from those of one set by one or two changes, without a label; each is used as often.

    Fewer come of a set whose texts are too short to change.
    """
    ends = _ends(examples)
    made: list[Example] = []
    pool = list(examples)
    for _ in range(4 * count // max(1, len(pool)) + 1):
        rng.shuffle(pool)
        for example in pool:
            if len(made) == count:
                return made
            side = rng.random()
            a, b = example.a, example.b
            if side > 0.6:
                a = _change(a, b, ends, near, rng)
            if side < 0.75:
                b = _change(b, a, ends, near, rng)
            if (a, b) != (example.a, example.b):
                made.append(replace(example, a=a, b=b, label="unknown", source="unlabelled_reworded"))
    return made


def _change(text: str, other: str, ends: Mapping[str, Sequence[str]], near: Near, rng: random.Random) -> str:
    ways: tuple[Callable[[str], str], ...] = (
        lambda old: _replace(old, near, rng),
        lambda old: _replace(old, near, rng),
        lambda old: _replace(old, near, rng),
        lambda old: _borrow(old, other, rng),
        lambda old: _leave_out(old, rng),
        lambda old: _splice(old, ends, rng),
    )
    for _ in range(rng.choice((1, 1, 2))):
        text = rng.choice(ways)(text)
    return text


def _pieces(text: str) -> tuple[list[str], list[int]]:
    """A text in words and what is between them, and the places of the words that may be changed."""
    pieces = _PIECES.findall(text)
    return pieces, [
        place
        for place, piece in enumerate(pieces)
        if piece[0].isalnum() and piece.isascii() and piece.lower() not in _KEPT
    ]


def _replace(text: str, near: Near, rng: random.Random) -> str:
    pieces, places = _pieces(text)
    rng.shuffle(places)
    for place in places[:4]:
        if other := near.draw(pieces[place], rng):
            pieces[place] = other
            return "".join(pieces)
    return text


def _borrow(text: str, other: str, rng: random.Random) -> str:
    pieces, places = _pieces(text)
    theirs, found = _pieces(other)
    here = {piece.lower() for piece in pieces}
    words = [theirs[place] for place in found if theirs[place].lower() not in here]
    if places and words:
        place = rng.choice(places)
        pieces[place] = _cased(rng.choice(words), like=pieces[place])
    return "".join(pieces)


def _leave_out(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    if len(words) < _SHORTEST:
        return text
    size = rng.choice((1, 1, 2, 3))
    start = rng.randrange(len(words) - size)
    return " ".join(words[:start] + words[start + size :])


def _splice(text: str, ends: Mapping[str, Sequence[str]], rng: random.Random) -> str:
    words = text.split(" ")
    places = [place for place in range(1, len(words)) if words[place].lower() in ends]
    if not places:
        return text
    place = rng.choice(places)
    other = rng.choice(ends[words[place].lower()]).split(" ")
    at = [word.lower() for word in other].index(words[place].lower(), 1)
    return " ".join(words[:place] + other[at:])


def _ends(examples: Iterable[Example], most: int = 200) -> Mapping[str, Sequence[str]]:
    """Second texts by the words in them that are not their first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for example in examples:
        for word in {word.lower() for word in example.b.split(" ")[1:]}:
            if len(found[word]) < most:
                found[word].append(example.b)
    return found


def _one_stem(one: str, two: str) -> bool:
    shared = min(len(one), len(two), 5)
    return shared > 2 and one[:shared] == two[:shared]


def _cased(word: str, like: str) -> str:
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


def _other_number(word: str, rng: random.Random) -> str:
    value, most = int(word), 10 ** len(word) - 1
    # A year mostly stays near it, and may be any.
    spread = max(2, value // 50) if rng.random() < 0.6 else most
    drawn = rng.randint(max(0, value - spread), min(most, value + spread))
    if drawn == value:
        drawn = value - 1 if value == most else value + 1
    return str(drawn).zfill(len(word))
