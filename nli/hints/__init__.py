"""Facts about a pair that code works out and a small model cannot: given to it as a few words.

A hint is a pure function of the two texts. Which hints a model was trained with is saved with the model;
a model that was trained without them is never given any.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nli.errors import ModelError
from nli.hints.numbers import explain_numbers, number_words
from nli.hints.opposites import explain_opposites, opposite_words

SEPARATOR = "|"
"""Stands between a text and its hint."""

_KINDS: dict[str, Callable[[str, str], str]] = {"numbers": number_words, "opposites": opposite_words}
_EXPLAINED: dict[str, Callable[[str, str], list[str]]] = {"numbers": explain_numbers, "opposites": explain_opposites}
KINDS: tuple[str, ...] = tuple(_KINDS)


def without_separator(text: str) -> str:
    """A text that cannot pass for one with a hint."""
    return text.replace(SEPARATOR, "/")


def hint_words(a: str, b: str, kinds: Sequence[str]) -> str:
    """The words that stand behind `b`, after a `SEPARATOR`, for the model; empty if there is nothing to say.

    Raises:
        ModelError: if a kind is unknown to this version.
    """
    unknown = [kind for kind in kinds if kind not in _KINDS]
    if unknown:
        raise ModelError(
            f"the model wants hints of kind {unknown[0]!r}; this version knows {', '.join(KINDS)}: update nli"
        )
    return " ".join(filter(None, (_KINDS[kind](a, b) for kind in kinds)))


def explain(a: str, b: str, kinds: Sequence[str]) -> str:
    """What in the two texts disagrees, in their own words: `"91 against fewer than 20; fell against rose"`."""
    return "; ".join(dict.fromkeys(part for kind in kinds for part in _EXPLAINED[kind](a, b)))
