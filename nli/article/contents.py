"""Write a claim's text: the content of an attribution, on its own, with its references settled."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nli.article.comments import comment_words
from nli.article.inflection import past_tense
from nli.article.lexicon import Lexicon
from nli.article.parsing import Unit
from nli.article.shapes import Attribution
from nli.article.syntax import SUBJECTS, child, children, is_finite, is_verb, preposition, spread, subtree
from nli.article.verdicts import verdict_words

if TYPE_CHECKING:
    from spacy.tokens import Token

_SPACE_BEFORE = re.compile(r"\s+([,.;:!?%)\]]|'s\b|n't\b)")
_LEFT_OVER = re.compile(r"[,;]?\s+(?:and|or|but)$")
_CORRECTING = ("correct", "revise", "amend", "withdraw", "retract", "lower", "raise", "change")
_STIRRING = ("prompt", "spark", "trigger", "provoke", "draw")
_TRAILING = " ,;:-–—("


@dataclass(frozen=True, slots=True)
class Body:
    """The words of a claim: `tokens` in order, `lead` the words put before them, and how to write some of them.

    `lead` and the values of `forms` are words of the claim that do not stand so in the article. `quoted` is
    what stands for the claim there, if not all of its words.
    """

    tokens: tuple[Token, ...]
    lead: tuple[Token, ...] = ()
    link: str = ""
    forms: Mapping[int, str] | None = None
    lead_is_speaker: bool = False
    quoted: tuple[Token, ...] = ()

    @property
    def all_tokens(self) -> tuple[Token, ...]:
        """Every token of the article that the claim is made of."""
        return (*self.lead, *self.tokens)


def body_of(item: Attribution, lexicon: Lexicon) -> Body:
    """The words of an attribution's content, in the shape of a statement of its own."""
    head = item.content
    if item.words:
        return Body(item.words)
    if item.shape == "clause":
        return Body(tuple(_clause(head, item.unit, lexicon, cue=item.cue)))
    if item.shape == "position" and not is_verb(item.cue):
        words = [token for token in subtree(item.cue) if item.cue.i <= token.i <= head.right_edge.i]
        return Body(tuple(words), (item.speaker,), "", None, quoted=tuple(t for t in words if t.i > item.cue.i))
    if item.shape == "position":
        verb = item.cue
        words = [token for token in subtree(verb) if verb.i <= token.i <= head.right_edge.i]
        kept = set(_phrase(head))
        words = [token for token in words if token.i < head.left_edge.i or token in kept]
        after = [one for one in children(verb, "prep") if one.i > head.right_edge.i and not _set_off(one)]
        for one in after[:2]:
            words += [token for token in subtree(one) if one.i <= token.i]
        helpers = [token for token in children(verb, "aux", "auxpass", "neg") if token.i < verb.i]
        return Body((*helpers, *words), lead_is_speaker=True, quoted=tuple(item for item in words if item.i > verb.i))
    lead = tuple(_phrase(item.actor, without=(head.i, head.head.i))) if item.actor is not None else ()
    lead = lead[: max((place + 1 for place, token in enumerate(lead) if not token.is_punct), default=0)]
    by_speaker = item.actor is None
    if item.shape == "relative":
        kept_words = _clause(head, item.unit, lexicon, cue=item.cue)
        pronouns = [token for token in kept_words if token.tag_ in ("WDT", "WP") and token.head.i == head.i]
        return Body(tuple(token for token in kept_words if token not in pronouns), lead, " " if lead else "")
    plural = item.actor is not None and item.actor.tag_ in ("NNS", "NNPS")
    rest = tuple(token for token in _clause(head, item.unit, lexicon, cue=item.cue) if token not in lead)
    if item.shape == "cause":
        on = {token.i for token in children(head, "prep") if item.actor is not None and item.actor.head.i == token.i}
        return Body(tuple(_phrase(head, on)), lead, "caused", None, by_speaker)
    if item.shape == "guilt":
        return Body(tuple(_phrase(head)), lead, "are guilty of" if plural else "is guilty of", None, by_speaker)
    if item.shape == "figure" and item.actor is not None:
        # "put the number of workers on strike at 640": a phrase may hang on the verb, and is of the thing.
        behind = [one for one in subtree(item.cue) if lead[-1].i < one.i < head.left_edge.i and one.head.i != head.i]
        behind = [one for one in behind if one.i > item.cue.i and not one.is_punct]
        at = head.head if head.head.lower_ == "at" else None
        lead += tuple(one for one in behind if at is None or one.i < at.i)
        return Body(tuple(_phrase(head)), lead, "were" if plural else "was", None, False)
    if item.shape == "naming":
        return Body(tuple(_phrase(head)), lead, "were" if plural else "was", None, by_speaker)
    if item.shape in ("wish", "promise"):
        to = [token for token in head.children if token.tag_ == "TO"]
        negations = [t for t in head.children if t.dep_ == "neg" or t.lower_ == "never"]
        first = min(t.i for t in (head, *to, *negations))
        rest = tuple(token for token in rest if token not in to and token.i >= first)
        past = head.tag_ == "VBD" and head.dep_ == "ccomp" and item.shape == "wish"  # "wants it pulled down"
        passive = (head.tag_ == "VBN" or past) and not any(token.dep_ == "auxpass" for token in rest)
        link = ("should" if item.shape == "wish" else "will") + (" be" if passive else "")
        return Body(rest, lead, link, None, by_speaker)
    return _act(head, rest, lead, by_speaker, plural, lexicon)


