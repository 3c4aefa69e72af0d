"""Answers that deny what was told just before: "Roe says otherwise", "Roe said they had not", "begs to differ"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.parsing import Unit
from nli.article.shapes import Denial, Refers
from nli.article.syntax import child, children, is_said, preposition, subject

if TYPE_CHECKING:
    from spacy.tokens import Token

_POINTING = ("it", "this", "that")
_OTHERWISE = frozenset("say claim insist maintain contend argue assert testify".split())
_OPPOSITE = ("opposite", "contrary", "reverse")
_PRONOUNS = ("he", "she", "it", "they", "we", "i", "there")
_AUXILIARIES = ("do", "have", "be")
_TELLING = ("say", "insist", "maintain", "claim", "argue", "respond", "reply", "answer", "tell", "testify")
_FOR_OTHERS = ("family", "lawyer", "attorney", "police", "prosecutor", "doctor")
_NEGATIVE = frozenset("no never none neither nor nobody nothing either without".split())
_DEFINITE = ("the", "this", "that", "these", "those")
_DRAWING = ("draw", "bring", "prompt", "provoke", "elicit", "earn")
_FACTS = frozenset("fact truth reality evidence record".split())
_SUPPORTING = ("support", "back", "substantiate")
_ABOUT = ("for", "of", "behind")


def of_retort(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """The denial that a verb makes of what was told just before, or none."""
    return (
        _otherwise(verb, unit)
        or _differs(verb, unit)
        or _opposite(verb, unit)
        or _elliptic(verb, unit)
        or _drawn(verb, unit, lexicon)
        or _no_evidence(verb, unit, lexicon)
        or _at_odds(verb, unit, lexicon)
    )


def _made(
    unit: Unit, speaker: Token | None, cue: Token, noun: Token, refers: Refers, owner: Token | None = None
) -> Denial:
    if speaker is not None and speaker.lower_ in ("i", "we"):
        speaker = None
    return Denial(unit, speaker, cue, noun, refers, owner, frozenset(), False, retort=refers == "pronoun")


def _otherwise(verb: Token, unit: Unit) -> Denial | None:
    """ "Roe says otherwise"."""
    other = next((item for item in children(verb, "advmod") if item.lower_ == "otherwise" and item.i > verb.i), None)
    if verb.lemma_ not in _OTHERWISE or other is None or child(verb, "ccomp", "dobj") or not is_said(verb):
        return None
    speaker = subject(verb, unit)
    if speaker is None or speaker.tag_ in ("WP", "WDT") or verb.dep_ != "ROOT" or _is_question(verb):
        return None
    return _made(unit, speaker, verb, other, "pronoun")


def _differs(verb: Token, unit: Unit) -> Denial | None:
    """ "Roe begs to differ"; "Roe disagrees." where that is the whole sentence."""
    begs = verb.lemma_ == "beg" and any(item.lower_ == "differ" for item in children(verb, "xcomp"))
    below = [item for item in verb.children if not item.is_punct and item.dep_ not in ("nsubj", "advmod", "cc")]
    disagrees = verb.lemma_ == "disagree" and verb.tag_ in ("VBZ", "VBD") and verb.dep_ == "ROOT" and not below
    speaker = child(verb, "nsubj")
    if not (begs or disagrees) or speaker is None or not is_said(verb):
        return None
    if speaker.tag_ in ("NNS", "NNPS") or speaker.lower_ in ("they", "we") or child(speaker, "conj") is not None:
        return None  # "The sisters disagreed."
    return _made(unit, speaker, verb, verb, "pronoun")


def _opposite(verb: Token, unit: Unit) -> Denial | None:
    """ "the opposite was true", "the opposite had happened"."""
    noun, name = child(verb, "nsubj"), child(verb, "acomp")
    if noun is None or noun.lower_ not in _OPPOSITE or not is_said(verb):
        return None
    true = verb.lemma_ == "be" and name is not None and name.lower_ in ("true", "correct")
    happened = verb.lemma_ in ("happen", "occur") and verb.tag_ in ("VBD", "VBN")
    # "The opposite is true of hens": of what was told before, nothing more is said.
    bare = preposition(verb, "of") is None and (name is None or preposition(name, "of") is None)
    return _made(unit, None, verb, noun, "pronoun") if bare and (true or happened) else None


def _elliptic(verb: Token, unit: Unit) -> Denial | None:
    """ "Roe said they had not", "No, it was not"."""
    if verb.lemma_ not in _AUXILIARIES or verb.tag_ not in ("VBD", "VBZ", "VBP"):
        return None
    own = child(verb, "nsubj", "expl")
    below = [item for item in verb.children if not item.is_punct]
    no = any(item.lower_ == "no" and item.dep_ in ("intj", "advmod", "det") for item in below)
    rest = [item for item in below if item.dep_ not in ("neg", "mark", "intj") and item != own]
    negated = any(item.dep_ == "neg" for item in below)
    if own is None or own.lower_ not in _PRONOUNS or rest or not negated:
        return None
    if any(item.lower_ not in ("that", "no") for item in children(verb, "mark", "intj")):
        return None  # "because it did not", "whether it was not"
    told = verb.dep_ == "ccomp" and verb.head.lemma_ in _TELLING and _of_another(own, verb.head)
    if not (no or told) or not _takes_up(verb, answers=no):
        return None
    return _made(unit, None, verb, own, "pronoun")


def _of_another(pronoun: Token, telling: Token) -> bool:
    """Whether a pronoun can hardly be who tells: "Roe said they had not", "her lawyer said she had not"."""
    teller = child(telling, "nsubj")
    if teller is None or teller.pos_ == "PRON":
        return False
    if pronoun.lower_ in ("he", "she"):
        return teller.pos_ == "NOUN" and (child(teller, "poss") is not None or teller.lemma_ in _FOR_OTHERS)
    if pronoun.lower_ == "they":
        return teller.tag_ not in ("NNS", "NNPS") and teller.lower_ != "percent"
    return teller.ent_type_ == "PERSON" or pronoun.lower_ == "there"


def _takes_up(verb: Token, *, answers: bool) -> bool:
    """Whether a lone auxiliary takes up what was told in its sentence or the one before.

    It does not if it answers a question or what was told is negative itself: "had not paid ... said they had not".
    """
    start = verb.sent.start
    first = verb.doc[start - 1].sent.start if start else 0
    before = verb.doc[first : verb.i]
    if any(token.lower_ in ("whether", "if", "?") for token in before):
        return False
    if answers:
        return True
    if any(token.dep_ == "neg" or token.lower_ in _NEGATIVE for token in before):
        return False
    if verb.lemma_ == "do":
        return any(token.tag_ in ("VBD", "VBZ", "VBP") for token in before)
    return any(token.lemma_ == verb.lemma_ for token in before)


def _drawn(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "The allegation drew a swift denial from Roe"."""
    noun, drawn = child(verb, "nsubj"), child(verb, "dobj")
    if verb.lemma_ not in _DRAWING or noun is None or drawn is None or drawn.lemma_ not in ("denial", "rebuttal"):
        return None
    speaker = preposition(drawn, "from") or preposition(verb, "from")
    refers = _kind(noun, lexicon)
    none = any(item.lower_ in ("no", "little", "any", "neither", "nor") for item in drawn.children)
    if speaker is None or refers is None or none or not is_said(verb):
        return None
    return _made(unit, speaker, verb, noun, refers, child(noun, "poss"))


