"""Denials in a comment set behind what they deny: "..., a claim that Roe disputes", "..., which he denies"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.parsing import Unit
from nli.article.shapes import Denial, marker
from nli.article.syntax import SUBJECTS, is_finite, is_verb

if TYPE_CHECKING:
    from spacy.tokens import Span as Sentence
    from spacy.tokens import Token

BREAKS = (",", "–", "—", "-", "--", "(")
"""What sets a comment off from what it is on."""
_ARTICLES = ("a", "an", "the", "one")
_OF_CLAIMS = frozenset(("deny", "dispute", "refute", "rebut"))
"""Verbs whose object is a claim whatever it is called; one may reject a plan, and contest an auction."""

_LONGEST_NAME = 12
_ASIDE = 3
_NOBODY = frozenset(("nobody", "none", "no", "few", "neither", "nor", "anyone", "hardly"))
_NEVER = frozenset(("not", "n't", "n’t", "never", "hardly", "scarcely", "no", "longer"))
_LONGEST_ASIDE = 24
_VIEWS = frozenset("view claim account assertion charge accusation allegation version assessment".split())
_ALTHOUGH = frozenset(("although", "though", "while", "but"))
_ENDS = frozenset((",", ";", ":", ".", ")", "–", "—"))


def find_comments(unit: Unit, lexicon: Lexicon) -> list[Denial]:
    """Find the denials of a parsed stretch that comment on what their sentence has just said, in order.

    They are told by the order of the words, for parsers join such a comment to whatever noun stands before it.
    """
    return _comments(unit.doc, unit, lexicon)


def comment_words(sentence: Sentence, unit: Unit, lexicon: Lexicon) -> set[int]:
    """The places of the words of all such comments of a sentence, each with the break before it."""
    found: set[int] = set()
    for denial in _comments(sentence, unit, lexicon):
        doc = denial.cue.doc
        start = min(denial.noun.i, denial.cue.i) - 1
        opens = BREAKS if denial.noun.i < denial.cue.i else _ALTHOUGH
        while start > sentence.start and doc[start].lower_ not in opens:
            start -= 1
        start -= opens == _ALTHOUGH
        # "..., which the company denied in court on Tuesday": to its end.
        end = denial.cue.i + 1
        while end < sentence.end and doc[end].text not in _ENDS:
            end += 1
        found.update(range(start, end + (end < sentence.end and doc[end].text == ")")))
    return found


def _comments(tokens: Iterable[Token], unit: Unit, lexicon: Lexicon) -> list[Denial]:
    found = (_comment(token, unit, lexicon) for token in tokens)
    return [denial for denial in found if denial is not None]


def _comment(token: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    lemma = token.lemma_.lower()
    aside = _aside(token, unit)
    if aside is not None:
        return aside
    if lemma not in lexicon.references["denying"] or token.tag_ not in ("VBZ", "VBD", "VBN", "VBP", "NNS"):
        return None
    verb = token
    while verb.dep_ == "conj" and verb.head.i < verb.i and is_verb(verb.head):
        verb = verb.head  # "a charge that she has faced before and has always denied"
    end = verb.i
    while end > token.sent.start and _is_auxiliary(token.doc[end - 1]):
        end -= 1
    if any(word.lower_ in _NEVER or word.tag_ == "MD" for word in token.doc[end : token.i]):
        return None  # "a claim the company has not disputed", "would have denied"
    following = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else token
    if token.tag_ == "VBN" and end == token.i and following.lower_ == "by":
        return None  # "a claim by the company disputed by regulators"
    opening = _opening(end, token, lexicon)
    if opening is None:
        return None
    noun, start = opening
    name = [token.doc[place] for place in range(start, end)]
    joined = token.doc[start - 1].lower_ in ("that", "which")
    misread = token.tag_ == "NNS" and not joined and any(word.pos_ == "ADP" for word in name)
    if misread or any(word.lower_ in _NOBODY for word in name):
        return None  # "a story of land disputes", "a claim no engineer disputes"
    speaker = _speaker(name)
    if speaker is None or unit.quotation(speaker) is not None:
        return None
    asked = [word for word in token.doc[token.sent.start : noun.i] if is_verb(word) and marker(word) == "whether"]
    clause = asked[-1] if asked and asked[-1].right_edge.i >= noun.i - _ASIDE else None
    return Denial(unit, speaker, token, noun, "statement", None, frozenset(), False, clause, comment=True)


def _aside(token: Token, unit: Unit) -> Denial | None:
    """ "..., although Roe disputes this", "..., but Roe denied that", at the end of a sentence."""
    if token.lemma_.lower() not in (*_OF_CLAIMS, "contest") or token.tag_ not in ("VBZ", "VBD", "VBN", "VBP"):
        return None
    doc, sentence = token.doc, token.sent
    pronoun = doc[token.i + 1] if token.i + 1 < sentence.end else token
    after = doc[pronoun.i + 1] if pronoun.i + 1 < sentence.end else pronoun
    named = pronoun.lower_ in ("this", "that") and after.lemma_.lower() in _VIEWS
    if token.lemma_.lower() != "deny" and not named and pronoun.lower_ != "this":
        return None  # "signed the contract, but later disputed it"
    if named:
        after = doc[after.i + 1] if after.i + 1 < sentence.end else after
    if pronoun.lower_ not in ("this", "that", "it") or after.text not in _ENDS:
        return None
    start = token.i
    while start > sentence.start and doc[start].lower_ not in _ALTHOUGH and token.i - start < _LONGEST_ASIDE:
        start -= 1
    if doc[start].lower_ not in _ALTHOUGH or start - 1 <= sentence.start or doc[start - 1].text not in BREAKS:
        return None
    if any(is_verb(word) and is_finite(word) and not _is_auxiliary(word) for word in doc[start + 1 : token.i]):
        return None  # "although he was asked and the firm denied it"
    name = [doc[place] for place in range(start + 1, token.i) if not _is_auxiliary(doc[place])]
    negated = any(word.lower_ in _NEVER or word.lower_ in _NOBODY for word in doc[start + 1 : token.i])
    speaker = _speaker(name)
    if negated or speaker is None or unit.quotation(speaker) is not None:
        return None
    return Denial(unit, speaker, token, pronoun, "statement", None, frozenset(), False, comment=True)


def _is_auxiliary(word: Token) -> bool:
    return word.pos_ == "AUX" or word.tag_ in ("RB", "RBR") or word.lower_ in ("has", "have", "had", "'ve", "’ve")


def _opening(end: int, verb: Token, lexicon: Lexicon) -> tuple[Token, int] | None:
    """The word that stands for what is denied, and where the name of who denies begins."""
    doc = verb.doc
    nouns = lexicon.references["accusation"] | lexicon.references["statement"]
    for place in range(end - 1, max(verb.sent.start, end - _LONGEST_NAME), -1):
        word: Token = doc[place]
        if word.lower_ == "which" and doc[place - 1].lower_ in BREAKS:
            told = verb.lemma_.lower() in _OF_CLAIMS and not _is_granted(doc[place - 1], lexicon)
            return (word, place + 1) if told else None
        if word.lower_ == "something" and doc[place - 1].lower_ in BREAKS:
            return word, place + 1 + (doc[place + 1].lower_ == "that")
        if word.lemma_.lower() in nouns and is_set_off(word):
            return word, place + 1 + (doc[place + 1].lower_ in ("that", "which"))
        if word.lower_ in BREAKS or (is_verb(word) and word.dep_ not in ("amod", "compound")):
            return None
    return None


def _is_granted(end: Token, lexicon: Lexicon) -> bool:
    """Whether the last noun before a break is something that one asks for: "a visa, which the embassy denied"."""
    nouns = [word for word in end.doc[end.sent.start : end.i] if word.pos_ in ("NOUN", "PROPN")]
    return bool(nouns) and nouns[-1].lemma_.lower() in lexicon.references["granted"]


def is_set_off(noun: Token) -> bool:
    """Whether "a" and a break stand before a noun, with no more than an adjective or two between."""
    place = noun.i - 1
    while place > noun.sent.start and noun.doc[place].pos_ in ("ADJ", "ADV"):
        place -= 1
    return place > noun.sent.start and noun.doc[place].lower_ in _ARTICLES and noun.doc[place - 1].lower_ in BREAKS


def _speaker(words: list[Token]) -> Token | None:
    """The head of a name: its subject where the parser knows one, else the last noun before a preposition."""
    subjects = [word for word in words if word.dep_ in SUBJECTS and word.pos_ in ("NOUN", "PROPN", "PRON")]
    if subjects:
        return subjects[-1]
    first = next((place for place, word in enumerate(words) if place and word.pos_ == "ADP"), len(words))
    heads = [word for word in words[:first] if word.pos_ in ("NOUN", "PROPN", "PRON")]
    return heads[-1] if heads else None
