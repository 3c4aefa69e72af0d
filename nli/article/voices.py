"""Who puts a claim forward in one place: the party, where it is named, by which words, and through whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nli.article.names import Speaker
from nli.article.parsing import Unit
from nli.article.syntax import subtree
from nli.records import Span

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
    via: tuple[str, ...] = ()


WRITER = Voice(Speaker("article"))


def name_span(head: Token, unit: Unit) -> Span:
    """Where the noun phrase that ends with `head` stands, its determiner included, what follows left out."""
    first = head
    for token in subtree(head):
        if token.i < head.i and not token.is_punct and unit.quotation(token) is None:
            first = token
            break
    return Span(*unit.span(first, head))


def word_span(cue: Token, unit: Unit) -> Span:
    """Where a cue stands, its auxiliaries left out."""
    return Span(*unit.span(cue, cue))