def _no_evidence(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "there was no evidence for the claim", "no evidence to support the allegation"."""
    name = child(verb, "attr")
    if verb.lemma_ != "be" or child(verb, "expl") is None or name is None or name.lower_ != "evidence":
        return None
    if all(item.lower_ != "no" for item in name.children) or not is_said(verb):
        return None
    act = next((item for item in children(name, "acl", "relcl") if item.lemma_ in _SUPPORTING), None)
    thing = child(act, "dobj") if act is not None else None
    thing = thing or next((found for word in _ABOUT if (found := preposition(name, word))), None)
    refers = _kind(thing, lexicon) if thing is not None else None
    if thing is None or refers is None or thing.lemma_ == "charge":
        return None
    # "no evidence of any complaint", "no evidence to support charges"
    meant = any(item.lower_ in _DEFINITE or item.dep_ == "poss" for item in thing.children)
    if refers != "pronoun" and not (meant and thing.head.lower_ != "of"):
        return None
    return _made(unit, None, verb, thing, refers, child(thing, "poss"))


def _at_odds(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "the company's account was at odds with the facts"."""
    noun, odds = child(verb, "nsubj"), preposition(verb, "at")
    if verb.lemma_ != "be" or noun is None or odds is None or odds.lower_ != "odds":
        return None
    thing = preposition(odds, "with") or preposition(verb, "with")
    refers = _kind(noun, lexicon)
    if thing is None or thing.lemma_.lower() not in _FACTS or refers is None or not is_said(verb):
        return None
    return _made(unit, None, verb, noun, refers, child(noun, "poss"))


def _is_question(verb: Token) -> bool:
    return verb.sent.text.rstrip().endswith("?")


def _kind(thing: Token, lexicon: Lexicon) -> Refers | None:
    if thing.lower_ in _POINTING:
        return "pronoun"
    lemma = thing.lemma_.lower()
    groups: tuple[Refers, ...] = ("accusation", "statement")
    return next((group for group in groups if lemma in lexicon.references[group]), None)
