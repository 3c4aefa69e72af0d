"""Divides a text into numbers, words and the signs that belong to quantities."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Up to fifteen digits, not glued to a word before ("F-16", "G20"), nor part of a version or a number with dots.
_TOKEN = re.compile(
    r"(?<![\w.])(?<!\d,)(?<![A-Za-z][-–])"
    r"(?P<number>(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.\d{1,9})?)"
    r"(?P<suffix>st|nd|rd|th|s|k|m|mn|bn|tn|km|kg|am|pm|pc)?(?![A-Za-z\d])(?![.,]\d)"
    r"|(?P<word>[A-Za-z][A-Za-z'’.]*[A-Za-z]|[A-Za-z])"
    r"|(?P<sign>[$€£¥%:+\-–—/])",
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text; `kind` is number, word, sign, ordinal ("3rd") or decade ("1990s")."""

    text: str
    kind: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of a text, from left to right."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "suffix":
            end, suffix = match.end("number"), match["suffix"]
            kind = {"s": "decade", "st": "ordinal", "nd": "ordinal", "rd": "ordinal", "th": "ordinal"}.get(
                suffix, "number"
            )
            found.append(Token(match["number"], kind, match.start(), end))
            if kind == "number":
                found.append(Token(suffix, "word", end, match.end()))
        else:
            found.append(Token(match.group(), kind, match.start(), match.end()))
    return found
