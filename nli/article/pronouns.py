"""Settle what stands in a claim for something else: pronouns, the first person, "such an attack"."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nli.article.contents import Body
from nli.article.coreference import Registry
from nli.article.inflection import third_person
from nli.article.names import WRITER, Gender, Speaker, possessive
from nli.article.parsing import Unit
from nli.article.syntax import child, children, subtree

if TYPE_CHECKING:
    from spacy.tokens import Token

PERSONAL: dict[str, Gender] = {
    "he": "male", "him": "male", "his": "male", "she": "female", "her": "female", "hers": "female",
}  # fmt: skip
_WITH_ARTICLE = ("United", "Netherlands", "Philippines", "European Union", "Czech Republic", "Vatican")
_DEMONSTRATIVE = ("this", "that", "these", "those")
_OWN_STATES = frozenset(
    """able active afraid alarmed angry anxious appalled ashamed available aware based certain close cautious committed
    concerned confident content convinced delighted determined disappointed due eager entitled fearful free full glad
    grateful happy hopeful horrified innocent insolvent insured interested keen liable likely located mindful
    neutral obliged open optimistic opposed pleased prepared profitable proud ready reluctant responsible sad satisfied
    saddened sceptical shocked sick sorry sure surprised suspicious thankful unable unaware uncertain unhappy unlikely
    unsure unwilling upset wary willing worried""".split()
)
"""What people and bodies say of themselves."""
_OWNERS = ("its", "his", "her", "their", "our", "my")
_ON = ("attack", "raid", "strike", "assault", "ban", "tax", "curb")


def shown(speaker: Speaker) -> str:
    """A speaker's name as it stands in a sentence: "the United States", "the aide", "Sergei Lavrov"."""
    no_article = speaker.plural or speaker.unsettled or speaker.name.split(" ")[0] in _OWNERS
    if speaker.name.startswith(_WITH_ARTICLE) or (speaker.name[:1].islower() and not no_article):
        return f"the {speaker.name}"
    return speaker.name