def _act(
    head: Token, rest: tuple[Token, ...], lead: tuple[Token, ...], by_speaker: bool, plural: bool, lexicon: Lexicon
) -> Body:
    """ "trying to attack" becomes "tried to attack"; "having tried" and "being" follow the same rule."""
    to = {token.i for token in head.children if token.tag_ == "TO"}
    auxiliaries = [token for token in children(head, "aux", "auxpass") if token.i not in to]
    first = auxiliaries[0] if auxiliaries else head
    first_form = "had" if first.lower_ == "having" else past_tense(first.lemma_, lexicon.past, plural=plural)
    forms = {first.i: first_form}
    for token in children(head, "conj"):
        if token.tag_ == "VBG" and not is_finite(token):
            forms[token.i] = past_tense(token.lemma_, lexicon.past, plural=plural)
    start = min(first.i, head.i)
    adverbs = {token.i for token in children(head, "neg", "advmod") if token.i < start}
    kept = tuple(token for token in rest if token.i not in to and (token.i >= start or token.i in adverbs))
    return Body(kept, lead, "", forms, by_speaker)


def _phrase(head: Token, without: Collection[int] = ()) -> list[Token]:
    """A noun phrase without the clauses set off from it by commas, and without the branches at `without`."""
    cut = set(without) | {
        token.i
        for token in subtree(head)
        if token.dep_ in ("relcl", "appos", "acl", "punct") and token.i > head.i and _set_off(token)
    }
    return [token for token in subtree(head, cut) if token.dep_ != "preconj"]


def _commas(token: Token) -> bool:
    """Whether a parenthesis is a comment: every parataxis, and a clause before its head with no "that"."""
    return token.dep_ == "parataxis" or (token.i < token.head.i and child(token, "mark") is None)


def _set_off(token: Token) -> bool:
    edge = token.left_edge.i
    return edge > 0 and token.doc[edge - 1].lower_ in (",", "(", "–", "—", "-", "--")


