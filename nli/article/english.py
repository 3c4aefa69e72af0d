"""Whether a text is English, told by its commonest words."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
# Words that make up about a quarter of English prose and are rare or absent in other languages.
_COMMON = frozenset(
    """the of and to that is for with by from has had are were not this which his her their they been would who it
    he she said have be as on at but""".split()
)
_LEAST_SHARE = 0.14
_LEAST_WORDS = 20


def looks_english(text: str) -> bool:
    """Whether a text is likely to be English; True where it has fewer than 20 words to tell by.

    It is if at least 14 in 100 of its words are among the commonest of English. Texts in scripts that part no words
    by spaces count as long if they have 20 letters outside ASCII.
    """
    words = _WORD.findall(text)
    foreign = sum(not character.isascii() and character.isalpha() for character in text)
    letters = sum(character.isalpha() for character in text)
    if foreign > letters / 2 and foreign >= _LEAST_WORDS:
        return False
    if len(words) < _LEAST_WORDS:
        return True
    return sum(word.lower() in _COMMON for word in words) >= _LEAST_SHARE * len(words)
