"""Find who says what: each attribution in a parsed sentence, before names and pronouns are settled."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from nli.article.lexicon import Lexicon
from nli.article.parsing import Unit
from nli.article.syntax import (
    SUBJECTS,
    child,
    children,
    has_to,
    is_finite,
    is_said,
    is_verb,
    preposition,
    subject,
    subtree,
)
from nli.article.wording import worded
from nli.records import Stance

if TYPE_CHECKING:
    from spacy.tokens import Token

_BREAKS = (",", "–", "—", "-", "--", "―")
_TELLING = ("tell", "inform", "assure", "remind", "warn", "notify", "show")

Shape = Literal["clause", "act", "guilt", "naming", "figure", "wish", "promise", "position", "relative"]
"""How a content is rebuilt: as it stands; "Y did Z"; "Y is guilty of Z"; "Y is Z"; "Y was 5"; "Y should Z";
"S will Z"; "S supports Z"; with what a relative pronoun stands for."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Somebody says something.

    `speaker` is the head of the speaker's name, `cue` the word that tells it, `content` the head of
    what is said, `actor` whom the content is about where it must be rebuilt (None: the speaker),
    `stance` what the cue alone says about the stance, `accuses` whether it is an accusation, `via` who
    told of it where it is known at second hand ("Putin told Trump that ..., an aide said"), the outermost first.
    `words` is the whole content where it was read off the order of words, not off the parse.
    """

    unit: Unit
    speaker: Token
    cue: Token
    content: Token
    shape: Shape
    stance: Stance
    actor: Token | None = None
    accuses: bool = False
    via: tuple[Token, ...] = ()
    words: tuple[Token, ...] = ()


def find_attributions(unit: Unit, lexicon: Lexicon) -> list[Attribution]:
    """Find every attribution with a content in words of the article, whole quotations apart.

    In the order of their cues. Where a content is itself an attribution, both are given, the inner one with
    through whom it is known.
    """
    found: list[Attribution] = []
    for token in unit.doc:
        if token.lower_ == "according":
            found.extend(_according(token, unit))
        elif is_verb(token):
            found.extend(_of_verb(token, unit, lexicon))
            found.extend(_of_feeling(token, unit, lexicon))
        elif token.pos_ in ("NOUN", "PROPN"):
            found.extend(_of_noun(token, unit, lexicon))
    # "Putin told Trump that ..., an aide said": the aide's content holds Putin's attribution.
    cues = {item.cue.i for item in found}
    holders: dict[int, list[Attribution]] = {}
    for item in found:
        without = {item.cue.i, *_told_beside(item.content, cues)}
        for token in item.words or subtree(item.content, without):
            holders.setdefault(token.i, []).append(item)
    # Where two contents hold each other's cue the parse is at fault, and neither is told by the other.
    return [
        replace(
            item,
            via=_chain(item, [one for one in holders.get(item.cue.i, []) if item not in holders.get(one.cue.i, [])]),
        )
        for item in found
    ]


def _told_beside(content: Token, cues: Collection[int]) -> Iterator[int]:
    """The cues that a parser joined to a content, but that tell beside it: "X said A, and Y warned that B"."""
    for token in content.conjuncts:
        own = child(token, *SUBJECTS)
        if token.i > content.i and token.i in cues and own is not None and _mark(token) != "that":
            yield token.i


def _chain(item: Attribution, holders: list[Attribution]) -> tuple[Token, ...]:
    """Through whom an attribution is known, the outermost first: those whose contents hold its cue."""
    others = [other for other in holders if other.cue.i != item.cue.i and other.speaker.i != item.speaker.i]
    widest = sorted(others, key=lambda other: other.content.right_edge.i - other.content.left_edge.i, reverse=True)
    return tuple(dict.fromkeys(other.speaker for other in widest))


def _of_verb(verb: Token, unit: Unit, lexicon: Lexicon) -> Iterator[Attribution]:
    lemma = verb.lemma_.lower()
    stance = _stance(lemma, lexicon)
    if stance is None and lemma not in lexicon.cues:
        return
    if not is_said(verb):
        return
    speaker = subject(verb, unit)
    if speaker is None or unit.quotation(speaker) is not None or not _can_speak(speaker):
        return
    base = Attribution(unit, speaker, verb, verb, "clause", stance or "asserts")
    accusation = _accusation(base, lexicon)
    if accusation is not None:
        yield accusation
        return
    naming = _naming(base, lexicon) or _figure(base, lexicon)
    if naming is not None:
        yield naming
    found = False
    for item in _content(base, stance, unit, lexicon):
        found = True
        yield item
    position = None if found or naming is not None else _position(base, unit, lexicon)
    if position is not None:
        yield position


def _content(base: Attribution, stance: Stance | None, unit: Unit, lexicon: Lexicon) -> Iterator[Attribution]:
    """Every content with a verb of its own."""
    verb, lemma = base.cue, base.cue.lemma_.lower()
    if stance is None and lemma not in lexicon.verbs["intends"]:
        return
    wish = _wish(base, lexicon)
    if wish is not None:
        yield wish
        return
    rebuilt = _own_act(base, lexicon)
    if rebuilt is not None:
        yield rebuilt
        return
    relative = _relative(base)
    if relative is not None:
        yield relative
        return
    contents = list(_clauses(verb, unit, lexicon))
    for content in contents:
        yield replace(base, content=content)
    if not contents and lemma in lexicon.verbs["speech"] and not _has_quotation(verb, unit):
        words = worded(verb, base.speaker, unit)
        if words:
            head = next((item for item in words if is_verb(item) and is_finite(item)), words[0])
            yield replace(base, content=head, words=words)


def _relative(base: Attribution) -> Attribution | None:
    """ "a deadline that he said was missed": the deadline was missed."""
    verb = base.cue
    act = child(verb, "ccomp")
    if verb.dep_ != "relcl" or act is None or not is_finite(act):
        return None
    pronoun = child(act, "nsubj", "nsubjpass", "dobj")
    if pronoun is None or pronoun.tag_ not in ("WDT", "WP") or verb.head.pos_ not in ("NOUN", "PROPN"):
        return None
    return replace(base, content=act, actor=verb.head, shape="relative")


def _of_feeling(verb: Token, unit: Unit, lexicon: Lexicon) -> Iterator[Attribution]:
    """ "she is confident that ..."."""
    if verb.lemma_ not in ("be", "feel", "seem", "remain", "become") or not is_said(verb):
        return
    name, own = child(verb, "acomp"), child(verb, "nsubj")
    if name is None or own is None or name.lemma_.lower() not in lexicon.nouns["feeling"] or not _can_speak(own):
        return
    if own.lower_ == "it" or any(item.dep_ == "neg" for item in verb.children):
        return
    content = child(name, "ccomp") or child(verb, "ccomp")
    if content is not None and content.i > name.i and _is_content(content, unit):
        yield Attribution(unit, own, name, content, "clause", "hedges")


def _has_quotation(verb: Token, unit: Unit) -> bool:
    """Whether a whole quotation stands beside a verb, which is then what it reports."""
    near = verb.doc[max(verb.sent.start, verb.i - 12) : min(verb.sent.end, verb.i + 12)]
    return any(unit.quotation(item) is not None for item in near)


def _stance(lemma: str, lexicon: Lexicon) -> Stance | None:
    stances: tuple[Stance, ...] = ("denies", "hedges", "demands", "asserts")
    return next((stance for stance in stances if lemma in lexicon.verbs[stance]), None)


def _can_speak(speaker: Token) -> bool:
    if not speaker.text[:1].isalnum() or speaker.pos_ not in ("PROPN", "NOUN", "PRON", "ADJ", "NUM", "X"):
        return False
    return speaker.lower_ not in (
        "it's", "that", "which", "what", "there", "this", "these", "you", "something", "anyone",
    )  # fmt: skip


def _clauses(verb: Token, unit: Unit, lexicon: Lexicon) -> Iterator[Token]:
    """The content clauses of a reporting verb; one "... and that ..." gives two."""
    heads = [item for item in children(verb, "ccomp") if _is_content(item, unit) and not _parted(item, verb)]
    marked = [item for item in heads if item.i > verb.i and _mark(item) == "that"]
    if marked:
        heads = marked
    if not heads and verb.dep_ == "advcl" and _mark(verb) == "as":
        heads = [verb.head] if _is_content(verb.head, unit) else []  # "As Smith noted, ..."
    if not heads and _is_comment(verb) and not (verb.i < verb.head.i and verb.head.lemma_ in lexicon.reporting):
        heads = [verb.head] if _is_content(verb.head, unit) else []
    if not heads:
        heads = _adopted(verb, unit)
    if not heads and verb.lemma_.lower() in lexicon.verbs["speech"]:
        # "said after the convention he would go": a clause without a joining word is no circumstance.
        heads = [
            item
            for item in children(verb, "advcl")
            if item.i > verb.i and not child(item, "mark") and _is_content(item, unit) and not _asks(item)
        ]
    for head in heads:
        yield head
        for item in head.conjuncts:
            # Only those of this clause with a subject of their own; a reporting verb speaks for itself.
            own = item.i > head.i and is_verb(item) and child(item, *SUBJECTS, "expl") and is_finite(item)
            if own and not (item.lemma_ in lexicon.reporting and child(item, "ccomp")):
                yield item


def _parted(content: Token, verb: Token) -> bool:
    """Whether a semicolon stands between a content and the verb behind it: "A came; others fear B"."""
    return any(verb.doc[place].text == ";" for place in range(content.right_edge.i + 1, verb.i))


def _asks(verb: Token) -> bool:
    """Whether "when", "where" or the like opens a clause."""
    return any(item.tag_ == "WRB" for item in verb.children)


def _mark(verb: Token) -> str:
    mark = child(verb, "mark")
    return mark.lower_ if mark is not None else ""


def _is_content(head: Token, unit: Unit) -> bool:
    """Whether a clause is a statement: it has a tense, and no "if", "whether" or question word."""
    if unit.quotation(head) is not None or _mark(head) in ("if", "whether", "for"):
        return False
    if not is_verb(head) or not is_finite(head) or not child(head, *SUBJECTS, "expl"):
        return False
    edge = head.left_edge
    return edge.tag_ not in ("WP", "WRB", "WDT", "WP$") or edge.dep_ == "mark"


def _is_comment(verb: Token) -> bool:
    """Whether a reporting verb stands beside its content: "The door, she said, was open." """
    own = child(verb, "nsubj")
    if verb.dep_ not in ("parataxis", "ccomp") or own is None:
        return False
    if verb.dep_ == "parataxis":
        return True
    edge = own.left_edge.i
    after = max(own.i, verb.i) + 1
    return (edge > 0 and verb.doc[edge - 1].lower_ in _BREAKS) or (
        verb.i < verb.head.i and after < len(verb.doc) and verb.doc[after].lower_ in _BREAKS
    )


def _adopted(verb: Token, unit: Unit) -> list[Token]:
    """A that-clause which the parser hung on a relative clause ("in an interview that aired today that ...")."""
    told = child(verb, "dobj", "dative") if verb.lemma_ in _TELLING else None
    for clause in children(told, "relcl") if told is not None else []:
        # "told a newspaper that the bridge was closed"
        own = child(clause, *SUBJECTS)
        if clause.left_edge.lower_ == "that" and own is not None and own.lower_ != "that" and is_finite(clause):
            return [clause]
    for item in subtree(verb):
        if item.dep_ in ("relcl", "acl") and item.i > verb.i:
            if _mark(item) == "that" and _is_content(item, unit) and item.left_edge.lower_ == "that":
                return [item]
            for clause in children(item, "ccomp"):
                if _mark(clause) == "that" and _is_content(clause, unit):
                    return [clause]
    return []


def _accusation(base: Attribution, lexicon: Lexicon) -> Attribution | None:
    """ "accused Y of doing Z": Y did Z."""
    verb = base.cue
    word = lexicon.accusing.get(verb.lemma_.lower())
    if word is None:
        return None
    accused = next(iter(reversed(children(verb, "nsubjpass", "dobj"))), None)  # "her opponent Baran" may be two
    if accused is None or accused.lower_ in ("other", "another", "themselves", "himself", "herself", "itself"):
        return None  # "accused each other of ..." says who did it only of both
    act = preposition(verb, word) or preposition(accused, word)
    if act is None:
        return None
    stance: Stance = "hedges" if verb.lemma_ == "suspect" else "asserts"
    if act.tag_ == "VBG":
        return replace(base, content=act, actor=accused, shape="act", stance=stance, accuses=True)
    if act.pos_ in ("NOUN", "PROPN"):
        return replace(base, content=act, actor=accused, shape="guilt", stance=stance, accuses=True)
    return None


def _naming(base: Attribution, lexicon: Lexicon) -> Attribution | None:
    """ "described the attack as terrorism", "called it a mistake"."""
    verb = base.cue
    if verb.lemma_.lower() not in lexicon.verbs["names"]:
        return None
    named = child(verb, "dobj", "nsubjpass")
    if any(item.lower_ == "what" for item in verb.children):
        return None
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


def _figure(base: Attribution, lexicon: Lexicon) -> Attribution | None:
    """ "put the number of strikers at 2,310": the number of strikers was 2,310."""
    verb = base.cue
    thing = child(verb, "dobj", "nsubjpass")
    if verb.lemma_.lower() not in lexicon.verbs["figures"] or thing is None:
        return None
    number = preposition(verb, "at") or preposition(thing, "at")
    if number is None or number.i < thing.i or not any(item.like_num for item in subtree(number)):
        return None
    return replace(base, content=number, actor=thing, shape="figure", stance="asserts")


def _wish(base: Attribution, lexicon: Lexicon) -> Attribution | None:
    """ "urged Y to do Z", "wants Y to do Z", "wants Y done", "called on Y to do Z"."""
    verb = base.cue
    for item in children(verb, "ccomp"):
        # "insisted that Y stop Z", "demanded Y be freed": the bare form wants it done.
        actor = child(item, *SUBJECTS)
        bare = item.tag_ == "VB" or any(one.lower_ == "be" and one.tag_ == "VB" for one in children(item, "auxpass"))
        if bare and actor is not None and _mark(item) == "that" and not children(item, "aux") and not is_finite(item):
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
        if item.dep_ == "ccomp" and item.tag_ == "VBN" and verb.lemma_ == "want":
            actor = child(item, *SUBJECTS)
            if actor is not None:
                return replace(base, content=item, actor=actor, shape="wish", stance="demands")
    return None


def _own_act(base: Attribution, lexicon: Lexicon) -> Attribution | None:
    """ "denied doing Z", "promised to do Z", "claimed to have done Z": the speaker is who does it."""
    verb = base.cue
    lemma = verb.lemma_.lower()
    act = child(verb, "xcomp", "ccomp")
    if act is not None and lemma in lexicon.verbs["intends"]:
        intends = (
            _takes_position(base, lexicon)
            and act.dep_ == "xcomp"
            and has_to(act)
            and is_verb(act)
            and act.lemma_ not in lexicon.nouns["silence"]
        )
        return replace(base, content=act, shape="promise", stance="hedges") if intends else None
    if act is None or not is_verb(act) or act.i < verb.i:
        return None
    if act.tag_ == "VBG" and not is_finite(act) and lemma in lexicon.verbs["gerund"]:
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


def _position(base: Attribution, unit: Unit, lexicon: Lexicon) -> Attribution | None:
    """ "supports the ban", "warned of a war": what the speaker thinks of a thing, or has to say about it."""
    verb = base.cue
    lemma = verb.lemma_.lower()
    if not _takes_position(base, lexicon):
        return None
    if verb.tag_ in ("VB", "VBN") and child(verb, "aux", "auxpass") is None:
        return None
    if verb.tag_ == "VBG" and verb.dep_ in ("xcomp", "ccomp") and verb.head.lemma_.lower() in lexicon.verbs["gerund"]:
        return None  # "denied promising a contract": what is denied, not a position
    thing: Token | None = None
    if lemma in lexicon.verbs["opinions"] | lexicon.verbs["topics"]:
        thing = child(verb, "dobj")
    bringing = lexicon.positions.get(lemma, frozenset())
    place = next((item for item in verb.children if item.dep_ == "prep" and item.lower_ in bringing), None)
    opinion = lemma in lexicon.verbs["opinions"]
    if thing is None and place is not None:
        thing = child(place, "pobj", "pcomp")
        opinion = f"{lemma}:{place.lower_}" in lexicon.verbs["opinions_with"]
    if thing is None or thing.i < verb.i or thing.pos_ not in ("NOUN", "PROPN") or unit.quotation(thing) is not None:
        return None
    if _has_quotation(verb, unit) or thing.lemma_.lower() in ("himself", "herself", "themselves", "comment", "%"):
        return None
    return replace(base, content=thing, shape="position", stance="hedges" if opinion else "asserts")


def _of_noun(noun: Token, unit: Unit, lexicon: Lexicon) -> Iterator[Attribution]:
    """ "a statement by Russia that ...", "his belief that ...", "demands for Kyiv to ..." """
    lemma = noun.lemma_.lower()
    yield from _of_intention(noun, unit, lexicon)
    stances: tuple[Stance, ...] = ("asserts", "denies", "hedges", "demands")
    stance = next((item for item in stances if lemma in lexicon.nouns[item]), None)
    if stance is None:
        return
    for item in children(noun, "acl", "ccomp", "relcl"):
        mark = child(item, "mark")
        if stance == "demands" and has_to(item) and item.dep_ == "acl":
            shape: Shape = "wish"
            actor = preposition(noun, "for") or child(item, *SUBJECTS)
            if actor is None:
                continue
        elif mark is not None and mark.lower_ == "that" and _is_content(item, unit):
            shape, actor = "clause", None
        else:
            continue
        speaker = _owner(noun, unit, lexicon)
        if speaker is not None and _can_speak(speaker):
            yield Attribution(unit, speaker, noun, item, shape, stance, actor)


def _of_intention(noun: Token, unit: Unit, lexicon: Lexicon) -> Iterator[Attribution]:
    """ "his plan to leave", "her support for the bill"."""
    lemma = noun.lemma_.lower()
    owner = child(noun, "poss")
    if owner is None or not _can_speak(owner):
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


def _according(word: Token, unit: Unit) -> Iterator[Attribution]:
    to = next((item for item in word.children if item.lower_ == "to"), None)
    speaker = child(to, "pobj") if to is not None else child(word, "pobj")
    if speaker is None:
        return
    head = word.head
    while head.dep_ not in ("ROOT", "ccomp", "conj", "relcl", "advcl") and head.head.i != head.i:
        head = head.head
    while head.dep_ == "conj" and is_verb(head.head) and child(head, *SUBJECTS, "expl") is None:
        head = head.head  # "was in town but left, according to ...": both
    if head.i != word.i and is_verb(head) and is_finite(head) and unit.quotation(head) is None:
        yield Attribution(unit, speaker, word, head, "clause", "asserts")
