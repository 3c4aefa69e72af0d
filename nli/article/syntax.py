"""Questions to a dependency parse: who is the subject, is it negated, which words belong to a phrase."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING

from nli.article.parsing import Unit

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = ("nsubj", "nsubjpass", "csubj")
_HYPOTHETICAL = ("may", "might", "could", "would", "should", "can")
_ADDRESSING = ("tell", "ask", "inform", "assure", "remind", "notify", "urge")
_UNSAID = ("decline", "refuse", "fail", "avoid", "ask", "stop", "deny")
SEEMING = ("appear", "seem")
_RAISING = ("go", "continue", "come", "rush", "hasten", "hurry", "scramble", "proceed", *SEEMING)
_READY = ("quick", "swift")
_SENDING = ("take", "use", "issue", "write", "post", "tweet", "appear", "return")
"""Whose purpose is done with them: "took to Twitter to deny it"."""
_NEGATIVE_SUBJECTS = ("neither", "nobody", "none", "nothing", "no")


def child(token: Token, *labels: str) -> Token | None:
    """The first child of a token with one of the dependency labels."""
    return next((item for item in token.children if item.dep_ in labels), None)


def children(token: Token, *labels: str) -> list[Token]:
    """All children of a token with one of the dependency labels, in order."""
    return [item for item in token.children if item.dep_ in labels]


def subtree(token: Token, without: Container[int] = ()) -> list[Token]:
    """A token and all below it in order, leaving out every branch whose top is at an index in `without`.

    Written without recursion, for a broken text can make a tree deeper than Python's stack.
    """
    found: list[Token] = []
    stack = [token]
    while stack:
        item = stack.pop()
        found.append(item)
        stack.extend(below for below in item.children if below.i not in without)
    return sorted(found, key=lambda item: item.i)


def is_verb(token: Token) -> bool:
    """Whether a token is tagged as a verb form."""
    return token.pos_ in ("VERB", "AUX")


def is_finite(verb: Token) -> bool:
    """Whether a verb, or its auxiliary, has a tense.

    A participle with a subject and no auxiliary ("that sales quadrupled") is a past tense that was tagged wrongly.
    """
    if verb.tag_ == "VBN" and child(verb, "nsubj") and not child(verb, "aux", "auxpass"):
        return verb.dep_ in ("ccomp", "ROOT")
    return verb.tag_ in ("VBD", "VBZ", "VBP", "MD") or any(
        item.tag_ in ("VBD", "VBZ", "VBP", "MD") for item in verb.children if item.dep_ in ("aux", "auxpass")
    )


def is_gerund(verb: Token) -> bool:
    """Whether a verb is a gerund, also a perfect one ("having starved the line of money")."""
    if verb.tag_ == "VBG":
        return True
    return verb.tag_ == "VBN" and any(item.lower_ == "having" for item in children(verb, "aux"))


def has_to(verb: Token) -> bool:
    """Whether a verb is an infinitive with "to"."""
    return any(item.tag_ == "TO" for item in verb.children)


def preposition(token: Token, word: str) -> Token | None:
    """The object of a preposition that hangs on a token."""
    for item in token.children:
        if item.dep_ in ("prep", "agent", "dative") and item.lower_ == word:
            return child(item, "pobj", "pcomp")
    return None


def _outer_teller(verb: Token) -> Token | None:
    """The verb of telling that another one was meant to join: "said it had 14 but said later that it was 12"."""
    content = verb.head
    between = [content]
    while content.dep_ == "conj" and is_verb(content) and child(content, *SUBJECTS, "expl") is None:
        content = content.head  # "said they were down but corrected himself and said it started on Saturday"
        between.append(content)
    if verb.dep_ != "conj" or content.dep_ != "ccomp" or content.head.i > content.i or not is_finite(verb):
        return None
    if not is_verb(content.head):
        return None
    joined = any(item.lower_ == "but" for above in between for item in children(above, "cc"))
    tells = joined and child(verb, "ccomp") is not None
    # "said that intruders had opened a valve, and put the volume at 90 cubic metres"
    counts = verb.lemma_ in ("put", "estimate") and preposition(verb, "at") is not None
    return content.head if tells or counts else None


def subject(verb: Token, unit: Unit) -> Token | None:
    """Who does what the verb says; for a passive, the agent.

    A verb without a subject of its own takes that of the verb it is joined to ("..., describing ...").
    """
    if child(verb, "nsubjpass", "auxpass"):
        return preposition(verb, "by")
    own = [item for item in children(verb, "nsubj") if unit.quotation(item) is None]
    after = _named_after(verb, unit)
    if after is not None:
        return after
    outer = _outer_teller(verb) if not own else None
    if outer is not None:
        return subject(outer, unit)
    if own:
        beside = [item for item in own if item.left_edge.i == verb.i + 1]
        if beside and verb.i and (verb.doc[verb.i - 1].is_punct or unit.quotation(verb.doc[verb.i - 1]) is not None):
            return beside[0]  # "..., said a source"
        return max(own, key=lambda item: (item.i < verb.i, item.i))
    inverted = _inverted_subject(verb, unit)
    if inverted is not None:
        return inverted
    last = verb.doc[verb.i - 1] if verb.i else verb
    if is_misread_subject(last, verb):
        return last
    if verb.dep_ == "acl" and verb.tag_ == "VBN":
        return preposition(verb, "by")  # "a book called ...", "a figure rubbished by parents"
    if verb.dep_ in ("relcl", "acl") and verb.tag_ != "VBG":
        return None
    for above in verb.ancestors:
        if not is_verb(above):
            adjoins = verb.doc[verb.left_edge.i - 1].lower_ == "," or above.pos_ == "PROPN" or above.i == verb.i - 1
            if verb.dep_ == "acl" and verb.tag_ == "VBG" and verb.head.i == above.i and adjoins:
                return above  # "... Lavrov, describing ..."
            continue
        if child(above, "nsubjpass"):
            # "Roe is quoted in the suit as saying that ..."
            quoted = verb.dep_ == "pcomp" and above.lemma_ in ("quote", "cite")
            return child(above, "nsubjpass") if verb.dep_ in ("advcl", "xcomp") or quoted else None
        found = [item for item in children(above, "nsubj") if unit.quotation(item) is None]
        if found:
            return found[-1]
        if above.dep_ not in ("conj", "xcomp", "advcl", "pcomp", "ccomp"):
            break
    # "Lavrov, in an interview published on Monday said that ...": the parser may hang the subject of the
    # second verb on the first.
    for item in verb.lefts:
        if item.dep_ in ("ccomp", "advcl"):
            names = [below for below in children(item, "nsubj") if unit.quotation(below) is None]
            if len(names) > 1:
                return names[0]
    return None


def is_misread_subject(word: Token, verb: Token) -> bool:
    """Whether the word before a verb is its subject, although the parser says otherwise."""
    if word.i != verb.i - 1 or not is_finite(verb) or child(verb, "nsubj", "nsubjpass") is not None:
        return False
    if word.ent_type_ == "PERSON" and word.pos_ == "PROPN" and word.dep_ == "appos":
        return True  # "Opening the case for the Crown, Ann Poe said ..."
    # "Conneely said": a name that looks like an adverb
    return word.is_sent_start is True and word.dep_ == "advmod" and word.is_title


def _named_after(verb: Token, unit: Unit) -> Token | None:
    """The name in "Any reading, said Jane Roe, would ...", where a parser takes the reading for the subject."""
    doc = verb.doc
    if verb.tag_ not in ("VBD", "VBZ", "VBP") or not 0 < verb.i < len(doc) - 1 or verb.lemma_ in _ADDRESSING:
        return None
    before, name = doc[verb.i - 1], doc[verb.i + 1]
    if before.lower_ not in (",", "”") and unit.quotation(before) is None:
        return None
    if name.pos_ != "PROPN" or name.ent_type_ in ("DATE", "TIME"):
        return None
    while name.dep_ in ("compound", "amod", "nmod", "flat") and name.head.i > name.i:
        name = name.head
    if name.pos_ != "PROPN" or (name.head.i != verb.i and name.dep_ != "nsubj"):
        return None
    after = name.right_edge.i + 1 if name.head.i == verb.i else name.i + 1
    if after + 2 < len(doc) and doc[after].text == doc[after + 2].text == "," and doc[after + 1].like_num:
        after += 3  # "..., said Roe, 27, left"
    # "Smith, the envoy, said Roe left": a verb follows, so that Roe is who left.
    leads_on = name.head.i > name.i and after < len(doc) and (doc[after].pos_ in ("VERB", "AUX", "ADV"))
    return None if leads_on else name


def _inverted_subject(verb: Token, unit: Unit) -> Token | None:
    """The subject of "..., said Smith", which a parser may take for an object."""
    if verb.i == 0 or verb.i + 1 >= len(verb.doc) or verb.tag_ not in ("VBD", "VBZ", "VBP"):
        return None
    before = verb.doc[verb.i - 1]
    if before.lower_ not in (",", "”") and unit.quotation(before) is None:
        return None
    following = verb.doc[verb.i + 1]
    if following.pos_ not in ("PROPN", "DET", "ADJ", "NOUN", "PRON"):
        return None
    if any(item.dep_ in ("xcomp", "ccomp", "oprd") for item in verb.rights):
        return None
    for item in verb.rights:
        if item.dep_ in ("dobj", "attr", "dative", "npadvmod", "oprd") and item.left_edge.i == verb.i + 1:
            return item
    return None


def is_said(verb: Token) -> bool:
    """Whether a reporting verb tells that something was said, not that it was not, might be, or if."""
    if any(item.dep_ == "neg" or item.lower_ in ("never", "neither", "nor", "hardly") for item in verb.children):
        return False
    if any(item.dep_ in ("aux", "auxpass") and item.lower_ in _HYPOTHETICAL for item in verb.children):
        return False
    if any(item.dep_ == "mark" and item.lower_ in ("if", "whether", "unless") for item in verb.children):
        return False
    if any(item.tag_ in ("WRB",) and item.lower_ in ("how", "why") for item in verb.children):
        return False
    before = [verb.doc[place].lower_ for place in range(max(verb.sent.start, verb.i - 4), verb.i)]
    if "neither" in before or "nor" in before[-1:] or "without" in before[-1:]:
        return False
    if has_to(verb) and not _is_done(verb):
        return False
    for above in verb.ancestors:
        if above.lemma_ in _UNSAID and verb.dep_ in ("xcomp", "ccomp") and verb.head.i == above.i:
            return False
    if verb.dep_ == "conj" and is_verb(verb.head) and "nor" in before:
        return False
    bare = verb.tag_ == "VB" and child(verb, "aux", *SUBJECTS) is None
    if verb.dep_ == "conj" and bare and is_verb(verb.head):
        return is_said(verb.head)  # "could not confirm or deny that ...": what holds of the one holds of the other
    if verb.dep_ == "pcomp" and any(item.lower_ == "short" for item in verb.head.ancestors):
        return False  # "stopped short of denying"
    own = child(verb, *SUBJECTS)
    return own is None or not any(item.lower_ in _NEGATIVE_SUBJECTS for item in (own, *own.children))


def _is_done(verb: Token) -> bool:
    """Whether what an infinitive names is done: "went on to deny it", "was quick to deny it"."""
    above = verb.head
    if verb.dep_ == "xcomp" and above.lower_ in _READY:
        return above.head.lemma_ == "be" and is_said(above.head)
    if verb.dep_ == "xcomp":
        return above.lemma_ in _RAISING and is_said(above) and child(above, "dobj") is None
    past = above.tag_ in ("VBD", "VBN")
    goes_on = above.lemma_ == "go" and any(item.dep_ == "prt" and item.lower_ == "on" for item in above.children)
    return (
        verb.dep_ == "advcl" and (goes_on or above.lemma_ in _SENDING) and past and verb.i > above.i and is_said(above)
    )


def spread(tokens: Iterable[Token]) -> tuple[Token, Token] | None:
    """The first and the last of some tokens that are more than punctuation."""
    real = [token for token in tokens if not token.is_punct and not token.is_space]
    return (real[0], real[-1]) if real else None
