"""What a clause by itself says about its stance: hedged, introduced by "I am sure that", a silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.syntax import SUBJECTS, child, children, has_to, is_finite, is_verb, subtree
from nli.records import Stance

if TYPE_CHECKING:
    from spacy.tokens import Span as Sentence
    from spacy.tokens import Token


def statements(root: Token) -> list[Token]:
    """The clauses of a sentence that state something: the main one, and those joined to it by "and"."""
    heads = [root, *(item for item in root.conjuncts if item.i > root.i)]
    found = []
    for head in heads:
        own = child(head, *SUBJECTS, "expl")
        if is_verb(head) and is_finite(head) and own is not None:
            found.append(head)
    return found


def peel(head: Token, lexicon: Lexicon) -> tuple[Token, Stance]:
    """What is said in "I am sure that ...", "it is clear that ...", "it is not true that ..."."""
    name = child(head, "acomp", "attr")
    inner = child(head, "ccomp") or (child(name, "ccomp") if name is not None else None)
    own = child(head, "nsubj", "expl")
    if head.lemma_ != "be" or name is None or inner is None or own is None:
        return head, "asserts"
    if own.lower_ not in ("i", "we", "it") or not is_finite(inner) or not child(inner, *SUBJECTS, "expl"):
        return head, "asserts"
    mark = child(inner, "mark")
    if mark is not None and mark.lower_ != "that":
        return head, "asserts"
    negated = any(item.dep_ == "neg" for item in head.children)
    word = name.lemma_.lower()
    if word in lexicon.nouns["untrue"] and not negated:
        return inner, "denies"
    if word == "true" and negated:
        return inner, "denies"
    return (inner, "asserts") if word in lexicon.nouns["sure"] and not negated else (head, "asserts")


def says_false(cue: Token, lexicon: Lexicon) -> bool:
    """Whether the writer calls untrue what a cue tells: "falsely said that ...", "the debunked claim that ..."."""
    if is_verb(cue):
        # In "accused Roe of falsely claiming that ..." it is not the writer who says so.
        return cue.dep_ in ("ROOT", "conj") and any(
            item.lower_ in lexicon.nouns["falsely"] for item in children(cue, "advmod")
        )
    return any(item.lower_ in lexicon.nouns["false"] for item in children(cue, "amod"))


def stance_of(head: Token, lexicon: Lexicon, *, quoted: bool = False) -> Stance:
    """What a content itself says about its stance: "should", "must" and "it is necessary" demand, "may" hedges.

    A content that only tells what the speaker hopes or wants ("she said she expected them to ...", in a quotation
    "I want ...") has that stance; `quoted` says that "he" is not the speaker.
    """
    auxiliaries = [item.lower_ for item in children(head, "aux")]
    if "must" in auxiliaries and "have" in auxiliaries:
        return "hedges"  # "must have gone" is a guess
    if any(word in ("should", "must", "ought") for word in auxiliaries):
        return "demands"
    own = child(head, *SUBJECTS)
    negated = any(item.dep_ == "neg" for item in head.children)
    negated |= own is not None and own.lower_ in ("nobody", "none", "nothing", "no-one")
    act = child(head, "xcomp")
    must = head.lemma_ in ("have", "need") and act is not None and has_to(act) and child(head, "dobj") is None
    if must and not negated:
        return "demands"
    name = child(head, "acomp", "attr")
    if (
        head.lemma_ == "be"
        and name is not None
        and name.lemma_.lower() in ("necessary", "essential", "imperative", "vital")
    ):
        return "demands"
    small = child(head, "ccomp", "xcomp")
    himself = own is not None and own.pos_ == "PRON" and (not quoted or own.lower_ in ("i", "we"))
    past = head.tag_ == "VBN" or (quoted and head.tag_ == "VBD")  # what one had wanted is no demand now
    wished = not negated or head.lemma_ in ("want", "wish")  # "we did not ask him to sail" is a fact
    if himself and wished and not past and small is not None and not is_finite(small):
        lemma = head.lemma_.lower()
        for stance in ("hedges", "demands"):
            if lemma in lexicon.verbs[stance]:
                return "hedges" if stance == "hedges" else "demands"
    return "hedges" if is_hedged(head, lexicon) else "asserts"


def is_hedged(head: Token, lexicon: Lexicon) -> bool:
    """Whether "may", "probably" or the like bears on the main verb of a content."""
    marks = children(head, "aux", "advmod")
    return any(item.lower_ in lexicon.nouns["hedging"] for item in marks)


def _refuses(token: Token, lexicon: Lexicon) -> bool:
    """ "declined to comment", "refused to say"; not "profits declined", "the pilot refused to take off"."""
    if token.lemma_.lower() not in ("decline", "refuse"):
        return False
    act = child(token, "xcomp")
    thing = child(token, "dobj")
    if act is not None:
        return act.lemma_.lower() in lexicon.nouns["silence"] | {"say", "discuss", "answer", "name", "disclose"}
    return thing is not None and thing.lemma_.lower() in ("comment", "interview", "statement", "answer")


def is_silence(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Whether a sentence says that something is not known, shown or answered."""
    words = {token.lemma_.lower() for token in sentence}
    lower = {token.lower_ for token in sentence}
    negative = lower & {"no", "not", "n't", "neither", "nor", "any", "without", "never"}
    if words & {"unclear", "unable"} or any(_refuses(token, lexicon) for token in sentence):
        return True
    lacking = lexicon.nouns["silence"] | {"evidence", "proof", "sign", "indication"}
    if negative and words & (lacking - {"ask", "immediately"}):
        return True
    return any(token.lower_ in ("whether", "if") and token.head.dep_ == "ccomp" for token in subtree(sentence.root))
