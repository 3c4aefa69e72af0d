"""Pairs that the human data lacks, made from it in code: seeded, and without a model.

- identical: a text against itself, or trivially reworded, is entailment; never contradiction.
- swapped contradictions: contradiction is symmetric, so `b, a` is one if `a, b` is.
- unrelated: two texts of different groups that share no content word are neutral.
- same topic: two texts of different groups that share a rare word but come from different pairs are, with
  few exceptions, neutral; the hard kind of neutral, and the field's commonest false alarm.
- changed numbers: an entailed claim with one of its exact numbers, months or weekdays changed to one that the
  premise does not give is a contradiction.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from nli.hints.numbers import MAX_COMPARED, compare_numbers
from nli.training.examples import Example, content_words


def swapped_contradictions(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` contradictions with their sides exchanged."""
    pool = [example for example in examples if example.label == "contradiction"]
    chosen = rng.sample(pool, min(count, len(pool)))
    return [replace(e, a=e.b, b=e.a, source="swapped_contradictions") for e in chosen]


def identical(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` texts against themselves; half of them trivially reworded (case, end mark, an opener)."""
    made = []
    for example in rng.sample(list(examples), min(count, len(examples))):
        text = rng.choice((example.a, example.b))
        other = text
        if rng.random() < 0.5:
            bare = text.rstrip(" .")
            other = rng.choice((bare, bare + ".", bare.lower(), "It is true that " + bare + "."))
        made.append(Example(text, other, "entailment", "identical", example.group))
    return made


def unrelated(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` pairs of texts of different groups without a content word in common, half of them of one source.

    Texts of one source are what is met in use, and SNLI, which calls two unrelated captions a contradiction, would
    else hardly be answered: two texts drawn freely are seldom both captions.
    """
    made: list[Example] = []
    pool = list(examples)
    by_source: defaultdict[str, list[Example]] = defaultdict(list)
    for example in pool:
        by_source[example.source].append(example)
    for _ in range(50 * count):
        if len(made) == count:
            break
        one = rng.choice(pool)
        two = rng.choice(by_source[one.source] if rng.random() < 0.5 else pool)
        a, b = rng.choice((one.a, one.b)), two.b
        if one.group != two.group and not content_words(a) & content_words(b):
            made.append(Example(a, b, "neutral", "unrelated", one.group))
    return made


def same_topic(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` pairs of hypotheses of different groups that share a rare word.

    Of each word that occurs in 2 to 40 hypotheses, two are paired if they share one or two content words
    and most of the words of each are not in the other, so that they are about different matters.
    """
    pool = list(examples)
    frequency: Counter[str] = Counter()
    for example in pool:
        frequency.update(content_words(example.b))
    by_word: defaultdict[str, list[Example]] = defaultdict(list)
    for example in pool:
        for word in sorted(content_words(example.b)):
            if 2 <= frequency[word] <= 40 and len(word) > 3:
                by_word[word].append(example)
    words = [word for word, found in by_word.items() if len({e.group for e in found}) > 1]
    made: list[Example] = []
    rng.shuffle(words)
    for word in words:
        if len(made) == count:
            break
        one, two = rng.sample(by_word[word], 2)
        ours, theirs = content_words(one.b), content_words(two.b)
        shared = len(ours & theirs)
        if one.group != two.group and shared <= 2 and 3 * shared <= min(len(ours), len(theirs)):
            made.append(Example(one.b, two.b, "neutral", "same_topic", one.group))
    return made


_NUMBER = re.compile(r"(?<![\w.,$€£-])\d{1,3}(?:,\d{3})+(?![\w.,%-])|(?<![\w.,$€£-])\d+(?![\w,%-]|\.\d)")
_MONTHS = "January February March April May June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_NAMED = re.compile(rf"\b(?:{'|'.join(_MONTHS + _WEEKDAYS)})\b")


def changed_numbers(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """`count` entailed claims with a number, month or weekday changed.

    Only claims all of whose quantities the premise gives exactly are used: "more than 40" would still hold of 45.
    """
    pool = [e for e in examples if e.label == "entailment" and (_NUMBER.search(e.b) or _NAMED.search(e.b))]
    rng.shuffle(pool)
    made: list[Example] = []
    for example in pool:
        if len(made) == count:
            break
        compared = compare_numbers(example.a, example.b)
        if not 0 < len(compared) < MAX_COMPARED or any(c.relation != "same" or not c.b.exact for c in compared):
            continue
        matches = [*_NUMBER.finditer(example.b), *_NAMED.finditer(example.b)]
        match = rng.choice(matches)
        if match.group() not in example.a:
            continue
        other = _another(match.group(), rng)
        if other not in example.a and other != match.group():
            text = example.b[: match.start()] + other + example.b[match.end() :]
            made.append(Example(example.a, text, "contradiction", "changed_numbers", example.group))
    return made


def _another(word: str, rng: random.Random) -> str:
    for names in (_MONTHS, _WEEKDAYS):
        if word in names:
            return rng.choice([name for name in names if name != word])
    value = int(word.replace(",", ""))
    if len(word) == 4 and 1000 <= value <= 2100:  # most likely a year
        return str(value + rng.choice([-1, 1]) * rng.randint(1, 30))
    factor = rng.choice([0.1, 0.3, 0.5, 0.8, 1.3, 2, 3, 10])
    changed = max(0, round(value * factor)) if value > 9 else value + rng.randint(1, 9)
    return f"{changed:,}" if "," in word else str(changed)