def _clause(head: Token, unit: Unit, lexicon: Lexicon, cue: Token | None) -> list[Token]:
    """The words of a clause, without the attribution, the writer's asides and what was joined to it wrongly."""
    without: set[int] = set()
    commas: set[int] = set()
    if cue is not None:
        without.add(cue.i)
    for token in subtree(head, without):
        if token.i == head.i:
            continue
        aside = token.dep_ == "relcl" and _set_off(token)
        own_claim = (
            token.dep_ == "conj"
            and is_verb(token)
            and (is_finite(token) or (token.tag_ == "VBG" and is_finite(head)))
            and (child(token, "nsubj", "nsubjpass", "expl") is not None or not is_finite(head))
        )
        # "... had 14 customers but said later that ...", "... but later corrected the figure": the speaker's doing.
        after_but = token.dep_ == "conj" and is_finite(token) and child(token, "nsubj", "nsubjpass", "expl") is None
        if after_but and cue is not None and any(one.lower_ == "but" for one in children(token.head, "cc")):
            own_claim |= token.lemma_.lower() in _CORRECTING or (
                token.lemma_.lower() in lexicon.reporting and child(token, "ccomp") is not None
            )
        if token.dep_ == "conj" and cue is not None and token.lemma_ in ("put", "estimate"):
            own_claim |= is_finite(token) and preposition(token, "at") is not None
        # "denying that it was sold and inviting him": the second participle is the speaker's.
        own_claim |= token.dep_ == "conj" and token.tag_ == "VBG" and token.head.tag_ in ("VBD", "VBN", "VBZ", "JJ")
        attribution = token.lower_ == "according" or (
            token.dep_ in ("parataxis", "ccomp") and token.lemma_.lower() in lexicon.reporting and _commas(token)
        )
        # "..., a claim made by officials"; "..., adding that ...": the writer's words about the content.
        nouns = lexicon.references["accusation"] | lexicon.references["statement"]
        about = token.dep_ in ("appos", "npadvmod") and token.lemma_.lower() in nouns and _set_off(token)
        added = token.dep_ == "advcl" and token.tag_ == "VBG" and token.lemma_.lower() in lexicon.verbs["asserts"]
        attribution |= about or (added and child(token, "ccomp") is not None)
        # "..., contradicting the department's account": what the speaker does by saying so.
        opposes = token.lemma_.lower() in lexicon.references["denying"]
        # "said the shot had killed her, prompting the ministry to ...": what came of it, the writer tells.
        opposes |= cue is not None and token.lemma_.lower() in _STIRRING
        attribution |= token.dep_ == "advcl" and token.tag_ == "VBG" and opposes and _set_off(token)
        masked = unit.quotation(token) is not None
        if aside or own_claim or attribution or masked:
            without.add(token.i)
        if own_claim:
            joining = [item.i for item in children(token.head, "cc") if item.i < token.i]
            without |= set(joining[-1:])  # not the "nor" of "neither sent nor got it, and that she left"
        if aside:
            commas |= {token.left_edge.i - 1, token.right_edge.i + 1}
    comments = comment_words(head.sent, unit, lexicon) | verdict_words(head.sent, unit, lexicon)
    tokens = [
        token
        for token in subtree(head, without)
        if token.i not in comments and (token.i not in commas or not token.is_punct)
    ]
    if cue is not None:
        tokens = _without_date(tokens, head, cue)
    mark = child(head, "mark")
    if mark is not None and mark.lower_ in ("that", "whether", "as", "because"):
        tokens = [token for token in tokens if token.i != mark.i]
    elif tokens and tokens[0].lower_ == "that":
        # A "that" which the parser took for a pronoun, or for an article: "said that shift leaders had ...".
        joins = cue is not None and tokens[0].dep_ == "det" and _is_plural(tokens[0].head)
        joins |= cue is not None and tokens[0].dep_ == "dobj" and child(head, *SUBJECTS) is not None
        doer = child(head, *SUBJECTS)
        joins |= doer is not None and doer.left_edge.i == tokens[0].i + 1  # "a report in the Globe that Bush will not"
        report = head.dep_ == "acl" and tokens[0].tag_ == "IN"
        if joins or report or (cue is not None and head.dep_ == "relcl"):
            tokens = tokens[1:]
    if own := [token for token in children(head, "cc", "preconj") if token.i in _ends(tokens)]:
        tokens = [token for token in tokens if token not in own]
    return tokens


