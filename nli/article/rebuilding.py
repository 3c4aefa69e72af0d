"""Attributions whose content must be rebuilt: "accused Y of doing Z", "described Y as Z", "urged Y to do Z"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.parsing import Unit
from nli.article.shapes import Attribution, has_quotation, marker
from nli.article.syntax import SUBJECTS, child, children, has_to, is_finite, is_gerund, is_verb, preposition, subtree
from nli.records import Stance

if TYPE_CHECKING:
    from spacy.tokens import Token


def as_accusation(base: Attribution, lexicon: Lexicon) -> Attribution | None:
    """ "accused Y of doing Z": Y did Z; "blamed X on Y": Y caused X."""
    verb = base.cue
    word = lexicon.accusing.get(verb.lemma_.lower())
    if word is None:
        return None
    # "accused the army of theft, an allegation that ...": the parser takes the comment for a second object.
    objects = children(verb, "nsubjpass", "dobj")
    objects = [item for item in objects if item == objects[0] or verb.doc[item.left_edge.i - 1].text != ","]
    accused = objects[-1] if objects else None  # "her opponent Baran" may be two
    if accused is None or accused.lower_ in ("other", "another", "themselves", "himself", "herself", "itself"):
        return None  # "accused each other of ..." says who did it only of both
    cause = (preposition(verb, "on") or preposition(accused, "on")) if verb.lemma_ == "blame" else None
    if cause is not None and cause.pos_ in ("NOUN", "PROPN"):
        return replace(base, content=accused, actor=cause, shape="cause")
    # "accused the mayor and his aides of lying"
    act = next(filter(None, (preposition(item, word) for item in (verb, accused, *accused.conjuncts))), None)
    if act is None:
        return None
    stance: Stance = "hedges" if verb.lemma_ == "suspect" or base.stance == "hedges" else "asserts"
    if is_gerund(act):
        return replace(base, content=act, actor=accused, shape="act", stance=stance, accuses=True)
    if act.pos_ in ("NOUN", "PROPN"):
        return replace(base, content=act, actor=accused, shape="guilt", stance=stance, accuses=True)
    return None


def as_naming(base: Attribution, lexicon: Lexicon) -> Attribution | None:
    """ "described the attack as terrorism", "called it a mistake"."""
    verb = base.cue
    if verb.lemma_.lower() not in lexicon.verbs["names"]:
        return None
    named = child(verb, "dobj", "nsubjpass")
    if named is not None and named.lower_.endswith(("self", "selves")):
        return None  # "a group that calls itself Grey Heron"
    if any(item.lower_ == "what" for item in verb.children):
        return None
    one = named or child(verb, "ccomp")
    title = child(one, "appos") if one is not None and one.pos_ == "PROPN" else None
    if one is not None and title is not None and title.left_edge.i - 1 == one.i:
        # "declared Ann Poe the winner": the parser takes the two for one phrase.
        return replace(base, content=title, actor=one, shape="naming", stance="asserts")
    if named is None:
        clause = child(verb, "ccomp")
        named = child(clause, "nsubj") if clause is not None and not is_finite(clause) else None
        if clause is None or named is None or clause.pos_ not in ("NOUN", "ADJ", "PROPN"):
            return None
        return replace(base, content=clause, actor=named, shape="naming", stance="asserts")
    name = child(verb, "oprd", "attr", "acomp")
    as_word = next((item for item in verb.children if item.dep_ == "prep" and item.lower_ == "as"), None)
    if as_word is None:
        as_word = next((item for item in named.children if item.dep_ == "prep" and item.lower_ == "as"), None)
    if as_word is not None:
        name = child(as_word, "pobj", "amod", "acomp", "advmod")
    if name is None or name.pos_ not in ("NOUN", "ADJ", "PROPN"):
        return None
    return replace(base, content=name, actor=named, shape="naming", stance="asserts")


def as_figure(base: Attribution, lexicon: Lexicon) -> Attribution | None:
    """ "put the number of strikers at 2,310": the number of strikers was 2,310."""
    verb = base.cue
    thing = child(verb, "dobj", "nsubjpass")
    if verb.lemma_.lower() not in lexicon.verbs["figures"] or thing is None:
        return None
    number = preposition(verb, "at") or preposition(thing, "at")
    if number is None or number.i < thing.i or not any(item.like_num for item in subtree(number)):
        return None
    return replace(base, content=number, actor=thing, shape="figure", stance="asserts")


def as_wish(base: Attribution, lexicon: Lexicon) -> Attribution | None:
    """ "urged Y to do Z", "wants Y to do Z", "wants Y done", "called on Y to do Z"."""
    verb = base.cue
    for item in children(verb, "ccomp"):
        # "insisted that Y stop Z", "demanded Y be freed": the bare form wants it done.
        actor = child(item, *SUBJECTS)
        bare = item.tag_ == "VB" or any(one.lower_ == "be" and one.tag_ == "VB" for one in children(item, "auxpass"))
        if bare and actor is not None and marker(item) == "that" and not children(item, "aux") and not is_finite(item):
            return replace(base, content=item, actor=actor, shape="wish", stance="demands")
    if base.stance != "demands" and verb.lemma_ != "tell":
        return None
    for item in verb.rights:
        if item.dep_ in ("xcomp", "ccomp", "advcl") and has_to(item) and is_verb(item):
            actor = child(item, *SUBJECTS) or child(verb, "dobj") or preposition(verb, "on")
            if actor is not None and actor.i < item.i:
                return replace(base, content=item, actor=actor, shape="wish", stance="demands")
        if item.dep_ == "dobj" and verb.lemma_ == "want":
            done = next((below for below in children(item, "acl") if below.tag_ == "VBN"), None)
            if done is not None:
                return replace(base, content=done, actor=item, shape="wish", stance="demands")
        # "wants it pulled down", where the participle looks like a past tense.
        done_to = item.dep_ == "ccomp" and item.tag_ in ("VBN", "VBD") and marker(item) == ""
        if item.tag_ == "VBD":  # but not "wants what the council promised"
            done_to &= child(item, "dobj") is None and item.left_edge.tag_ not in ("WP", "WDT", "WRB")
        if done_to and verb.lemma_ == "want" and not children(item, "aux"):
            actor = child(item, *SUBJECTS)
            if actor is not None:
                return replace(base, content=item, actor=actor, shape="wish", stance="demands")
    return None


def as_own_act(base: Attribution, lexicon: Lexicon) -> Attribution | None:
    """ "denied doing Z", "promised to do Z", "claimed to have done Z": the speaker is who does it."""
    verb = base.cue
    lemma = verb.lemma_.lower()
    act = next((item for item in children(verb, "xcomp", "ccomp") if item.i > verb.i), None)
    before = verb.tag_ == "VBN" and any(item.lower_ in ("had", "'d") for item in children(verb, "aux"))
    if act is not None and lemma in lexicon.verbs["intends"] and not before:
        intends = (
            _takes_position(base, lexicon)
            and act.dep_ == "xcomp"
            and has_to(act)
            and is_verb(act)
            and act.lemma_ not in lexicon.nouns["silence"]
        )
        return replace(base, content=act, shape="promise", stance="hedges") if intends else None
    if act is None or not is_verb(act):
        return None
    if is_gerund(act) and not is_finite(act) and lemma in lexicon.verbs["gerund"]:
        return replace(base, content=act, actor=child(act, "nsubj", "poss"), shape="act")
    if act.dep_ == "xcomp" and has_to(act):
        if lemma in lexicon.verbs["promises"]:
            return replace(base, content=act, shape="promise")
        if lemma in lexicon.verbs["infinitive"]:
            return replace(base, content=act, shape="act")
    return None


def _takes_position(base: Attribution, lexicon: Lexicon) -> bool:
    """Whether a verb tells of somebody's own position: not one of a relative clause, and of someone who can speak."""
    speaker, people = base.speaker, lexicon.people
    if base.cue.dep_ in ("amod", "csubj", "pcomp") or (base.cue.dep_ in ("relcl", "acl") and base.cue.tag_ != "VBG"):
        return False
    if speaker.pos_ == "PROPN":
        return True
    speakers = people["roles"] | people["bodies"] | people["female"] | people["male"]
    return speaker.lower_ in ("he", "she", "they") or speaker.lemma_.lower() in speakers


