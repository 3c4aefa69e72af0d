"""Who says a whole quotation, and the quotation as a text of its own to parse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.parsing import Unit
from nli.article.quotations import Masked, Quotation, statements
from nli.article.syntax import child, is_finite, is_said, is_verb, subject

if TYPE_CHECKING:
    from spacy.tokens import Token


_DASHES = ("-", "–", "—", "--", "―")
_LONGEST_SIGNATURE = 16


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole quotation, interrupted or not: its parts, and the token that stands for the first of them."""

    parts: tuple[Quotation, ...]
    token: Token


def find_statements(unit: Unit, text: str) -> list[Statement]:
    """The whole quotations that begin in a parsed stretch, in order; `text` is the article's."""
    tokens = {token.idx: token for token in unit.doc}
    places = {quotation.start: place for place, quotation in unit.masks.items()}
    found = []
    for group in statements([unit.masks[place] for place in sorted(unit.masks)], text):
        token = tokens.get(places[group[0].start])
        if token is not None:
            found.append(Statement(tuple(group), token))
    return found


def content(parts: Sequence[Quotation], text: str) -> Masked:
    """The words of a quotation without its marks, its interruptions left out."""
    characters: list[str] = []
    offsets: list[int] = []
    for number, part in enumerate(parts):
        if number:
            characters.append(" ")
            offsets.append(part.inner_start)
        for place in range(part.inner_start, part.inner_end):
            character = text[place]
            if character in '“”"«»' or text.startswith("''", place) or text.startswith("''", place - 1):
                continue
            characters.append("'" if character in "’‘" else " " if character.isspace() else character)
            offsets.append(place)
    while characters and characters[-1] in " ,-–—":
        characters.pop()
        offsets.pop()
    if characters and characters[-1] not in ".!?…":
        # The comma before "he said" stands for a full stop.
        characters.append(".")
        offsets.append(offsets[-1])
    offsets.append(parts[-1].inner_end)
    return Masked("".join(characters), tuple(offsets), {})


def _before_colon(statement: Statement, unit: Unit, lexicon: Lexicon) -> tuple[Token, Token] | None:
    """Who is named before a colon that brings the quotation: "Smith fired back: ...", "Smith: ..."."""
    doc, first = unit.doc, statement.token.i - 1
    if first > 0 and doc[first].text in '“"':
        first -= 1
    if first <= 0 or doc[first].lower_ != ":":
        return None
    mark = doc[first]
    start = mark.sent.start if mark.sent.start < mark.i else doc[first - 1].sent.start
    return introducer(unit, start, mark, lexicon)


def _signed(statement: Statement, unit: Unit) -> tuple[Token, Token] | None:
    """Who is named behind a dash after a quotation: "We went." – Jane Roe, teacher."""
    doc, place = unit.doc, statement.token.i + 1
    while place < len(doc) and doc[place].is_punct and doc[place].text not in _DASHES:
        place += 1
    rest = doc[place + 1 :]
    if place + 1 >= len(doc) or doc[place].text not in _DASHES or len(rest) > _LONGEST_SIGNATURE:
        return None
    name = rest[0]
    while name.dep_ in ("compound", "flat", "nmod") and name.head.i > name.i:
        name = name.head
    if name.pos_ != "PROPN" or any(is_verb(item) and is_finite(item) for item in rest):
        return None
    return name, doc[place]


def _may_speak(token: Token, lexicon: Lexicon) -> bool:
    """Whether a word can stand for somebody who speaks."""
    if token.pos_ == "PROPN":
        return not token.text.isupper() or len(token.text) <= 4 or token.ent_type_ == "PERSON"
    people = lexicon.people
    return token.lower_ in ("he", "she", "they") or token.lemma_.lower() in people["roles"] | people["bodies"]


def introducer(unit: Unit, start: int, mark: Token, lexicon: Lexicon) -> tuple[Token, Token] | None:
    """Who is named between a token and a colon, and by which cue: the subject of the last verb, else the name."""
    words = [unit.doc[place] for place in range(start, mark.i)]
    dash = next((place for place in range(len(words) - 1, -1, -1) if words[place].text in _DASHES), -1)
    words = words[dash + 1 :]
    verbs = [item for item in words if is_verb(item) and item.dep_ not in ("aux", "auxpass", "amod", "compound")]
    for verb in sorted(verbs, key=lambda item: (item.dep_ != "ROOT", item.i)):
        found = child(verb, "nsubj") or subject(verb, unit)
        if found is not None and unit.quotation(found) is None and _may_speak(found, lexicon):
            return found, verb
    names = [item for item in words if item.pos_ == "PROPN" and item.dep_ not in ("compound", "flat")]
    return (names[0], mark) if names and not verbs and len(words) <= 12 else None


def speaker_of(statement: Statement, unit: Unit, lexicon: Lexicon) -> tuple[Token | None, Token | None, bool]:
    """The speaker that the quotation's own sentence names, the cue, and whether that sentence has words besides.

    Of several reporting verbs, the one that the quotation hangs on, else the nearest.
    """
    token = statement.token
    sentence = token.sent
    others = [item for item in sentence if item.is_alpha and unit.quotation(item) is None]
    best: tuple[int, int] | None = None
    found: tuple[Token | None, Token | None] = (None, None)
    for item in sentence:
        candidate: Token | None = None
        if is_verb(item) and item.lemma_.lower() in lexicon.reporting and is_said(item):
            candidate = subject(item, unit)
        elif item.lower_ == "according":
            to = child(item, "prep")
            candidate = child(to, "pobj") if to is not None else child(item, "pobj")
        if candidate is None or unit.quotation(candidate) is not None or candidate.lower_ in ("that", "which", "it's"):
            continue
        # "I never did," Roe said, after Poe said ...: who stands right behind it speaks, whatever it hangs on.
        between = token.doc[token.i + 1 : item.i]
        named = {one.i for one in candidate.subtree}
        behind = token.i < candidate.i < item.i and all(one.is_punct or one.i in named for one in between)
        rank = (0 if behind else 1 if token.head.i == item.i else 2, abs(item.i - token.i))
        if best is None or rank < best:
            best, found = rank, (candidate, item)
    signed = _signed(statement, unit) if best is None else None
    if signed is not None:
        return *signed, True
    if best is None or found[1] is None or found[1].i < token.i:
        # "When she hinted at a ban, Smith fired back: ...": the last verb before the colon, whatever it means.
        colon = _before_colon(statement, unit, lexicon)
        found = colon if colon is not None else found
    return *found, bool(others)
