"""Attributions by a noun: "a statement by Russia that ...", "his plan to leave"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.parsing import Unit
from nli.article.shapes import Attribution, Shape, can_speak, is_content
from nli.article.syntax import SUBJECTS, child, children, has_to, is_said, preposition, subject
from nli.records import Stance

if TYPE_CHECKING:
    from spacy.tokens import Token


LACKING = ("no", "any", "little", "insufficient")
"""With these a noun says that there is no such statement: "found no evidence that ..."."""

_TAKEN_BACK = frozenset("drop withdraw dismiss reject quash clear deny refute evidence proof acquit retract".split())


def of_noun(noun: Token, unit: Unit, lexicon: Lexicon) -> Iterator[Attribution]:
    """ "a statement by Russia that ...", "his belief that ...", "demands for Kyiv to ..." """
    lemma = noun.lemma_.lower()
    yield from _of_intention(noun, unit, lexicon)
    stances: tuple[Stance, ...] = ("asserts", "denies", "hedges", "demands")
    stance = next((item for item in stances if lemma in lexicon.nouns[item]), None)
    if stance is None or any(item.lower_ in LACKING for item in children(noun, "det", "amod")):
        return
    for item in children(noun, "acl", "ccomp", "relcl"):
        mark = child(item, "mark")
        if stance == "demands" and has_to(item) and item.dep_ == "acl":
            shape: Shape = "wish"
            actor = preposition(noun, "for") or child(item, *SUBJECTS)
            if actor is None:
                continue
        elif mark is not None and mark.lower_ == "that" and is_content(item, unit):
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
    owner = child(noun, "poss", "nsubj") or preposition(noun, "by") or preposition(noun, "from")
    if owner is not None:
        return owner
    verb = noun.head
    if noun.dep_ == "dobj" and verb.lemma_.lower() in lexicon.nouns["bringing"] and is_said(verb):
        return subject(verb, unit)
    return None
