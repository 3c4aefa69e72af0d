"""Find who says what: each attribution in a parsed sentence, before names and pronouns are settled."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from nli.article.denials import repeats
from nli.article.lexicon import Lexicon
from nli.article.noun_cues import LACKING, of_noun
from nli.article.parsing import Unit
from nli.article.rebuilding import as_accusation, as_figure, as_naming, as_own_act, as_position, as_wish
from nli.article.shapes import Attribution, can_speak, has_quotation, is_content, marker
from nli.article.syntax import (
    SEEMING,
    SUBJECTS,
    child,
    children,
    is_finite,
    is_said,
    is_verb,
    subject,
    subtree,
)
from nli.article.wording import worded
from nli.records import Stance

if TYPE_CHECKING:
    from spacy.tokens import Token

_BREAKS = (",", "–", "—", "-", "--", "―")
_TELLING = ("tell", "inform", "assure", "remind", "warn", "notify", "show")


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
            found.extend(of_noun(token, unit, lexicon))
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
        if token.i > content.i and token.i in cues and own is not None and marker(token) != "that":
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
    if not is_said(verb) or _is_laid_to_another(verb, lexicon):
        return
    speaker = subject(verb, unit)
    if speaker is None and lemma in lexicon.accusing and child(verb, "nsubjpass") is not None:
        speaker = verb  # "is accused of taking bribes": by whom, the sentence does not say
    elif speaker is None or unit.quotation(speaker) is not None or not can_speak(speaker):
        return
    base = Attribution(unit, speaker, verb, verb, "clause", stance or "asserts")
    if base.stance == "asserts" and verb.dep_ == "xcomp" and verb.head.lemma_ in SEEMING:
        base = replace(base, stance="hedges")  # "seemed to say that ...": the writer is not sure what was meant
    if repeats(verb):
        return  # a denial by reference
    accusation = as_accusation(base, lexicon)
    if accusation is not None:
        yield accusation
    if accusation is not None or speaker.i == verb.i:
        return
    naming = as_naming(base, lexicon) or as_figure(base, lexicon)
    if naming is not None:
        yield naming
        if naming.content.dep_ == "appos":
            return  # "declared Wyson Mkandawire the winner": all of it
    found = False
    for item in _content(base, stance, unit, lexicon):
        found = True
        yield item
    position = None if found or naming is not None else as_position(base, unit, lexicon)
    if position is not None:
        yield position


def _is_laid_to_another(verb: Token, lexicon: Lexicon) -> bool:
    """Whether somebody is accused of saying so: "accused Roe of claiming that ..." is the accuser's claim about Roe."""
    above = verb.head.head
    return verb.dep_ == "pcomp" and not {above.lemma_.lower(), above.head.lemma_.lower()}.isdisjoint(lexicon.accusing)


def _content(base: Attribution, stance: Stance | None, unit: Unit, lexicon: Lexicon) -> Iterator[Attribution]:
    """Every content with a verb of its own."""
    verb, lemma = base.cue, base.cue.lemma_.lower()
    if stance is None and lemma not in lexicon.verbs["intends"]:
        return
    wish = as_wish(base, lexicon)
    if wish is not None:
        yield wish
        return
    rebuilt = as_own_act(base, lexicon)
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
    if not contents and lemma in lexicon.verbs["speech"] and not has_quotation(verb, unit):
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
    if name is None or own is None or name.lemma_.lower() not in lexicon.nouns["feeling"] or not can_speak(own):
        return
    if own.lower_ == "it" or any(item.dep_ == "neg" for item in verb.children):
        return
    content = child(name, "ccomp") or child(verb, "ccomp")
    if content is not None and content.i > name.i and is_content(content, unit):
        yield Attribution(unit, own, name, content, "clause", "hedges")


def _stance(lemma: str, lexicon: Lexicon) -> Stance | None:
    stances: tuple[Stance, ...] = ("denies", "hedges", "demands", "asserts")
    return next((stance for stance in stances if lemma in lexicon.verbs[stance]), None)


def _clauses(verb: Token, unit: Unit, lexicon: Lexicon) -> Iterator[Token]:
    """The content clauses of a reporting verb; one "... and that ..." gives two."""
    heads = [item for item in children(verb, "ccomp") if is_content(item, unit) and not _parted(item, verb)]
    marked = [item for item in heads if item.i > verb.i and marker(item) == "that"]
    if marked:
        heads = marked
    if not heads and verb.dep_ == "advcl" and marker(verb) == "as":
        heads = [verb.head] if is_content(verb.head, unit) else []  # "As Smith noted, ..."
    says_itself = verb.i < verb.head.i and verb.head.lemma_ in lexicon.reporting - lexicon.verbs["quotation_only"]
    if not heads and _is_comment(verb) and not says_itself:
        heads = [verb.head] if is_content(verb.head, unit) else []
    if not heads:
        heads = _adopted(verb, unit)
    if not heads and verb.lemma_.lower() in lexicon.verbs["speech"]:
        # "said after the convention he would go": a clause without a joining word is no circumstance.
        heads = [
            item
            for item in children(verb, "advcl")
            if item.i > verb.i and not child(item, "mark") and is_content(item, unit) and not _asks(item)
        ]
    for head in heads:
        yield head
        for item in head.conjuncts:
            # Only those of this clause with a subject of their own; a reporting verb speaks for itself.
            own = item.i > head.i and is_verb(item) and child(item, *SUBJECTS, "expl") and is_finite(item)
            if own and not (item.lemma_ in lexicon.reporting and child(item, "ccomp")):
                yield item


def _parted(content: Token, verb: Token) -> bool:
    """Whether a semicolon stands between the two: "A came; others fear B", "B said A; that was wrong"."""
    between = range(content.right_edge.i + 1, verb.i) if content.i < verb.i else range(verb.i, content.left_edge.i)
    return any(verb.doc[place].text == ";" for place in between)


def _asks(verb: Token) -> bool:
    """Whether "when", "where" or the like opens a clause."""
    return any(item.tag_ == "WRB" for item in verb.children)


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
            if any(one.lower_ in LACKING for one in children(item.head, "det", "amod")):
                continue  # "found no sign that files were taken"
            if marker(item) == "that" and is_content(item, unit) and item.left_edge.lower_ == "that":
                return [item]
            for clause in children(item, "ccomp"):
                if marker(clause) == "that" and is_content(clause, unit):
                    return [clause]
    return []


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
