"""Words of one text whose opposite stands in the other: "rose" and "fell", "guilty" and "innocent".

A small encoder knows that opposites are alike and not that they exclude each other. The pairs are antonyms of
WordNet 3.0 (Princeton University), less those that do not go with contradiction in labelled pairs
(`benchmarks/opposites.py` chooses them), and a list of our own for news.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|refus\w+|den(?:y|ie[sd]|ying))\b|n['’]t\b",
    re.IGNORECASE,
)
_SUFFIXES = (
    ("ies", "y"), ("ied", "y"), ("es", "e"), ("es", ""), ("s", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", ""),
    ("ier", "y"), ("iest", "y"), ("er", ""), ("est", ""), ("er", "e"), ("est", "e"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Lexicon:
    opposites: Mapping[str, frozenset[str]]
    irregular: Mapping[str, str]

    def lemma(self, word: str) -> str | None:
        """The listed word that a form belongs to; None if it is none of them."""
        if word in self.opposites:
            return word
        if word in self.irregular:
            return self.irregular[word]
        for suffix, ending in _SUFFIXES:
            if word.endswith(suffix):
                stem = word[: -len(suffix)] + ending
                if stem in self.opposites:
                    return stem
                if suffix in ("ed", "ing") and stem[-1:] == stem[-2:-1] and stem[:-1] in self.opposites:
                    return stem[:-1]
        return None


def _lines(name: str) -> Iterator[tuple[str, str]]:
    text = files("nli.hints.data").joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            one, other = line.split()
            yield one, other


@lru_cache(maxsize=1)  # an unchanging file, read when the first hint is wanted
def _lexicon() -> _Lexicon:
    opposites: dict[str, set[str]] = {}
    for name in ("opposites.txt", "opposites_added.txt"):
        for one, other in _lines(name):
            opposites.setdefault(one, set()).add(other)
            opposites.setdefault(other, set()).add(one)
    frozen = {word: frozenset(others) for word, others in opposites.items()}
    return _Lexicon(frozen, {form: lemma for form, lemma in _lines("irregular.txt") if lemma in frozen})


def find_opposites(a: str, b: str) -> tuple[tuple[str, str], ...]:
    """Pairs of words, of `a` and of `b` as they stand there in small letters, that are opposites.

    None if either text has a negation ("did not rise" and "fell" say the same), and none of words that stand in
    both texts.
    """
    if _NEGATION.search(a) or _NEGATION.search(b):
        return ()
    lexicon = _lexicon()
    ours, theirs = _lemmas(a, lexicon), _lemmas(b, lexicon)
    found = []
    for lemma, word in theirs.items():
        if lemma not in ours:
            found += [(ours[o], word) for o in sorted(lexicon.opposites[lemma]) if o in ours and o not in theirs]
    return tuple(found)


def _lemmas(text: str, lexicon: _Lexicon) -> dict[str, str]:
    lemmas: dict[str, str] = {}
    for word in _WORD.findall(text.lower()):
        lemma = lexicon.lemma(word)
        if lemma is not None:
            lemmas.setdefault(lemma, word)
    return lemmas


def opposite_words(a: str, b: str) -> str:
    """The hint for the model: `"opposite"` if the texts have opposites, else empty."""
    return "opposite" if find_opposites(a, b) else ""


def explain_opposites(a: str, b: str) -> list[str]:
    """The opposites, as `a` and as `b` puts them: `"fell against rose"`."""
    return [f"{ours} against {theirs}" for ours, theirs in find_opposites(a, b)]
