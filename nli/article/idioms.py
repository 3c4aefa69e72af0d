"""Denials in a turn of phrase: "tells it differently", "would have none of it", "What Roe says is not so"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.parsing import Unit
from nli.article.retorts import of_retort
from nli.article.shapes import Denial, Refers
from nli.article.syntax import child, children, is_said, preposition, subject

if TYPE_CHECKING:
    from spacy.tokens import Span as Sentence
    from spacy.tokens import Token

_POINTING = ("it", "this", "that", "them", "these", "those")
_TELLING = ("tell", "remember", "recall", "see", "describe", "recount", "put")
_OTHERWISE = ("differently", "otherwise")
_KINDS = ("sort", "kind")
_MADE_UP = ("it", "this", "that", "things", "stuff", "story", "stories", "all", "everything")
_ERRING = ("wrong", "mistaken")
_PERSONS = ("he", "she", "they", "him", "her", "them")
_WHERE = ("in", "on", "under", "at", "beside", "beneath", "near", "within", "between", "with")
_SETTING_ASIDE = {
    "brush": ("aside", "off", "away"),
    "wave": ("aside", "away", "off"),
    "laugh": ("off",),
    "shrug": ("off",),
    "shoot": ("down",),
    "knock": ("down",),
    "scoff": ("at",),
    "bat": ("away", "aside", "back", "down"),
    "swat": ("away", "aside", "down"),
    "sneer": ("at",),
}
_DERISION = ("scorn", "derision", "ridicule", "contempt")
_SCORN = ("scorn", "doubt", "water")
_PLAIN = frozenset(
    ("a", "an", "all", "complete", "utter", "total", "absolute", "pure", "plain", "absolutely", "completely", "simply")
)
_SUBSTANCE = ("substance", "merit", "basis", "foundation", "truth", "validity", "credibility")
_SUMS = ("figure", "count", "tally", "estimate")
_FLAT = ("absolutely not", "not true", "not so", "simply not true", "that's not true", "not a word of it")
_PROCLAIMING = ("maintain", "proclaim", "profess", "protest", "assert", "declare", "insist")
_LONGEST_FLAT = 5


def of_idiom(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """The denial that a verb makes by an idiom; None if there is none."""
    return (
        _told_otherwise(verb, unit)
        or _none_of_it(verb, unit)
        or _of_that_kind(verb, unit)
        or _no_truth(verb, unit, lexicon)
        or _no_substance(verb, unit, lexicon)
        or _news_to(verb, unit)
        or _what_is_said(verb, unit, lexicon)
        or _errs(verb, unit, lexicon)
        or _set_aside(verb, unit, lexicon)
        or _innocent(verb, unit)
        or _not_accepted(verb, unit, lexicon)
        or _not_how(verb, unit)
        or of_retort(verb, unit, lexicon)
    )


def flat(sentence: Sentence, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """A quoted sentence that is a denial and no more: "Absolutely not", "Utter nonsense"."""
    words = [token for token in sentence if not token.is_punct and not token.is_space]
    if not 0 < len(words) <= _LONGEST_FLAT:
        return None
    text = " ".join(token.lower_ for token in words)
    false = {words[-1].lower_, words[-1].lemma_.lower()} & lexicon.references["falsity"]
    if text in _FLAT or (false and all(token.lower_ in _PLAIN for token in words[:-1])):
        return _made(unit, None, sentence.root, words[-1], "pronoun")
    return None


def _made(
    unit: Unit,
    speaker: Token | None,
    cue: Token,
    noun: Token,
    refers: Refers,
    owner: Token | None = None,
    *,
    version: bool = False,
) -> Denial:
    if speaker is not None and speaker.lower_ in ("me", "us"):
        speaker = None
    return Denial(unit, speaker, cue, noun, refers, owner, frozenset(), False, version=version)


def _told_otherwise(verb: Token, unit: Unit) -> Denial | None:
    """ "Roe remembers it differently"."""
    thing = child(verb, "dobj")
    other = next((item for item in verb.children if item.lower_ in _OTHERWISE), None)
    if verb.lemma_ not in _TELLING or thing is None or other is None or thing.lower_ not in _POINTING:
        return None
    speaker = subject(verb, unit) if is_said(verb) else None
    return _made(unit, speaker, verb, thing, "pronoun", version=True) if speaker is not None else None


def _none_of_it(verb: Token, unit: Unit) -> Denial | None:
    """ "Roe would have none of it"."""
    none = child(verb, "dobj")
    thing = preposition(none, "of") if none is not None and none.lower_ == "none" else None
    if verb.lemma_ != "have" or thing is None or thing.lower_ not in _POINTING:
        return None
    speaker = child(verb, "nsubj")
    return _made(unit, speaker, verb, thing, "pronoun") if speaker is not None else None


def _of_that_kind(verb: Token, unit: Unit) -> Denial | None:
    """ "nothing of the sort had happened", "had done nothing of the kind"."""
    for nothing in children(verb, "nsubj", "nsubjpass", "dobj"):
        if nothing.lower_ != "nothing":
            continue
        kind, like = preposition(nothing, "of"), preposition(nothing, "like")
        happened = verb.lemma_ in ("happen", "occur") and verb.tag_ in ("VBD", "VBN") and nothing.dep_ == "nsubj"
        same = happened and like is not None and like.lower_ in ("that", "this")
        if (kind is not None and kind.lower_ in _KINDS) or same:
            return _made(unit, None, verb, nothing, "pronoun", version=True)
    return None


def _no_truth(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "there was no truth in the report", "not a word of truth in it", "nothing to it"."""
    name = child(verb, "attr")
    if verb.lemma_ != "be" or name is None or child(verb, "expl") is None:
        return None
    words = {item.lower_ for item in (*name.children, *verb.children)}
    true = name.lower_ == "truth" or (name.lower_ in ("word", "shred", "grain") and _is_truth(name))
    if not (name.lower_ == "nothing" or (true and words & {"no", "not", "n't", "little", "any"})):
        return None
    thing = preposition(name, "in") or preposition(name, "to") or preposition(verb, "in") or preposition(verb, "to")
    if thing is None or (name.lower_ == "nothing" and thing.lower_ not in _POINTING):
        return None
    return _made(unit, None, verb, thing, _kind(thing, lexicon))


