"""The writer's own verdicts on what others say, as fact-checkers word them.

"..., a claim that has been widely debunked", "..., which is false", "That is not true.", "It didn't.", "Roe was wrong
when he said that ...". Who judges is the writer, unless the verdict is within what somebody else says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nli.article.comments import BREAKS, is_set_off
from nli.article.lexicon import Lexicon
from nli.article.parsing import Unit
from nli.article.shapes import Denial
from nli.article.syntax import child, children, is_verb

if TYPE_CHECKING:
    from spacy.tokens import Span as Sentence
    from spacy.tokens import Token

_JOINING = ("that", "which")
_BEING = frozenset("is was are were has have been be proved proven turned out to".split())
_UNTRUE = frozenset("false untrue incorrect inaccurate wrong debunked discredited disproven disproved baseless".split())
"""What is said of statements alone; a passport may be fake."""
_SAYINGS = frozenset("truth case lie nonsense myth fiction fabrication falsehood baseless unfounded groundless".split())
_POINTING = ("it", "this", "that")
_ENDS = frozenset((",", ";", ".", "!", ")", "–", "—", "-", "--"))
_TRUE = frozenset(("true", "correct", "accurate"))
_NOT = frozenset(("not", "n't", "n’t", "never"))
_LONGEST_VERDICT = 9
_PRONOUNS = frozenset(("it", "this", "that", "he", "she", "they", "these", "those"))
_AUXILIARIES = frozenset("did does do was were is are has have had would could ca will".split())
_SHORT = 3
_PROMISING = frozenset(("promise", "vow", "pledge", "swear", "threaten"))
_PERSONS = ("he", "she", "they", "it", "his", "her", "their", "its")
_TELLING = ("say", "tell", "add", "argue", "insist", "claim", "note", "state", "write", "report", "conclude", "believe")
_ERRING = ("wrong", "mistaken", "incorrect")


def find_verdicts(unit: Unit, lexicon: Lexicon) -> list[Denial]:
    """Find the verdicts of a parsed stretch, in order."""
    found = [verdict for token in unit.doc if (verdict := _set_behind(token, unit, lexicon)) is not None]
    found += [verdict for sentence in unit.doc.sents if (verdict := _short(sentence, unit, lexicon)) is not None]
    return sorted(found, key=lambda item: item.cue.i)


def verdict_words(sentence: Sentence, unit: Unit, lexicon: Lexicon) -> set[int]:
    """The places of the words of all verdicts set behind what a sentence says, each with the break before it."""
    found: set[int] = set()
    for token in sentence:
        verdict = _set_behind(token, unit, lexicon)
        if verdict is not None:
            start = verdict.noun.i - 1
            while start > sentence.start and token.doc[start].lower_ not in BREAKS:
                start -= 1
            found.update(range(start, token.i + 1))
    return found


def is_verdict(denial: Denial, lexicon: Lexicon) -> bool:
    """Whether a denial that nobody else makes is a sentence of the writer: "That is not true.", "It didn't."."""
    sentence = denial.cue.sent
    if sentence.root.i != denial.cue.i or sentence.text.rstrip().endswith("?"):
        return False
    if _short(sentence, denial.unit, lexicon) is not None:
        return True
    noun = denial.noun
    told = noun.lemma_.lower() in lexicon.references["accusation"] | lexicon.references["statement"]
    names = children(denial.cue, "acomp", "attr")
    words = {word for token in names for word in (token.lower_, token.lemma_.lower())}
    # "It was fake" may be said of a passport, "that is nonsense" hardly.
    known = _UNTRUE | _TRUE if noun.lower_ == "it" else _UNTRUE | _TRUE | _SAYINGS
    plain = all(token.lower_ != "case" or [item.lower_ for item in token.children] == ["the"] for token in names)
    bound = any(item.tag_ == "MD" for item in children(denial.cue, "aux"))
    return (
        denial.cue.lemma_ == "be" and (told or noun.lower_ in _POINTING) and not words.isdisjoint(known) and plain
    ) and not bound


def errs(cue: Token) -> bool:
    """Whether who says something is said to be wrong in it: "was wrong when he said that", "in his claim that"."""
    place: Token = cue
    if is_verb(cue) and cue.dep_ in ("advcl", "pcomp"):
        place = cue.head.head if cue.dep_ == "pcomp" else cue.head
        opening = cue.left_edge.lower_
        if cue.dep_ == "advcl" and opening != "when":
            return False
    elif cue.dep_ == "pobj" and cue.head.lower_ in ("in", "about"):
        place = cue.head.head
    else:
        return False
    if place.lower_ not in _ERRING:
        name = child(place, "acomp") if place.lemma_ == "be" else None
        if name is None or name.lower_ not in _ERRING:
            return False
        place = name
    verb = place.head if place.dep_ == "acomp" else place
    own, thing = child(verb, "nsubj", "nsubjpass"), child(place, "xcomp")
    bound = any(item.dep_ == "neg" or item.tag_ == "MD" for item in (*verb.children, *place.children))
    above = verb.dep_ == "ROOT" or (verb.dep_ == "ccomp" and verb.head.lemma_.lower() in _TELLING)
    asked = verb.sent.text.rstrip().endswith("?") or any(
        item.dep_ == "mark" and item.lower_ != "that" for item in verb.children
    )
    if own is None or thing is not None or bound or asked or not above:
        return False
    # Who errs must be who says it: "he", "his", or the same name.
    who = child(cue, "poss") or child(cue, "nsubj") or own
    return who.lower_ in _PERSONS or who.text == own.text


def _set_behind(token: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "..., a claim that has been widely debunked", "..., which is not true"."""
    following = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
    if following is None or following.text not in _ENDS:
        return None  # "a false ceiling", "false in most states", "false according to Roe"
    unsaid = token.lower_ in lexicon.references["falsity"] or token.lower_ in lexicon.nouns["false"]
    false = token.lower_ in _UNTRUE or unsaid
    if not (false or token.lower_ in _TRUE) or unit.quotation(token) is not None:
        return None
    doc, place, negated = token.doc, token.i - 1, False
    while place > token.sent.start and token.i - place < _LONGEST_VERDICT and doc[place].lower_ not in _JOINING:
        word = doc[place]
        negated |= word.lower_ in _NOT
        if word.lower_ not in _BEING and word.lower_ not in _NOT and word.pos_ != "ADV":
            return None
        place -= 1
    joining = doc[place]
    if joining.lower_ not in _JOINING or place + 1 == token.i or false == negated or place - 1 <= token.sent.start:
        return None
    noun = doc[place - 1]
    if joining.lower_ == "which" and noun.lower_ in BREAKS:
        return _verdict(unit, token, joining) if token.lower_ in _UNTRUE | _TRUE else None
    nouns = lexicon.references["accusation"] | lexicon.references["statement"]
    if noun.lemma_.lower() not in nouns or not is_set_off(noun):
        return None
    return _verdict(unit, token, noun)


def _short(sentence: Sentence, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "It didn't.", "She had not.": a sentence of its own."""
    if sentence.start:
        # "Is it perfect? It isn't.", "They were not paid. They did not.": what was told must stand right before.
        last = sentence.doc[sentence.start - 1]
        told = lexicon.verbs["asserts"] - _PROMISING
        if last.text == "?" or not any(item.lemma_.lower() in told and is_verb(item) for item in last.sent):
            return None
    if not _is_short(sentence):
        return None
    words = [token for token in sentence if not token.is_punct and not token.is_space]
    return _verdict(unit, words[1], words[0])


def _is_short(sentence: Sentence) -> bool:
    lower = [token.lower_ for token in sentence if not token.is_punct and not token.is_space]
    return len(lower) == _SHORT and lower[0] in _PRONOUNS and lower[1] in _AUXILIARIES and lower[2] in _NOT


def _verdict(unit: Unit, cue: Token, noun: Token) -> Denial:
    behind = noun.lower_ not in _PRONOUNS
    return Denial(unit, None, cue, noun, "statement" if behind else "pronoun", None, frozenset(), False, comment=behind)