@dataclass(slots=True)
class Events:
    """What has been said of events so far, to settle "such an attack": noun to its fuller descriptions."""

    _known: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def learn(self, body: Body, replaced: dict[int, str]) -> None:
        """Take note of the verbs with an object and the nouns with a complement in a claim."""
        for token in body.all_tokens:
            lemma = token.lemma_.lower()
            if token.pos_ == "VERB":
                thing = child(token, "dobj")
                if thing is not None and thing.pos_ in ("NOUN", "PROPN"):
                    words = [item for item in subtree(thing) if item.i <= thing.i]
                    text = "".join(replaced.get(item.i, item.text) + item.whitespace_ for item in words)
                    article = "an" if lemma[:1] in "aeiou" else "a"
                    link = "on" if lemma in _ON else "of"
                    known = self._known.setdefault(lemma, [])
                    known.append((thing.lemma_.lower(), f"{article} {lemma} {link} {text.strip()}"))

    def described(self, lemma: str) -> str | None:
        """The fuller description of an event; None if there is none, or more than one thing it happened to."""
        known = self._known.get(lemma, [])
        if not known or len({thing for thing, _ in known}) > 1:
            return None
        return known[-1][1]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim stands: the number of its unit, and the token there that pronouns look back from."""

    unit: Unit
    number: int
    anchor: Token
    direct: bool
    topic: str | None = None
    """What another party has just spoken of in the same paragraph."""
    before: tuple[Token, ...] = ()
    """The words that the speaker said just before, in the same paragraph."""


def settle(
    body: Body, speaker: Speaker, place: Place, registry: Registry, events: Events
) -> tuple[dict[int, str], bool]:
    """How to write the pronouns of a claim, and whether all of them are settled.

    Returns words by the index of the token they stand for. A pronoun whose referent stands earlier
    in the claim itself is left as it is and counts as settled.
    """
    forms: dict[int, str] = {}
    resolved = True
    tokens = body.all_tokens
    for token in tokens:
        word = token.lower_
        if word == "such":
            resolved &= _such(token, events, forms)
            continue
        if token.pos_ not in ("PRON", "DET") or token.tag_ in ("WDT", "WP", "WRB", "EX"):
            continue
        if word in ("myself", "ourselves") and token.dep_ not in ("dobj", "pobj", "dative"):
            forms[token.i] = ""  # "I saw it myself"
        elif word in ("i", "me", "my", "myself", "we", "us", "our", "ours", "ourselves", "mine"):
            name = _first_person(word, speaker)
            resolved &= name is not None
            if name is not None:
                _put(forms, token, name, owns=word in ("my", "our", "ours", "mine"))
                _agree(forms, token, plural=name == shown(speaker) and speaker.plural)
        elif word in PERSONAL:
            resolved &= _third(token, word, tokens, speaker, place, registry, forms, body)
        elif word in ("it", "its", "they", "them", "their", "theirs"):
            resolved &= _thing(token, word, tokens, speaker, place, forms, body)
        elif word in ("you", "your", "yours") or (
            word in _DEMONSTRATIVE
            and token.pos_ == "PRON"
            and token.dep_ in ("nsubj", "dobj", "nsubjpass", "pobj")
            and not any(item.lower_ == "of" for item in token.children)  # "in line with that of others"
        ):
            resolved = False
    return forms, resolved


def _first_person(word: str, speaker: Speaker) -> str | None:
    if word in ("i", "me", "my", "myself", "mine"):
        return shown(speaker)
    if speaker.kind in ("country", "organisation") or speaker.plural:
        return shown(speaker)
    if speaker.side:
        return shown(Speaker(speaker.side))
    if speaker.unsettled or speaker == WRITER:
        return None
    # Whoever "we" are, they stand on the speaker's side.
    return shown(speaker) if word in ("our", "ours") else f"{possessive(shown(speaker))} side"


def _put(forms: dict[int, str], token: Token, name: str, *, owns: bool) -> None:
    # "I'm": the verb joined to the pronoun becomes a word of its own.
    forms[token.i] = (possessive(name) if owns else name) + ("" if token.whitespace_ else " ")


def _agree(forms: dict[int, str], token: Token, *, plural: bool) -> None:
    """Make the verb of "I" or "we" agree with a name in its place."""
    if token.dep_ not in ("nsubj", "nsubjpass"):
        return
    verb = token.head
    finite = next((item for item in children(verb, "aux", "auxpass") if item.tag_ in ("VBP", "VBD", "MD")), verb)
    if plural:
        if finite.lower_ in ("am", "'m", "was"):
            forms[finite.i] = "were" if finite.lower_ == "was" else "are"
        return
    if finite.tag_ == "VBP" or finite.lower_ in ("were", "'re", "'ve", "'m"):
        forms[finite.i] = third_person(finite.text)
    elif finite.lower_ == "'ll":
        forms[finite.i] = "will"
    elif finite.lower_ == "'d":
        forms[finite.i] = "would" if finite.tag_ == "MD" else "had"
    following = finite.i + 1
    if finite.i in forms and following < len(finite.doc) and finite.doc[following].lower_ == "n't":
        forms[finite.i] += " "
        forms[following] = "not"


def _third(
    token: Token,
    word: str,
    tokens: tuple[Token, ...],
    speaker: Speaker,
    place: Place,
    registry: Registry,
    forms: dict[int, str],
    body: Body,
) -> bool:
    """ "he", "she": a person earlier in the claim, else the speaker (indirect) or the last person named."""
    owns = word in ("his", "hers") or (word == "her" and token.dep_ == "poss")
    if body.lead_is_speaker and speaker.kind == "person":
        return True
    before = [item for item in tokens if item.i < token.i and item.doc is token.doc and item.pos_ == "PROPN"]
    for item in before:
        if item.dep_ in ("compound", "flat") or (item.head.i == token.head.i and token.dep_ != "poss"):
            continue
        named = registry.named(item, place.unit)
        if named is not None and named.kind == "person":
            return True
    person: Speaker | None = None
    subjects = [item for item in tokens if item.i < token.i and item.dep_ in ("nsubj", "nsubjpass")]
    roles = registry.lexicon.people["roles"]
    if not place.direct and speaker.kind != "person" and any(item.lemma_.lower() in roles for item in subjects):
        return True  # "its author had deleted what did not fit his argument"
    if not place.direct:
        # A speaker of an unknown kind may be a person ("the 27-year-old"); "the tribunal" is none.
        last = speaker.name.split()[-1].lower()
        is_thing = last in registry.lexicon.people["things"] or last in registry.lexicon.people["bodies"]
        may_be = speaker.kind == "person" or (speaker.kind == "unknown" and not is_thing)
        fits = may_be and not speaker.plural and not _other(token, body)
        if fits and (not speaker.gender or speaker.gender == PERSONAL[word]):
            person = speaker
    if person is None and place.direct:
        # In a quotation the one just spoken of comes first, if the quotation names him.
        said = (*place.before, *(item for item in token.doc if item.i < token.i))
        subjects = [item for item in said if item.dep_ in ("nsubj", "nsubjpass")]
        nouns = [item for item in subjects if item.tag_ in ("NN", "NNP")]
        if nouns:
            person = registry.by_first_name(nouns[-1].text) or registry.named(nouns[-1], place.unit)
            if nouns[-1].tag_ != "NNP" and (person is None or person.kind not in ("person", "unknown")):
                return False
            if person is not None and person.kind not in ("person", "unknown"):
                person = None
    if person is None:
        person = registry.person_before(
            place.number, place.anchor, PERSONAL[word], other_than=speaker.name, sure=place.direct
        )
    if person is None or (person.kind != "person" and person.name != speaker.name):
        return False
    _put(forms, token, shown(person), owns=owns)
    return True


def _thing(
    token: Token,
    word: str,
    tokens: tuple[Token, ...],
    speaker: Speaker,
    place: Place,
    forms: dict[int, str],
    body: Body,
) -> bool:
    """ "it", "they": something earlier in the claim, else the speaker if it is a body and speaks indirectly."""
    if word == "it" and _is_expletive(token):
        return True
    if body.lead_is_speaker and speaker.kind in ("country", "organisation"):
        return True
    before = [item for item in tokens if item.i < token.i and item.pos_ in ("NOUN", "PROPN")]
    if body.lead and token not in body.lead:
        before += list(body.lead)
    if any(item.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj", "poss", "conj") for item in before):
        return True
    if word == "it" and not place.direct and _is_described(token):
        state = child(token.head, "acomp")
        if state is not None and child(state, "xcomp", "ccomp", "advcl") is not None:
            return True  # "it was too early to say"
        if place.topic is not None and not body.lead:
            _put(forms, token, place.topic, owns=False)
            return True
        return False
    is_body = speaker.kind != "person" and not _other(token, body) and not speaker.unsettled
    if word in ("they", "them", "their", "theirs") and speaker.kind == "country":
        return False  # "Dushanbe says they will be freed"
    if not place.direct and is_body and not (word.startswith("it") and speaker.plural):
        _put(forms, token, shown(speaker), owns=word in ("its", "their", "theirs"))
        return True
    return False


def _other(token: Token, body: Body) -> bool:
    """Whether a pronoun is what the speaker's own verb is done to: in "accused her of lying" she is somebody else."""
    return (body.lead == (token,) and token.dep_ != "poss") or _acted_on(token)


