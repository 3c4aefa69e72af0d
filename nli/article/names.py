"""Read a name off a parse: its words, its titles, and the side it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nli.article.lexicon import Lexicon
from nli.article.syntax import children, preposition

if TYPE_CHECKING:
    from spacy.tokens import Token

_WITHIN_NAMES = ("compound", "amod", "nmod", "flat", "appos")

_POSTNOMINALS = tuple("KC QC SC MP MEP MSP MBE OBE CBE PhD MD Esq Jr Jr. Sr Sr.".split())
_OF_STATES = ("government", "ministry", "army", "military", "navy", "parliament", "embassy")
_PASSING = ("former", "first", "acting", "deputy", "vice")

SpeakerKind = Literal["person", "country", "organisation", "unknown"]
Gender = Literal["female", "male", ""]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the canonical `name`, the party it speaks for (`side`), and how pronouns refer to it.

    `unsettled` is True for a pronoun that stands for somebody the article does not tell.
    """

    name: str
    side: str | None = None
    kind: SpeakerKind = "unknown"
    gender: Gender = ""
    plural: bool = False
    unsettled: bool = False


def possessive(name: str) -> str:
    """ "Smith's", "the United States'"."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


ACCUSERS = Speaker("accusers", kind="organisation", plural=True)
"""Who accuses where the text does not say it: "is accused of taking bribes"."""
WRITER = Speaker("article")
"""Who makes the article's own assertions."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as it stands in one place: "Russian Foreign Minister Sergei Lavrov".

    `name` is without titles ("Sergei Lavrov"), `roles` are the titles and the nouns in apposition,
    `side` is the country or organisation that the words around the name give.
    """

    name: str
    head: int
    roles: frozenset[str]
    side: str | None
    titled: bool


def name_tokens(head: Token) -> list[Token]:
    """The words of the name that ends with `head`: proper nouns, titles between them, and hyphens."""
    first = head.i
    floor = head.left_edge.i
    while first > floor:
        before = head.doc[first - 1]
        named = before.pos_ in ("PROPN", "NOUN", "ADJ") and before.dep_ in _WITHIN_NAMES
        if not named and not (before.lower_ in ("-", ".") and first - 1 > floor):
            break
        first -= 1
    return [head.doc[place] for place in range(first, head.i + 1)]


def read_mention(head: Token, lexicon: Lexicon) -> Mention | None:
    """Read the name that ends with `head`; None if it is no proper name."""
    if head.pos_ != "PROPN" or not head.text[0].isalnum():
        return None
    tokens = name_tokens(head)
    titles = [place for place, token in enumerate(tokens) if _is_title(token, lexicon)]
    cut = titles[-1] + 1 if titles and titles[-1] + 1 < len(tokens) else 0
    if cut + 1 == len(tokens) and tokens[cut].lower_ in lexicon.people["organisations"]:
        cut = 0  # "State Committee"
    proper = tokens[cut:]
    while len(proper) > 1 and proper[0].pos_ != "PROPN":
        proper = proper[1:]
    before = tokens[: len(tokens) - len(proper)]
    side = None
    roles = {token.lower_ for token in before if _is_title(token, lexicon)}
    if before and roles:
        rest = [token for token in before if not _is_title(token, lexicon)]
        # "Chief Financial Officer", "Information Minister": what stands between or before these titles is a task.
        rest = [token for token in rest if not _between_titles(token, before, lexicon)]
        side = _side_of_words(rest, lexicon, only_countries=bool(roles & {"minister", "secretary"}))
    elif len(proper) > 1 and proper[0].tag_ == "JJ":
        proper = proper[1:]
    while len(proper) > 1 and proper[-1].text in _POSTNOMINALS:
        proper = proper[:-1]
    common = [place for place, token in enumerate(proper) if token.pos_ == "NOUN" and token.text.islower()]
    if common and common[-1] + 1 < len(proper):
        proper = proper[common[-1] + 1 :]  # "U.S. short seller Kestrel Point"
    for label in ("poss", "amod", "compound", "nmod"):
        for token in [item for named in (head, *before) for item in children(named, label)]:
            # "Russia's Lavrov", and with a title "Beijing's envoy": a city may stand for its country.
            stands = label == "poss" and roles & lexicon.people["voices"]
            country = lexicon.country(token.text) if stands else lexicon.nation(token.text)
            if side is None and country is not None and token not in proper:
                side = country.name
            elif side is None and label == "poss" and roles:
                side = _owner_name(token, lexicon)
    for apposition in children(head, "appos"):
        if apposition.pos_ not in ("NOUN", "PROPN"):
            continue
        words = {apposition.lower_, *(token.lower_ for token in children(apposition, "compound", "amod"))}
        known = words & (lexicon.people["roles"] | lexicon.people["titles"])
        if known:
            roles |= known
            side = side or noun_side(apposition, lexicon)
    text = _joined(_numbered(proper))
    if head.dep_ == "appos" and head.head.lemma_.lower() in lexicon.people["roles"]:
        # "Acme's chief executive, Anna Berg"
        roles.add(head.head.lower_)
        side = side or noun_side(head.head, lexicon)
    return Mention(text, head.i, frozenset(roles), side, bool(roles & lexicon.people["titles"] or roles))


def _numbered(tokens: list[Token]) -> list[Token]:
    """A name that ends in "No." with its number, or in a number of its own: "Union No. 2", "Lodge 88"."""
    last = tokens[-1]
    following = last.doc[last.i + 1] if last.i + 1 < len(last.doc) else None
    if following is not None and following.text.isdigit() and following.head.i == last.i and len(tokens) == 1:
        return [*tokens, following]
    if last.lower_ not in ("no", "no."):
        return tokens
    more = [token for token in last.doc[last.i + 1 : last.i + 3] if token.text == "." or token.like_num]
    return tokens + more if more and more[-1].like_num else tokens


def noun_side(head: Token, lexicon: Lexicon) -> str | None:
    """The country or organisation that a noun phrase belongs to ("the Ukrainian president", "head of Acme")."""
    for label in ("amod", "compound", "poss", "nmod"):
        for token in children(head, label):
            country = lexicon.nation(token.text)
            if country is None and label == "poss":
                country = lexicon.country(token.text)
            if country is not None:
                return country.name
    for label in ("poss", "compound"):
        for token in children(head, label):
            if token.pos_ == "PROPN":
                return _owner_name(token, lexicon)
            if label == "poss" and token.lower_ in lexicon.people["bodies"]:
                nations = [lexicon.nation(item.text) for item in children(token, "amod")]
                nation = next((one for one in nations if one is not None), None)
                if nation is not None and token.lower_ in ("club", "team"):
                    return None  # "the German club's chief executive": of two clubs, not the one named last
                if nation is not None and token.lower_ in _OF_STATES:
                    return nation.name  # "the Russian defence ministry's spokesman"
                return token.lower_  # "the authority's director": which one, the registry knows
    for word in ("of", "for", "at", "from"):
        owner = preposition(head, word)
        if owner is None:
            continue
        country = lexicon.country(owner.text)
        if country is not None:
            return country.name
        if owner.pos_ == "PROPN":
            return _owner_name(owner, lexicon)
        return noun_side(owner, lexicon) if owner.i > head.i else None
    return None


def _owner_name(token: Token, lexicon: Lexicon) -> str:
    country = lexicon.country(_joined(name_tokens(token)))
    return country.name if country is not None else _joined(name_tokens(token))


def _side_of_words(tokens: list[Token], lexicon: Lexicon, *, only_countries: bool) -> str | None:
    for token in tokens:
        country = lexicon.country(token.text)
        if country is not None:
            return country.name
    if only_countries:
        return None
    names = [token for token in tokens if token.pos_ == "PROPN" or token.text[:1].isupper()]
    if len(names) == 1 and names[0].lower_ in lexicon.people["bodies"]:
        return names[0].lower_  # "Ministry spokesman Karl Vogt" speaks for the ministry
    return _joined(names) if names else None


def _between_titles(token: Token, before: list[Token], lexicon: Lexicon) -> bool:
    place = before.index(token)
    return place > 0 and _is_title(before[place - 1], lexicon) and before[place - 1].lower_ not in _PASSING


def _is_title(token: Token, lexicon: Lexicon) -> bool:
    return token.lower_ in lexicon.people["titles"]


def _joined(tokens: list[Token]) -> str:
    text = "".join(token.text_with_ws for token in tokens)
    return " ".join(text.split())
