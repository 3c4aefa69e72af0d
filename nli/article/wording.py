"""Read an attribution off the order of words where the parse has lost it: "X said ...", "..., X said."."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nli.article.parsing import Unit
from nli.article.syntax import SUBJECTS, child, is_finite, is_verb

if TYPE_CHECKING:
    from spacy.tokens import Token

_LEAST = 3
_TIMES = ("DATE", "TIME")
_COMMAS = (",", "–", "—", "-", "--", "―", ";")
_NEVER_FIRST = (
    "to",
    "about",
    "of",
    "if",
    "whether",
    "for",
    "so",
    "as",
    "how",
    "why",
    "what",
    "when",
    "where",
    "nothing",
    "more",
)


def worded(verb: Token, speaker: Token, unit: Unit) -> tuple[Token, ...]:
    """The words that a verb of saying reports, judged by their order; empty if they are no clause.

    After the verb: from "that", or at once, to the end of the sentence. Before it: what stands before the
    comma that goes before the speaker.
    """
    sentence = verb.sent
    if verb.dep_ == "amod":
        return ()
    if speaker.i < verb.i:
        after = _after(verb, sentence.end, unit)
        if after:
            return after
    if verb.dep_ in ("relcl", "acl", "advcl") or speaker.tag_ in ("WP", "WDT"):
        return ()
    edge = min(speaker.left_edge.i if speaker.left_edge.i > sentence.start else speaker.i, verb.i)
    return _before(edge, verb, unit)


def _after(verb: Token, end: int, unit: Unit) -> tuple[Token, ...]:
    doc = verb.doc
    place = verb.i + 1
    that = next(
        (i for i in range(place, min(end, place + 9)) if doc[i].lower_ == "that" and doc[i].dep_ != "det"), None
    )
    between = [doc[i] for i in range(place, that)] if that is not None else []
    # "told the mayor in writing that ..."
    if that is not None and not any(
        (is_verb(item) and item.lower_ != "writing") or item.lower_ in _COMMAS for item in between
    ):
        place = that + 1
    else:
        while place < end and (
            doc[place].ent_type_ in _TIMES
            or (doc[place].lower_ in ("on", "in", "at") and place + 1 < end and doc[place + 1].ent_type_ in _TIMES)
        ):
            place += 1
        if verb.tag_ == "VBG":
            return ()
        if (
            place >= end
            or doc[place].lower_ in _NEVER_FIRST
            or doc[place].is_punct
            or doc[place].pos_ in ("ADP", "CCONJ")
        ):
            return ()
    unsure = child(verb, "dobj") is not None and that is None
    return _clause([doc[i] for i in range(place, end)], unit, unsure=unsure)


def _before(edge: int, verb: Token, unit: Unit) -> tuple[Token, ...]:
    doc, start = verb.doc, verb.sent.start
    while edge > start and doc[edge - 1].pos_ in ("ADJ", "NOUN", "PROPN", "DET", "NUM"):
        edge -= 1
    if edge - 1 <= start or doc[edge - 1].lower_ not in _COMMAS:
        return ()
    return _clause([doc[i] for i in range(start, edge - 1)], unit)


def _clause(tokens: list[Token], unit: Unit, *, unsure: bool = False) -> tuple[Token, ...]:
    """The words if they hold a verb with a tense and something before it, and no quotation.

    Where it is `unsure` that they are a clause, no comma may stand before that verb.
    """
    while tokens and tokens[-1].is_punct:
        tokens.pop()
    if tokens and tokens[0].tag_ in ("WP", "WDT", "WRB"):
        return ()
    if len(tokens) < _LEAST or any(unit.quotation(token) is not None for token in tokens):
        return ()
    here = {token.i for token in tokens}
    for place, token in enumerate(tokens):
        if token.lower_ in _COMMAS and unsure:
            return ()
        if place and is_verb(token) and is_finite(token) and token.dep_ not in ("relcl", "acl", "advcl", "pcomp"):
            own = child(token, *SUBJECTS, "expl")
            if own is None or own.i in here:
                return tuple(tokens)
    return ()