def as_position(base: Attribution, unit: Unit, lexicon: Lexicon) -> Attribution | None:
    """ "supports the ban", "warned of a war": what the speaker thinks of a thing, or has to say about it."""
    verb = base.cue
    lemma = verb.lemma_.lower()
    if not _takes_position(base, lexicon):
        return None
    if verb.tag_ in ("VB", "VBN") and child(verb, "aux", "auxpass") is None:
        return None
    if verb.tag_ == "VBG" and verb.dep_ in ("xcomp", "ccomp") and verb.head.lemma_.lower() in lexicon.verbs["gerund"]:
        return None  # "denied promising a contract": what is denied, not a position
    if verb.dep_ == "ccomp" and verb.head.lemma_.lower() in lexicon.verbs["denies"]:
        return None  # "denied that Ukraine challenged the fleet": what is denied, again
    thing: Token | None = None
    if lemma in lexicon.verbs["opinions"] | lexicon.verbs["topics"]:
        thing = child(verb, "dobj")
    bringing = lexicon.positions.get(lemma, frozenset())
    place = next((item for item in verb.children if item.dep_ == "prep" and item.lower_ in bringing), None)
    opinion = lemma in lexicon.verbs["opinions"]
    if thing is None and place is not None:
        thing = child(place, "pobj", "pcomp")
        opinion = f"{lemma}:{place.lower_}" in lexicon.verbs["opinions_with"]
    if thing is None or thing.i < verb.i or unit.quotation(thing) is not None:
        return None
    if thing.pos_ not in ("NOUN", "PROPN") and not (thing.dep_ == "pcomp" and thing.tag_ == "VBG"):
        return None
    if has_quotation(verb, unit) or thing.lemma_.lower() in ("himself", "herself", "themselves", "comment", "%"):
        return None
    stance: Stance = "hedges" if opinion else "asserts"
    if lemma in lexicon.verbs["demands"]:
        stance = "demands"
    return replace(base, content=thing, shape="position", stance=stance)
