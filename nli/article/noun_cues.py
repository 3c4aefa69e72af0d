"""Attributions by a noun: "a statement by Russia that ...", "his plan to leave"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.parsing import Unit
from nli.article.shapes import Attribution, Shape, can_speak, is_content
from nli.article.syntax import SUBJECTS, child, children, has_to, is_finite, is_said, is_verb, preposition, subject
from nli.records import Stance

if TYPE_CHECKING:
    from spacy.tokens import Token


LACKING = ("no", "any", "little", "insufficient")
"""With these a noun says that there is no such statement: "found no evidence that ..."."""

_TAKEN_BACK = frozenset(
    "drop withdraw dismiss reject quash clear deny dispute rebut refute evidence proof acquit retract".split()
)


_NO_PARTY = ("DATE", "TIME", "CARDINAL", "ORDINAL", "MONEY", "PERCENT", "QUANTITY")
_NEAR = 8
"""Words between a noun and its clause: "attacks from Roe and other candidates that ..."."""


def _joined_clause(noun: Token, unit: Unit) -> Token | None:
    for item in children(noun, "acl", "ccomp", "relcl"):
        mark = child(item, "mark")
        if mark is not None and mark.lower_ == "that" and is_content(item, unit):
            return item
    return None


def that_clause(noun: Token, unit: Unit) -> Token | None:
    """The head of the clause that says what a noun is about, also where the parser hung it elsewhere."""
    joined = _joined_clause(noun, unit)
    if joined is not None:
        return joined
    # "his claim in November that ...", "attacks from Roe and others that ...": parsers hang the clause on what is near.
    following = noun.doc[noun.i + 1] if noun.i + 1 < len(noun.doc) else noun
    if following.pos_ != "ADP" and following.lower_ != "that":
        return None
    for item in noun.doc[noun.i + 1 : min(noun.i + _NEAR, noun.sent.end)]:
        head = item.head
        if item.lower_ == "that" and head.i > item.i and child(head, *SUBJECTS) not in (None, item):
            joins = item.dep_ == "mark" or child(head, "acomp", "attr", "dobj") not in (None, item)
            return head if is_verb(head) and is_finite(head) and joins else None
        if item.is_punct or is_verb(item):
            return None
    return None


def disputed(clause: Token, cue: Token, unit: Unit, lexicon: Lexicon) -> tuple[Token, Token | None] | None:
    """Of a denial with a clause of its own, the noun that says somebody holds it, and whose it is if it has an owner.

    "Dismissed the argument that ..." answers somebody; "denied that ..." and "denied any suggestion that ..." may not.
    """
    for noun in cue.doc[cue.i + 1 : min(cue.i + _NEAR, clause.left_edge.i + 1)]:
        if noun.pos_ == "NOUN" and noun.lemma_.lower() in lexicon.nouns["disputed"]:
            held = that_clause(noun, unit)
            if held is None or held.i != clause.i or any(item.lower_ in LACKING for item in children(noun, "det")):
                return None
            owner = child(noun, "poss") or _behind(noun)
            return noun, owner if owner is not None and owner.ent_type_ not in _NO_PARTY else None
    return None


def _behind(noun: Token) -> Token | None:
    """Whose a noun is by the words behind it: "accusations by Roe", whatever the parser joins them to."""
    word = noun.doc[noun.i + 1] if noun.i + 1 < len(noun.doc) else noun
    return child(word, "pobj") if word.lower_ in ("by", "from") else None


def of_noun(noun: Token, unit: Unit, lexicon: Lexicon) -> Iterator[Attribution]:
    """ "a statement by Russia that ...", "his belief that ...", "demands for Kyiv to ..." """
    lemma = noun.lemma_.lower()
    yield from _of_intention(noun, unit, lexicon)
    stances: tuple[Stance, ...] = ("asserts", "denies", "hedges", "demands")
    stance = next((item for item in stances if lemma in lexicon.nouns[item]), None)
    if stance is None or any(item.lower_ in LACKING for item in children(noun, "det", "amod")):
        return
    # "told him in Monday's call that ...": a call that something be done has its clause at its side.
    clause = (_joined_clause if stance == "demands" else that_clause)(noun, unit)
    for item in dict.fromkeys((*children(noun, "acl"), *([clause] if clause is not None else []))):
        if stance == "demands" and has_to(item) and item.dep_ == "acl":
            shape: Shape = "wish"
            actor = preposition(noun, "for") or child(item, *SUBJECTS)
            if actor is None:
                continue
        elif item == clause:
            shape, actor = "clause", None
        else:
            continue
        speaker = _owner(noun, unit, lexicon)
        if speaker is None and shape == "clause" and lemma in lexicon.nouns["alleging"] and _stands(noun):
            speaker = noun  # "over allegations that he beat her": whose, the sentence does not say
        if speaker is not None and (speaker.i == noun.i or can_speak(speaker)):
            yield Attribution(unit, speaker, noun, item, shape, stance, actor)


def _stands(noun: Token) -> bool:
    """Whether allegations by nobody named are put forward: not "dropped charges that"."""
    head = noun.head.head if noun.dep_ == "pobj" else noun.head
    return noun.tag_ == "NNS" and head.lemma_.lower() not in _TAKEN_BACK


def _of_intention(noun: Token, unit: Unit, lexicon: Lexicon) -> Iterator[Attribution]:
    """ "his plan to leave", "her support for the bill"."""
    lemma = noun.lemma_.lower()
    owner = child(noun, "poss")
    if owner is None or not can_speak(owner):
        return
    if lemma in lexicon.nouns["intends"]:
        act = next((item for item in children(noun, "acl") if has_to(item)), None)
        if act is not None and act.lemma_ not in lexicon.nouns["silence"]:
            yield Attribution(unit, owner, noun, act, "promise", "hedges")
            return
    if lemma in lexicon.nouns["opinions"]:
        thing = next((found for word in ("for", "of", "to", "on") if (found := preposition(noun, word))), None)
        if thing is not None and thing.pos_ in ("NOUN", "PROPN"):
            yield Attribution(unit, owner, noun, thing, "position", "hedges")


def _owner(noun: Token, unit: Unit, lexicon: Lexicon) -> Token | None:
    """Whose statement it is."""
    # With a subject of its own the "noun" is a verb that the tagger did not know ("Smith claims that ...").
    owner = child(noun, "poss", "nsubj")
    owner = owner or preposition(noun, "by") or preposition(noun, "from") or _behind(noun)
    if owner is not None:
        return owner if owner.ent_type_ not in _NO_PARTY else None  # "in Monday's call that ..."
    verb = noun.head
    if noun.dep_ == "dobj" and verb.lemma_.lower() in lexicon.nouns["bringing"] and is_said(verb):
        return subject(verb, unit)
    return None