def _without_date(tokens: list[Token], head: Token, cue: Token) -> list[Token]:
    """ "said on Monday his generals should go": the day between cue and content is that of the cue."""
    if not tokens or tokens[0].i != cue.i + 1:
        return tokens
    for item in children(head, "prep", "npadvmod", "advmod"):
        phrase = subtree(item)
        if item.left_edge.i == cue.i + 1 and phrase[-1].i + 1 < head.i and phrase[-1].ent_type_ in ("DATE", "TIME"):
            following = item.doc[phrase[-1].i + 1]
            if following.lower_ != ",":
                return [token for token in tokens if token.i > phrase[-1].i]
    return tokens


def sentence_body(root: Token, unit: Unit, lexicon: Lexicon) -> Body:
    """The words of a whole sentence."""
    return Body(tuple(_clause(root, unit, lexicon, cue=None)))


def _is_plural(noun: Token) -> bool:
    while noun.dep_ == "compound":
        noun = noun.head
    return noun.tag_ in ("NNS", "NNPS")


def _ends(tokens: list[Token]) -> set[int]:
    edges = spread(tokens)
    if edges is None:
        return set()
    # A joining word stands first, or last before the clause that was cut off; not in "misled and defrauded".
    last = [token for token in tokens[-2:] if not any(item.head == token.head and item.i > token.i for item in tokens)]
    return {edges[0].i, edges[1].i, *(token.i for token in last)}


_POSITIVE = {"ever": "", "anyone": "someone", "anybody": "somebody", "anything": "something", "any": "some"}


def positive(tokens: Iterable[Token]) -> dict[int, str]:
    """How to write the words that stand only under a negation, where the denial is taken off: "had ever been"."""
    return {token.i: _POSITIVE[token.lower_] for token in tokens if token.lower_ in _POSITIVE}


def write(body: Body, replaced: Mapping[int, str], speaker: str) -> str:
    """Write a claim as a sentence: references replaced, one capital, one full stop."""
    pieces: list[str] = [speaker + " "] if body.lead_is_speaker else []
    forms = {**(body.forms or {}), **replaced}
    pieces += _spell(body.lead, forms)
    if body.link:
        pieces.append(f" {body.link} ")
    pieces += [" "] if pieces else []
    pieces += _spell(body.tokens, forms)
    return sentence("".join(pieces))


def subject_phrase(body: Body, replaced: Mapping[int, str]) -> str | None:
    """The words for the one thing that a claim is about ("river water at Pampahuasi"); None for people and many."""
    words = body.tokens
    for token in words:
        if token.dep_ not in ("nsubj", "nsubjpass") or not is_finite(token.head):
            continue
        if token.tag_ != "NN" or token.ent_type_ == "PERSON":
            return None
        phrase = [item for item in subtree(token) if item in words]
        if any(item.dep_ in ("relcl", "conj", "appos") for item in phrase):
            return None
        text = "".join(_spell(tuple(phrase), dict(replaced))).strip()
        return text[:1].lower() + text[1:] if phrase[0].pos_ != "PROPN" else text
    return None


def _spell(tokens: tuple[Token, ...], forms: Mapping[int, str]) -> list[str]:
    pieces = []
    for place, token in enumerate(tokens):
        word = forms.get(token.i, token.text)
        gap = place + 1 < len(tokens) and tokens[place + 1].i != token.i + 1
        pieces.append(word + (" " if token.whitespace_ or gap else ""))
    return pieces


def sentence(text: str) -> str:
    """Make a sentence of some words: single spaces, a capital, a full stop."""
    text = " ".join(text.split()).strip(_TRAILING)
    text = _SPACE_BEFORE.sub(r"\1", text)
    text = re.sub(r",\s*(?=[,.;:!?])", "", text).strip(_TRAILING)
    text = _LEFT_OVER.sub("", text).strip(_TRAILING)
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else text + "."