def _acted_on(token: Token) -> bool:
    """Whether a pronoun is what another pronoun of the same kind acts on: in "he expected him to win" they are two."""
    verb = token.head
    if token.dep_ in ("nsubj", "nsubjpass") and token.lower_ in ("him", "her", "them"):
        verb = verb.head  # the subject of "to win"
    elif token.dep_ not in ("dobj", "dative"):
        return False
    own = child(verb, "nsubj")
    kinds = (("he", "him"), ("she", "her"), ("they", "them"))
    return own is not None and (own.lower_, token.lower_) in kinds


def _is_described(token: Token) -> bool:
    """Whether "it" is said to be what a body does not call itself: "said it was unfit for use", not "was confident"."""
    verb = token.head
    name = child(verb, "acomp")
    if token.dep_ != "nsubj" or verb.lemma_ != "be" or name is None:
        return False
    return name.tag_ in ("JJ", "JJR", "JJS") and name.lemma_.lower() not in _OWN_STATES


def _is_expletive(token: Token) -> bool:
    """Whether "it" stands for nothing: "it is clear that", "it was raining"."""
    if token.dep_ == "expl":
        return True
    verb = token.head
    return (
        token.dep_ in ("nsubj", "nsubjpass")
        and verb.lemma_ in ("be", "take", "seem", "appear", "turn", "rain", "snow")
        and child(verb, "ccomp", "xcomp", "advcl", "csubj") is not None
    )


def _such(token: Token, events: Events, forms: dict[int, str]) -> bool:
    """ "such an attack": the attack described before."""
    noun = token.head
    determiner = next((item for item in noun.children if item.lower_ in ("a", "an")), None)
    if determiner is None or determiner.i != token.i + 1 or noun.i != token.i + 2:
        return True
    described = events.described(noun.lemma_.lower())
    if described is None:
        return False
    forms.update({token.i: "", determiner.i: "", noun.i: described})
    return True
