"""Whether one text says again what another says, judged by its words: no model, no guess beyond them."""

from __future__ import annotations

from nli.article.gate import terms
from nli.article.lexicon import Lexicon
from nli.records import Claim

LEAST = 0.7
_HALF = 0.5
_LEAST_SHARED = 4
_NEGATIONS = frozenset(("not", "no", "never", "nobody", "none", "nothing", "neither", "nor", "without"))


def restated(text: str, other: str, lexicon: Lexicon, least: float = LEAST) -> float:
    """How much of what a text says another one says too, in [0, 1]; 0 if it says less than `least` of it.

    The share of the stems of `text` that `other` holds: two or more, not all of them names of countries. All
    numbers of `text` must be there, and both must be negated or neither.
    """
    words, theirs = terms(text, lexicon), terms(other, lexicon)
    shared = words & theirs
    if len(shared) < 2 or all(word.startswith("=") for word in shared) or is_negated(text) != is_negated(other):
        return 0.0
    if any(any(map(str.isdigit, word)) and word not in theirs for word in words):
        return 0.0
    part = len(shared) / len(words)
    return part if part >= least else 0.0


def retold(a: Claim, b: Claim, lexicon: Lexicon) -> bool:
    """Whether two claims of one party tell of one thing: half of the words are shared, four or more."""
    if len(terms(a.text, lexicon) & terms(b.text, lexicon)) < _LEAST_SHARED:
        return False
    return max(restated(a.text, b.text, lexicon, _HALF), restated(b.text, a.text, lexicon, _HALF)) > 0.0


def beyond_polarity(a: Claim, b: Claim) -> bool:
    """Whether one denies and was not found to answer the other, and only one of the texts is negated.

    "No manager ignored a warning" is no less than a denial that managers did; a model that finds the second in the
    first would put its speaker on the wrong side.
    """
    if (a.stance == "denies") == (b.stance == "denies") or b.id == a.denies_claim or a.id == b.denies_claim:
        return False
    return is_negated(a.text) != is_negated(b.text)


def is_negated(text: str) -> bool:
    """Whether a text holds a word of negation."""
    return not _NEGATIONS.isdisjoint(text.lower().replace("n't", " not").replace("cannot", "can not").split())
