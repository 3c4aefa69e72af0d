"""What the words around a name say about who has it: a person or a body, a gender, a side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.names import Gender, Mention, read_mention
from nli.article.parsing import Unit
from nli.article.syntax import SUBJECTS, child, children

if TYPE_CHECKING:
    from spacy.tokens import Span as Entity
    from spacy.tokens import Token

_ARTICLES = ("the", "a", "an")
_FOR_THE = ["for", "the"]
_CROWN = ("crown", "prosecution", "state")


@dataclass(slots=True)
class NameReader:
    """Reads the names of one article; `persons` counts how often each, in small letters, was taken for a person's."""

    lexicon: Lexicon
    persons: Counter[str] = field(default_factory=Counter)

    def count_persons(self, unit: Unit) -> None:
        """Count the names that the tagger takes for persons'."""
        for entity in unit.doc.ents:
            if entity.label_ == "PERSON" and not _has_article(entity):
                self.persons[entity.text.lower()] += 1

    def is_body(self, token: Token, mention: Mention) -> bool:
        """Whether the words around a name say that it is no person's."""
        bodies = self.lexicon.people["bodies"]
        if any(item.lemma_.lower() in bodies for item in children(token, "appos")):
            return True  # "Northwind, the company that ..."
        kinds = children(token, "compound", "nmod")
        if any(item.lower_ in bodies and (item.text.islower() or item.is_sent_start) for item in kinds):
            return True  # "the software group Northwind", "Carrier Northwind"
        # "Northwind said it had lost money"
        verb = token.head
        if token.dep_ != "nsubj" or verb.lemma_.lower() not in self.lexicon.verbs["speech"] or mention.titled:
            return False
        if " " in mention.name and self.persons[mention.name.lower()]:
            return False
        for content in children(verb, "ccomp"):
            own = child(content, "nsubj")
            if own is not None and own.lower_ == "it" and content.lemma_ != "be" and content.i > verb.i:
                return True
        return False

    def called_it(self, unit: Unit) -> Iterable[str]:
        """Names that the next sentence calls "it": "Acme Metals rejected the findings. It said ..."."""
        sentences = list(unit.doc.sents)
        for first, second in pairwise(sentences):
            own = child(first.root, *SUBJECTS)
            speaks = second.root.lemma_.lower() in self.lexicon.verbs["speech"]
            if own is None or own.pos_ != "PROPN" or second[0].lower_ != "it" or not speaks:
                continue
            mention = read_mention(own, self.lexicon)
            if mention is not None and not mention.titled and not self.first_name(mention.name):
                yield mention.name

    def reads_as_person(self, mention: Mention, token: Token) -> bool:
        """Whether a name counts as a person's although the tagger has not marked just these words as one."""
        if self.persons[mention.name.lower()]:
            return False  # counted already
        if token.ent_type_ == "PERSON":
            return True  # "Philippa Marsh KC"
        return token.ent_type_ in ("", "ORG") and self.first_name(mention.name) != ""

    def in_court(self, mention: Mention, token: Token) -> Mention:
        """ "Opening the case for the Crown, Ann Poe said", "Ann Poe, for the prosecution, said": a prosecutor."""
        doc, first = token.doc, token.left_edge.i
        before = [word.lower_ for word in doc[max(0, first - 4) : first]]
        after = [word.lower_ for word in doc[token.i + 1 : token.i + 5]]
        if (len(before) == 4 and before[:2] == _FOR_THE and before[2] in _CROWN and before[3] == ",") or (
            after[:3] == [",", *_FOR_THE] and after[3:4] and after[3] in _CROWN
        ):
            return replace(mention, roles=mention.roles | {"prosecutor"})
        return mention

    def sided(self, mention: Mention, token: Token) -> Mention:
        """A spokesman's side is the country or the organisation that an earlier sentence of his paragraph is about."""
        if mention.side is not None or not mention.roles & self.lexicon.people["voices"]:
            return mention
        for sentence in token.doc.sents:
            if sentence.start > token.i or sentence.end > token.i:
                break
            first = self.lexicon.country(sentence[0].text) if sentence[0].dep_ in SUBJECTS else None
            if first is not None:
                return replace(mention, side=first.name)
            own = child(sentence.root, *SUBJECTS)
            named = read_mention(own, self.lexicon) if own is not None and own.left_edge.i == sentence.start else None
            if named is not None and not named.titled and self.persons[named.name.lower()] == 0:
                return replace(mention, side=named.name)
        return mention

    def gender(self, words: Iterable[str]) -> Gender:
        if any(word in self.lexicon.people["female"] for word in words):
            return "female"
        return "male" if any(word in self.lexicon.people["male"] for word in words) else ""

    def first_name(self, name: str) -> Gender:
        """The gender that a first name tells; a surname alone tells none."""
        first, *rest = name.lower().split()
        known = self.lexicon.first_names.get(first) if rest else None
        return "female" if known == "f" else "male" if known == "m" else ""


def _has_article(entity: Entity) -> bool:
    """Whether an article stands before a name: "the grey Land Cruiser" is nobody."""
    before = [token for token in entity.doc[max(0, entity.start - 2) : entity.start] if token.sent == entity.sent]
    if not before or len(entity) == 1:
        return False
    return before[-1].lower_ in _ARTICLES or (
        len(before) > 1 and before[0].lower_ in _ARTICLES and _is_plain(before[1])
    )


def _is_plain(word: Token) -> bool:
    return word.pos_ == "ADJ" or (word.pos_ == "NOUN" and word.dep_ == "pobj")