def _no_substance(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "the allegations had no substance", "the claims have no basis in fact"."""
    name, noun = child(verb, "dobj"), child(verb, "nsubj")
    if verb.lemma_ != "have" or name is None or noun is None or name.lemma_.lower() not in _SUBSTANCE:
        return None
    told = noun.lemma_.lower() in lexicon.references["accusation"] | lexicon.references["statement"]
    if not told or all(item.lower_ not in ("no", "little", "zero") for item in name.children):
        return None
    return _made(unit, None, verb, noun, _kind(noun, lexicon), child(noun, "poss"))


def _is_truth(word: Token) -> bool:
    thing = preposition(word, "of")
    return thing is not None and thing.lower_ == "truth"


def _with_any(heads: tuple[Token, ...], words: tuple[str, ...]) -> Token | None:
    """What stands behind one of some prepositions of one of some words."""
    return next((found for head in heads for word in words if (found := preposition(head, word))), None)


def _kind(thing: Token, lexicon: Lexicon) -> Refers:
    if thing.lower_ in _POINTING:
        return "pronoun"
    return "accusation" if thing.lemma_.lower() in lexicon.references["accusation"] else "statement"


def _news_to(verb: Token, unit: Unit) -> Denial | None:
    """ "That was news to Roe"."""
    name, this = child(verb, "attr"), child(verb, "nsubj")
    if verb.lemma_ != "be" or name is None or name.lower_ != "news" or this is None or this.lower_ not in _POINTING:
        return None
    who = preposition(name, "to") or preposition(verb, "to")
    return _made(unit, who, verb, this, "pronoun") if who is not None and is_said(verb) else None


def _what_is_said(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "What Roe says is not so", "What is being said is not what happened"."""
    clause = child(verb, "csubj", "csubjpass", "nsubj")
    if verb.lemma_ != "be" or clause is None or clause.lemma_.lower() not in lexicon.reporting:
        return None
    if clause.left_edge.lower_ != "what":
        return None
    negated = any(item.dep_ == "neg" for item in verb.children)
    name = child(verb, "acomp", "attr", "ccomp")
    if name is None:
        return None
    words = {name.lemma_.lower(), name.lower_}
    happened = name.lemma_ == "happen" and name.left_edge.lower_ == "what"
    denied = (negated and (happened or words & {"true", "so", "correct", "accurate", "right"})) or (
        not negated and words & lexicon.references["falsity"]
    )
    if not denied:
        return None
    owner = child(clause, "nsubj")
    owner = owner if owner is not None and owner.lower_ != "what" else None
    return _made(unit, None, verb, clause, "statement" if owner is not None else "pronoun", owner, version=True)


def _errs(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "Roe had it wrong", "Roe was making things up", "Roe was lying", "was mistaken", "That proved Roe wrong"."""
    proved = verb.lemma_ == "prove"
    who = _proved_wrong(verb) if proved else child(verb, "nsubj")
    if who is None or not _speaks(who, lexicon) or any(item.dep_ == "neg" for item in verb.children):
        return None
    thing = child(verb, "dobj")
    lemma = verb.lemma_
    if proved:
        errs = True
    elif lemma == "make":
        up = any(item.dep_ == "prt" and item.lower_ == "up" for item in verb.children)
        errs = up and thing is not None and thing.lower_ in _MADE_UP
    elif lemma in ("have", "get"):
        small = child(verb, "ccomp", "xcomp", "oprd", "acomp", "advmod")
        errs = small is not None and small.lower_ == "wrong" and (thing or child(small, "nsubj")) is not None
    elif lemma == "lie":
        errs = verb.tag_ in ("VBG", "VBD", "VBN") and not any(item.lower_ in _WHERE for item in children(verb, "prep"))
        errs &= verb.lower_ in ("lying", "lied")
    else:
        name = child(verb, "acomp")
        errs = lemma == "be" and name is not None and name.lower_ in _ERRING and not list(name.children)
    # What somebody is "proved wrong" in was told a moment ago, if at all: he may have thought it and not said it.
    return _made(unit, None, verb, who, "pronoun" if proved else "statement", who, version=True) if errs else None


def _proved_wrong(verb: Token) -> Token | None:
    """Whom something "proved wrong", told as a fact."""
    small = child(verb, "ccomp", "oprd", "acomp", "advmod")
    if verb.tag_ not in ("VBN", "VBD", "VBZ") or small is None or small.lower_ not in _ERRING or not is_said(verb):
        return None
    if any(token.lemma_ in ("think", "believe") for token in verb.doc[verb.sent.start : verb.i]):
        return None  # "Roe thinks that ... Poe has proved him wrong": in what he thinks, not in what he said before
    return child(verb, "dobj") or child(small, "nsubj")


def _speaks(who: Token, lexicon: Lexicon) -> bool:
    people = lexicon.people
    nouns = people["roles"] | people["bodies"] | people["titles"]
    return who.pos_ == "PROPN" or who.lower_ in _PERSONS or who.lemma_.lower() in nouns


def _innocent(verb: Token, unit: Unit) -> Denial | None:
    """ "Roe maintains his innocence", "Roe said he had done nothing wrong": of all that one is accused of."""
    thing = child(verb, "dobj") or preposition(verb, "on")
    if thing is None:
        return None
    own = child(thing, "poss")
    if thing.lower_ == "innocence" and (own is None or own.pos_ != "PRON"):
        return None  # "insisted on the innocence of the three"
    if thing.lower_ == "innocence" and verb.lemma_.lower() in _PROCLAIMING and is_said(verb):
        speaker = subject(verb, unit)
        return Denial(unit, speaker, verb, thing, "guilt", None, frozenset(), True) if speaker is not None else None
    wrong = thing.lower_ == "nothing" and verb.lemma_ == "do" and verb.dep_ == "ccomp"
    teller = child(verb.head, "nsubj")
    wrong &= teller is not None and teller.pos_ in ("PROPN", "PRON")  # not "a third said she did nothing wrong"
    if wrong and any(item.lower_ == "wrong" for item in (*thing.children, *verb.children)):
        return Denial(unit, None, verb, thing, "guilt", None, frozenset(), True)
    return None


def _not_accepted(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "Roe would not accept that", "does not accept the finding"."""
    thing = child(verb, "dobj")
    negated = any(item.dep_ == "neg" for item in verb.children)
    if verb.lemma_ not in ("accept", "recognise", "recognize") or not negated or thing is None:
        return None
    if any(item.lower_ in ("can", "could") for item in children(verb, "aux")):
        return None  # "could not accept that his son was dead"
    pointed = any(item.lower_ in ("the", "this", "that", "these", "those") for item in children(thing, "det", "poss"))
    told = pointed and thing.lemma_.lower() in lexicon.references["accusation"] | lexicon.references["versions"]
    speaker = subject(verb, unit)
    if speaker is None or not (thing.lower_ in ("that", "this") or (told and thing.lemma_.lower() not in _SUMS)):
        return None
    return _made(unit, speaker, verb, thing, _kind(thing, lexicon))


def _not_how(verb: Token, unit: Unit) -> Denial | None:
    """ "That is not how Roe tells it", "That is not what Roe saw"."""
    this, clause = child(verb, "nsubj"), child(verb, "ccomp", "advcl", "attr")
    negated = any(item.dep_ == "neg" for item in verb.children)
    if verb.lemma_ != "be" or not negated or this is None or this.lower_ not in ("that", "this") or clause is None:
        return None
    speaker = child(clause, "nsubj")
    if clause.left_edge.lower_ not in ("how", "what") or clause.lemma_ not in (*_TELLING, "say") or speaker is None:
        return None
    return _made(unit, speaker, verb, this, "pronoun", version=True)


def _set_aside(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "brushed aside the allegation", "laughed off the claim", "poured scorn on it", "gave that short shrift"."""
    lemma = verb.lemma_.lower()
    thing: Token | None = None
    contested = False
    if lemma == "meet":
        scorn = preposition(verb, "with")
        if scorn is not None and scorn.lower_ in _DERISION:
            thing = child(verb, "nsubjpass")
    elif lemma == "pour":
        poured = child(verb, "dobj", "advmod")
        if poured is not None and poured.lower_ in _SCORN:
            thing = preposition(verb, "on") or preposition(poured, "on")
    elif lemma == "give":
        shrift = child(verb, "dobj")
        if shrift is not None and shrift.lower_ == "shrift":
            thing = child(verb, "dative") or next((item for item in shrift.children if item.lower_ in _POINTING), None)
    elif lemma == "push":
        back = next((item for item in verb.children if item.lower_ == "back"), None)
        # Not "pushed back the deadline on the report".
        if back is not None and back.i + 1 < len(verb.doc) and verb.doc[back.i + 1].lower_ in ("on", "against"):
            thing = _with_any((verb, back), ("on", "against"))
        contested = True
    elif lemma == "take":
        issue = child(verb, "dobj")
        if issue is not None and issue.lower_ in ("issue", "exception"):
            thing = _with_any((verb, issue), ("with", "to"))
        contested = True
    elif lemma == "disagree":
        thing = _with_any((verb,), ("with",))
        contested = True
    elif lemma in _SETTING_ASIDE:
        words = _SETTING_ASIDE[lemma]
        if any(item.dep_ in ("prt", "advmod") and item.lower_ in words for item in verb.children):
            thing = child(verb, "dobj")
        thing = thing or next((found for word in words if (found := preposition(verb, word))), None)
    if thing is None or not is_said(verb):
        return None
    refers = _kind(thing, lexicon)
    nouns = lexicon.references["accusation"] | lexicon.references["statement"]
    if refers == "statement" and thing.lemma_.lower() not in nouns:
        return None
    if contested and refers == "pronoun":
        return None  # "pushed back against it": a plan as well as a claim
    owner = child(thing, "poss") or preposition(thing, "by") or preposition(thing, "from")
    return _made(unit, subject(verb, unit), verb, thing, refers, owner)
