"""Who puts a claim forward in one place: the party, where it is named, by which words, and through whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nli.article.names import WRITER, Speaker
from nli.article.parsing import Unit
from nli.article.reading import Article
from nli.article.syntax import subtree
from nli.records import Claim, Span, Stance, Teller

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker in one place of an article: `span` names the party there, `cue` tells that it speaks.

    `via` is who told of it at second hand, the outermost teller first.
    """

    speaker: Speaker
    span: Span | None = None
    cue: Span | None = None
    via: tuple[Teller, ...] = ()


_OWNING = ("of", "from", "by", "for", "at", "in", "with")
_LONGEST = 12

WRITERS = Voice(WRITER)
"""The voice of the article's own assertions."""


def name_span(head: Token, unit: Unit) -> Span:
    """Where the noun phrase of `head` stands, with its determiner and an "of" or "by" phrase, without clauses."""
    first = head
    for token in subtree(head):
        if token.i < head.i and not token.is_punct and unit.quotation(token) is None:
            first = token
            break
    last = head
    for below in head.children:
        if below.dep_ in ("prep", "agent") and below.lower_ in _OWNING and below.i == last.i + 1:
            phrase = [token for token in below.subtree if unit.quotation(token) is None and not token.is_punct]
            if len(phrase) <= _LONGEST and phrase[-1].i - below.i < _LONGEST:
                last = phrase[-1]
    for below in head.children:
        if below.dep_ == "appos" and last.i < below.i <= last.i + _LONGEST and unit.quotation(below) is None:
            last = below
    return Span(*unit.span(first, last))


def word_span(cue: Token, unit: Unit) -> Span:
    """Where a cue stands, its auxiliaries left out."""
    return Span(*unit.span(cue, cue))


def claim_of(
    voice: Voice,
    number: int,
    stance: Stance,
    text: str,
    article: Article,
    span: Span,
    *,
    resolved: bool,
    denies: str | None = None,
) -> Claim:
    """The claim that a voice makes in one place, with an id until all claims are known, by its number."""
    return Claim(
        f"p{number}",
        voice.speaker.name,
        stance,
        text,
        article.text[span.start : span.end],
        span,
        voice.speaker.side,
        denies,
        resolved,
        voice.span,
        voice.cue,
        voice.via,
    )
