"""What an attribution and a denial are, and what a speaker and a content can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nli.article.parsing import Unit
from nli.article.syntax import SUBJECTS, child, children, is_finite, is_misread_subject, is_verb, subtree
from nli.records import Stance

if TYPE_CHECKING:
    from spacy.tokens import Token

Shape = Literal["clause", "act", "guilt", "cause", "naming", "figure", "wish", "promise", "position", "relative"]
"""How a content is rebuilt: as it stands; "Y did Z"; "Y is guilty of Z"; "Y caused Z"; "Y is Z"; "Y was 5";
"Y should Z"; "S will Z"; "S supports Z"; with what a relative pronoun stands for."""

Refers = Literal["accusation", "statement", "guilt", "pronoun", "event", "absence"]

POINTING = ("it", "this", "that", "them", "these", "those", "all", "which")
"""Pronouns for what was said before."""
_COMPLEMENTS = ("prep", "oprd", "attr", "acomp", "advcl", "agent")


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


@dataclass(frozen=True, slots=True)
class Denial:
    """A denial without a proposition of its own.

    `speaker` is None where somebody else's attribution or quotation holds it; `noun` is what refers,
    `owner` whose statement it is said to be, `about` the stems of the words that say what about.
    `clause` is the that-clause of "rejected claims that ...", if there is one; `version` whether all that
    was just told is denied ("gave a different account"), not its last words; `comment` whether it stands behind what
    it denies in one sentence ("..., a claim that Roe disputes"); `retort` whether it answers what
    somebody, not the writer, has just told ("Roe says otherwise").
    """

    unit: Unit
    speaker: Token | None
    cue: Token
    noun: Token
    refers: Refers
    owner: Token | None
    about: frozenset[str]
    plural: bool
    clause: Token | None = None
    version: bool = False
    comment: bool = False
    retort: bool = False

    @property
    def start(self) -> int:
        """Where the word that denies stands in the article."""
        return self.unit.span(self.cue, self.cue)[0]

    @property
    def points_back(self) -> bool:
        """Whether it means what was said just before: "denied it", "that figure was wrong"."""
        before = self.noun.doc[self.noun.i - 1] if self.noun.i else self.noun
        # "called that statement fiction": the parser gives the word before to the last noun.
        points = [*children(self.noun, "det"), *([before] if before.dep_ == "det" else [])]
        return self.refers == "pronoun" or any(item.lower_ in POINTING for item in points)

    @property
    def edges(self) -> tuple[Token, Token]:
        """The first and the last word of the denial."""
        tokens = [token for token in (self.speaker, self.cue, self.noun, self.owner) if token is not None]
        if self.refers == "absence":
            tokens += [token for token in subtree(self.cue) if token.dep_ not in ("punct", "mark")]
        for below in self.cue.children:
            small = below.dep_ in ("ccomp", "xcomp") and not is_finite(below)
            if below.i > self.cue.i and (small or below.dep_ in _COMPLEMENTS) and below.lower_ != "according":
                tokens += [token for token in subtree(below) if token.dep_ != "punct"]
        if self.noun.dep_ == "det":
            tokens.append(self.noun.head)  # "called that nonsense"
        if self.speaker is not None and self.speaker.i < self.cue.i:
            tokens.append(self.speaker.left_edge)
        if self.noun.i > self.cue.i:
            tokens += [token for token in subtree(self.noun) if token.dep_ != "punct"]
        return min(tokens, key=lambda token: token.i), max(tokens, key=lambda token: token.i)


def marker(verb: Token) -> str:
    """The word that joins a clause to another ("that", "if"), in small letters; empty if there is none."""
    mark = child(verb, "mark")
    return mark.lower_ if mark is not None else ""


def is_content(head: Token, unit: Unit) -> bool:
    """Whether a clause is a statement: it has a tense, and no "if", "whether" or question word."""
    if unit.quotation(head) is not None or marker(head) in ("if", "whether", "for"):
        return False
    if not child(head, *SUBJECTS, "expl"):
        return False
    # "that a corroded pipe burst": past tenses that look like nouns are often taken for nouns.
    misread = head.pos_ == "NOUN" and marker(head) == "that" and child(head, "det", "amod", "compound") is None
    # "his claim that people celebrated": a past tense that looks like a participle.
    misread |= head.tag_ == "VBN" and marker(head) == "that" and child(head, "aux", "auxpass") is None
    if not misread and not (is_verb(head) and is_finite(head)):
        return False
    edge = head.left_edge
    return edge.tag_ not in ("WP", "WRB", "WDT", "WP$") or edge.dep_ == "mark"


def can_speak(speaker: Token) -> bool:
    """Whether a word can be the head of a speaker's name."""
    if speaker.pos_ == "ADV" and speaker.i + 1 < len(speaker.doc):
        following = speaker.doc[speaker.i + 1]
        # "Norlund, which makes pumps, described ...": a name that the tagger does not know.
        named = speaker.dep_ == "nsubj" and speaker.text[:1].isupper() and following.text == ","
        return named or is_misread_subject(speaker, following)
    if not speaker.text[:1].isalnum() or speaker.pos_ not in ("PROPN", "NOUN", "PRON", "ADJ", "NUM", "X"):
        return False
    if speaker.lower_ in ("that", "which") and speaker.tag_ == "WDT" and speaker.head.dep_ == "relcl":
        return True  # "the study, which notes that ..."
    return speaker.lower_ not in (
        "it's", "that", "which", "what", "there", "this", "these", "you", "something", "anyone",
    )  # fmt: skip


def has_quotation(verb: Token, unit: Unit) -> bool:
    """Whether a whole quotation stands beside a verb, which is then what it reports."""
    near = verb.doc[max(verb.sent.start, verb.i - 12) : min(verb.sent.end, verb.i + 12)]
    return any(unit.quotation(item) is not None for item in near)
