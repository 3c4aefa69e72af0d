"""Denials in a comment set behind what they deny: "..., a claim that Roe disputes", "..., which he denies"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.parsing import Unit
from nli.article.shapes import Denial, marker
from nli.article.syntax import SUBJECTS, is_verb

if TYPE_CHECKING:
    from spacy.tokens import Token

_BREAKS = (",", "–", "—", "-", "--", "(")
_ARTICLES = ("a", "an", "the", "one")
_OF_CLAIMS = frozenset(("deny", "dispute", "contest", "refute", "rebut"))
"""Verbs whose object is a claim whatever it is called; one may reject or dismiss a plan, too."""

_LONGEST_NAME = 12
_ASIDE = 3
_NOBODY = frozenset(("nobody", "none", "one", "few", "neither", "anyone"))


def find_comments(unit: Unit, lexicon: Lexicon) -> list[Denial]:
    """Find the denials of a parsed stretch that comment on what their sentence has just said, in order.

    They are told by the order of the words, for parsers join such a comment to whatever noun stands before it.
    """
    found = (_comment(token, unit, lexicon) for token in unit.doc)
    return [denial for denial in found if denial is not None]


def comment_words(unit: Unit, lexicon: Lexicon) -> set[int]:
    """The places of the words of all such comments, each with the break before it."""
    found: set[int] = set()
    for denial in find_comments(unit, lexicon):
        start = denial.noun.i - 1
        while start > denial.cue.sent.start and denial.cue.doc[start].lower_ not in _BREAKS:
            start -= 1
        found.update(range(start, denial.cue.i + 1))
    return found


def _comment(token: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    lemma = token.lemma_.lower()
    if lemma not in lexicon.references["denying"] or token.tag_ not in ("VBZ", "VBD", "VBN", "VBP", "NNS"):
        return None
    verb = token
    while verb.dep_ == "conj" and verb.head.i < verb.i and is_verb(verb.head):
        verb = verb.head  # "a charge that she has faced before and has always denied"
    end = verb.i
    while end > token.sent.start and _is_auxiliary(token.doc[end - 1]):
        end -= 1
    opening = _opening(end, token, lexicon)
    if opening is None:
        return None
    noun, start = opening
    speaker = _speaker([token.doc[place] for place in range(start, end)])
    if speaker is None or speaker.lower_ in _NOBODY or unit.quotation(speaker) is not None:
        return None
    asked = [word for word in token.doc[token.sent.start : noun.i] if is_verb(word) and marker(word) == "whether"]
    clause = asked[-1] if asked and asked[-1].right_edge.i >= noun.i - _ASIDE else None
    return Denial(unit, speaker, token, noun, "statement", None, frozenset(), False, clause, comment=True)


def _is_auxiliary(word: Token) -> bool:
    return word.pos_ == "AUX" or word.tag_ in ("RB", "RBR") or word.lower_ in ("has", "have", "had", "'ve", "’ve")


def _opening(end: int, verb: Token, lexicon: Lexicon) -> tuple[Token, int] | None:
    """The word that stands for what is denied, and where the name of who denies begins."""
    doc = verb.doc
    nouns = lexicon.references["accusation"] | lexicon.references["statement"]
    for place in range(end - 1, max(verb.sent.start, end - _LONGEST_NAME), -1):
        word: Token = doc[place]
        if word.lower_ == "which" and doc[place - 1].lower_ in _BREAKS:
            return (word, place + 1) if verb.lemma_.lower() in _OF_CLAIMS else None
        if word.lower_ == "something" and doc[place - 1].lower_ in _BREAKS:
            return word, place + 1 + (doc[place + 1].lower_ == "that")
        if word.lemma_.lower() in nouns and _is_set_off(word):
            return word, place + 1 + (doc[place + 1].lower_ in ("that", "which"))
        if word.lower_ in _BREAKS or (is_verb(word) and word.dep_ not in ("amod", "compound")):
            return None
    return None


def _is_set_off(noun: Token) -> bool:
    """Whether "a" and a break stand before a noun, with no more than an adjective or two between."""
    place = noun.i - 1
    while place > noun.sent.start and noun.doc[place].pos_ in ("ADJ", "ADV"):
        place -= 1
    return place > noun.sent.start and noun.doc[place].lower_ in _ARTICLES and noun.doc[place - 1].lower_ in _BREAKS


def _speaker(words: list[Token]) -> Token | None:
    """The head of a name: its subject where the parser knows one, else the last noun before a preposition."""
    subjects = [word for word in words if word.dep_ in SUBJECTS and word.pos_ in ("NOUN", "PROPN", "PRON")]
    if subjects:
        return subjects[-1]
    first = next((place for place, word in enumerate(words) if place and word.pos_ == "ADP"), len(words))
    heads = [word for word in words[:first] if word.pos_ in ("NOUN", "PROPN", "PRON")]
    return heads[-1] if heads else None
