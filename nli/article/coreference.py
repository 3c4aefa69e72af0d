"""Who is meant: surnames, titles, capitals for countries, "he" and "she"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.name_reader import NameReader
from nli.article.names import (
    ACCUSERS,
    WRITER,
    Gender,
    Mention,
    Speaker,
    SpeakerKind,
    name_tokens,
    noun_side,
    possessive,
    read_mention,
)
from nli.article.organisations import Organisations
from nli.article.parsing import Unit
from nli.article.syntax import SUBJECTS, child, children, is_misread_subject, subtree

if TYPE_CHECKING:
    from spacy.tokens import Token

_PERSONAL: dict[str, Gender] = {"he": "male", "him": "male", "his": "male", "she": "female", "her": "female"}
_UNSETTLED = (*_PERSONAL, "it", "its", "they", "their", "who")
_COMPANIES = ("company", "firm", "group", "club", "team", "manufacturer", "maker", "airline", "retailer", "bank")
_NO_COMPANIES = frozenset(("church", "panel"))
_NAMES = ("PERSON", "NORP", "ORG", "GPE", "LOC", "FAC")
_MEMORY = 60
"""How many mentions back a pronoun is looked for."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """Somebody was mentioned: in which sentence, as what."""

    speaker: Speaker
    unit: int
    sentence: int
    token: int
    subject: bool
    main: bool
    namesakes: tuple[Speaker, ...] = ()
    """Who else has the surname that alone was given."""


@dataclass(slots=True)
class Registry:
    """The people, countries and organisations of one article, and who was mentioned last.

    Built from the whole article first, so that a surname finds its full name wherever that stands;
    then told sentence by sentence what was mentioned, so that pronouns find the latest one.
    """

    lexicon: Lexicon
    _people: dict[str, Speaker] = field(default_factory=dict)
    _surnames: dict[str, list[str]] = field(default_factory=dict)
    _roles: dict[tuple[str | None, str], list[str]] = field(default_factory=dict)
    _organisations: Organisations = field(init=False)
    _bodies: set[str] = field(default_factory=set)
    _reader: NameReader = field(init=False)
    _seen: list[_Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reader = NameReader(self.lexicon)
        self._organisations = Organisations(self.lexicon)

    def study(self, units: Iterable[Unit]) -> None:
        """Learn every full name, its side and its roles."""
        mentions: list[Mention] = []
        for unit in units:
            self._reader.count_persons(unit)
            for token in unit.doc:
                self._organisations.note_place(token)
                if token.pos_ == "PROPN" and token.dep_ not in ("compound", "flat", "nmod"):
                    mention = read_mention(token, self.lexicon)
                    if mention is not None:
                        if self._reader.reads_as_person(mention, token):
                            self._reader.persons[mention.name.lower()] += 1
                        mentions.append(self._reader.sided(self._reader.in_court(mention, token), token))
                        if self._reader.is_body(token, mention):
                            self._bodies.add(mention.name)
            self._bodies |= set(self._reader.called_it(unit))
        surnames = {item.name.split()[-1] for item in mentions if " " in item.name and self._is_person(item)}
        self._bodies -= surnames
        for name in self._bodies:
            self._organisations.add(name)
        for mention in mentions:
            if len(mention.name.split()) > 1 and self._is_person(mention):
                self._learn(mention.name, mention)
        for mention in mentions:
            self._organisations.learn(mention)
        for mention in mentions:
            names = self._surnames.get(mention.name.lower(), [])
            if len(names) == 1:
                self._learn(names[0], mention)
            elif self._knight(mention) is not None:
                continue
            elif mention.titled and len(mention.name.split()) == 1 and not names and self._is_person(mention):
                self._learn(mention.name, mention)

    def _is_person(self, mention: Mention) -> bool:
        if mention.name in self._bodies:
            return False
        words = mention.name.lower().split()
        if self.lexicon.country(mention.name) is not None or set(words) & self.lexicon.people["organisations"]:
            return False
        return mention.titled or self._reader.persons[mention.name.lower()] > 0

    def _learn(self, name: str, mention: Mention) -> None:
        known = self._people.get(name) or Speaker(name, kind="person")
        gender = known.gender or self._reader.gender(mention.roles) or self._reader.first_name(name)
        side = known.side or mention.side
        self._people[name] = replace(known, side=side, gender=gender)
        listed = self._surnames.setdefault(name.split()[-1].lower(), [])
        if name not in listed:
            listed.append(name)
        for role in mention.roles:
            for nation in {None, mention.side}:
                holders = self._roles.setdefault((nation, role), [])
                if name not in holders:
                    holders.append(name)

    def observe(self, unit: Unit, number: int, sentence: int, tokens: Iterable[Token]) -> None:
        """Take note of who is mentioned in a sentence; call it for every sentence in order."""
        for token in tokens:
            if token.pos_ not in ("PROPN", "NOUN") or token.dep_ in ("compound", "flat", "amod"):
                continue
            speaker = self.named(token, unit)
            if speaker is None and token.dep_ in SUBJECTS and token.lemma_ in self.lexicon.people["bodies"]:
                named = any(item.pos_ == "PROPN" for item in children(token, "appos"))
                speaker = None if named else self._nominal(token)
            if speaker is None and token.dep_ in SUBJECTS and token.lower_ in self.lexicon.people["roles"]:
                named = any(item.dep_ == "appos" and item.pos_ == "PROPN" for item in subtree(token))
                if not named and any(item.lower_ in ("a", "an", "another") for item in children(token, "det")):
                    speaker = self._nominal(token)  # "A spokesman said ...": who "he" is then
            if speaker is not None:
                following = token.doc[min(token.i + 1, len(token.doc) - 1)]
                misread = is_misread_subject(token, following)
                is_subject = token.dep_ in SUBJECTS or misread
                main = is_subject and (following if misread else token.head).dep_ in ("ROOT", "conj")
                others = self._surnames.get(token.lower_, []) if token.pos_ == "PROPN" else []
                alone = bool(others) and not children(token, "compound", "flat")
                namesakes = tuple(self._people[name] for name in others if alone and name != speaker.name)
                self._seen.append(_Seen(speaker, number, sentence, token.i, is_subject, main, namesakes))
        del self._seen[: -4 * _MEMORY]

    def named(self, token: Token, unit: Unit) -> Speaker | None:
        """The person, country or organisation that a name or a title stands for; None for other words."""
        if unit.quotation(token) is not None:
            return None
        if token.pos_ == "PROPN":
            mention = read_mention(token, self.lexicon)
            if mention is not None:
                return self._by_name(mention, token)
        if token.pos_ in ("NOUN", "PROPN"):
            return self._by_role(token)
        return None

    def _by_name(self, mention: Mention, token: Token) -> Speaker:
        if mention.name in self._people:
            return self._people[mention.name]
        holders = self._surnames.get(mention.name.split()[-1].lower(), [])
        if holders and (len(mention.name.split()) == 1 or mention.titled):
            recent = [item.speaker for item in self._seen if item.speaker.name in holders]
            return recent[-1] if recent else self._people[holders[0]]
        if mention.name in self._bodies:
            name = self._organisations.full(mention.name) or mention.name
            return Speaker(name, mention.side or name, "organisation")
        knight = self._knight(mention)
        if knight is not None:
            return knight
        country = self.lexicon.country(mention.name)
        if country is not None:
            return Speaker(country.name, country.name, "country")
        words = [item.lower_ for item in name_tokens(token)]
        if self._by_role(token) is not None and words[-1] in self.lexicon.people["roles"]:
            return self._by_role(token) or Speaker(mention.name)
        full = self._organisations.full(mention.name)
        if full is not None:
            return Speaker(full, mention.side or full, "organisation")
        if set(words) & self.lexicon.people["organisations"]:
            return Speaker(mention.name, mention.side or mention.name, "organisation")
        # A surname alone; that it is a person's is the tagger's word, which is right more often than not.
        kind: SpeakerKind = "person" if self._reader.persons[mention.name.lower()] > 1 else "unknown"
        return Speaker(mention.name, mention.side, kind)

    def by_first_name(self, name: str) -> Speaker | None:
        """The one person of the article with this first name ("Luis" in a quotation); None if there is none, or two."""
        found = [person for full, person in self._people.items() if " " in full and full.split()[0] == name]
        return found[0] if len(found) == 1 else None

    def _knight(self, mention: Mention) -> Speaker | None:
        """Who "Sir Alan" is: a title that goes with the first name."""
        if not mention.roles & {"sir", "dame"}:
            return None
        knights = {*self._roles.get((None, "sir"), ()), *self._roles.get((None, "dame"), ())}
        found = [name for name in knights if " " in name and name.split()[0] == mention.name]
        return self._people[found[0]] if len(found) == 1 else None

    def accusers(self) -> frozenset[str]:
        """The names of those who accuse by office: prosecutors and the like."""
        office = self.lexicon.people["accusers"]
        return frozenset(name for (_, role), names in self._roles.items() if role in office for name in names)

    def _by_role(self, token: Token) -> Speaker | None:
        """ "the Ukrainian president", "the coach"."""
        role = token.lower_
        if role not in self.lexicon.people["roles"] and role not in self.lexicon.people["titles"]:
            return None
        definite = any(item.dep_ == "poss" or (item.dep_ == "det" and item.lower_ == "the") for item in token.children)
        if not definite:
            return None
        side = noun_side(token, self.lexicon)
        holders = self._roles.get((side, role), [])
        if len(holders) == 1:
            return self._people[holders[0]]
        recent = [item.speaker for item in self._seen if item.speaker.name in holders]
        return recent[-1] if recent and side is None else None

    def resolve(self, token: Token, unit: Unit, number: int) -> Speaker | None:
        """Who a speaker's head word means; the pronoun itself, as `unsettled`, if it cannot be told."""
        if token.pos_ == "VERB" and token.lemma_.lower() in self.lexicon.accusing:
            return ACCUSERS
        if token.tag_ == "NNS" and token.lemma_.lower() in self.lexicon.nouns["alleging"]:
            return ACCUSERS
        found = self._resolve(token, unit, number)
        if found is None and token.lower_ in ("i", "we"):
            return WRITER  # outside quotations only the writer says "I"
        if found is None and token.lower_ in _UNSETTLED:
            plural = token.lower_ in ("they", "their", "we")
            return Speaker(token.lower_, gender=_PERSONAL.get(token.lower_, ""), plural=plural, unsettled=True)
        return found

    def _resolve(self, token: Token, unit: Unit, number: int) -> Speaker | None:
        word = token.lower_
        if token.pos_ != "PROPN" and token.text[:1].isupper() and len(self._surnames.get(word, [])) == 1:
            return self._people[self._surnames[word][0]]  # a surname that the tagger took for a noun
        country = self.lexicon.country(token.text) if token.text[:1].isupper() and token.pos_ != "ADJ" else None
        if country is not None and not token.is_sent_end and token.dep_ in SUBJECTS and token.left_edge.i == token.i:
            return Speaker(country.name, country.name, "country")  # "Kyiv puts ...", whatever the tagger takes it for
        if word in _PERSONAL:
            said = child(token.head, "ccomp") if token.dep_ == "nsubj" else None
            if said is not None and said.i < token.i:
                # In "Han has a sore hamstring, he said" somebody named before speaks of Han.
                found = self.person_before(number, said.left_edge, _PERSONAL[word])
                if found is not None:
                    return found
            return self.person_before(number, token, _PERSONAL[word])
        if token.tag_ in ("WDT", "WP"):
            return self._relative(token, unit, number)
        if word in ("it", "its", "they", "their", "we", "i"):
            return self.body_before(number, token, word)
        named = self.named(token, unit)
        if named is None:
            # "the drugmaker Selvia": a name beside the noun says who it is.
            names = [item for item in token.children if item.dep_ == "appos" and item.pos_ == "PROPN"]
            if not names and word in self.lexicon.people["roles"]:
                # "a spokesman for Brennick, Paul Greer,": the parser hangs the name on the nearest noun.
                behind = [item for item in subtree(token) if item.i > token.i and item.dep_ == "appos"]
                names = [item for item in behind if item.ent_type_ == "PERSON"]
            named = self.named(names[0], unit) if names else None
        speaker = named if named is not None else self._owned(token, unit, number) or self._nominal(token)
        full = self._organisations.full(speaker.side) if speaker.side else None
        if full is None and speaker.side and speaker.side in self.lexicon.people["bodies"]:
            known = self._known_body(speaker.side)
            full = known.name if known is not None else None
        if full is None:
            return speaker
        sided = replace(speaker, side=full)
        if speaker.name in self._people:
            self._people[speaker.name] = sided
        return sided

    def _owned(self, token: Token, unit: Unit, number: int) -> Speaker | None:
        """Who speaks in "her second statement" (she), or "its owner" (the firm's owner), where the owner is known."""
        owner = child(token, "poss")
        if owner is None or owner.lower_ not in ("his", "her", "its", "their"):
            return None
        named = self._resolve(owner, unit, number)
        if named is None:
            return None
        if token.lemma_.lower() in self.lexicon.people["words"]:
            return named
        nominal = self._nominal(token)
        rest = nominal.name.split(" ", 1)
        if rest[0].lower() != owner.lower_ or len(rest) == 1:
            return None
        return replace(nominal, name=f"{possessive(named.name)} {rest[1]}", side=nominal.side or named.side)

    def _relative(self, token: Token, unit: Unit, number: int) -> Speaker | None:
        """What a relative pronoun stands for: "the study, which notes that ..."."""
        clause = next((above for above in token.ancestors if above.dep_ == "relcl"), None)
        if clause is None:
            return None
        head = clause.head
        if head.dep_ == "appos" and head.head.pos_ == "PROPN":
            head = head.head  # "Jane Roe, the librarian, who said that ..."
        return self._resolve(head, unit, number)

    def person_before(
        self, number: int, token: Token, gender: Gender, other_than: str | None = None, *, sure: bool = False
    ) -> Speaker | None:
        """The person that "he" or "she" at a place most likely means: the latest subject of a main clause.

        None if there is none, or, where it must be `sure`, if there are several nearby.
        """
        best: tuple[int, int, int] | None = None
        found: Speaker | None = None
        names: set[str] = set()
        for seen in self._seen[-_MEMORY:]:
            speaker = seen.speaker
            if speaker.kind not in ("person", "unknown") or speaker.plural:
                continue
            if other_than is not None and (speaker.name == other_than or other_than in speaker.name.split()):
                continue
            if gender and speaker.gender and speaker.gender != gender:
                fitting = [one for one in seen.namesakes if one.gender == gender]
                if len(fitting) != 1:
                    continue
                speaker = fitting[0]  # "Whitlow had two daughters. He ...", though his mother was named last
            if not _before(seen, number, token) or number - seen.unit > 2:
                continue
            if number - seen.unit <= 1:
                names.add(speaker.name)
            rank = (seen.sentence, 2 if seen.main else 1 if seen.subject else 0, seen.token)
            if speaker.kind == "unknown" and not seen.subject:
                continue
            if best is None or rank > best:
                best, found = rank, speaker
        return None if sure and len(names) > 1 else found

    def body_before(self, number: int, token: Token, word: str) -> Speaker | None:
        """The country or organisation that "it" or "they" most likely means: the latest subject."""
        latest: Speaker | None = None
        for seen in self._seen[-_MEMORY:]:
            if not _before(seen, number, token) or number - seen.unit > 1 or not seen.subject:
                continue
            if seen.speaker.kind == "person":
                continue
            if word.startswith("it") and seen.speaker.plural:
                continue
            latest = seen.speaker
        return latest

    def _known_body(self, lemma: str) -> Speaker | None:
        """The body that "the ministry", "the company" was called before: the latest of that kind."""
        bodies = self.lexicon.people["bodies"]
        for seen in reversed(self._seen[-_MEMORY:]):
            known = seen.speaker
            words_of = set(known.name.lower().split())
            if known.plural or known.kind not in ("organisation", "unknown") or known.name[-1].isdigit():
                continue
            if lemma in words_of and known.name.lower() != lemma:
                return known
            may_be = seen.subject and self._reader.persons[known.name.lower()] == 0
            named = known.name[:1].isupper() and (known.kind == "organisation" or may_be)
            if lemma in _COMPANIES and named and not words_of & ((bodies - set(_COMPANIES)) | _NO_COMPANIES):
                return known
        return None

    def _nominal(self, token: Token) -> Speaker:
        """A speaker without a name: "an aide", "the ministry", "police"."""
        lexicon = self.lexicon
        words = [
            item
            for item in subtree(token)
            if item.i <= token.i
            and (item.text == "-" or item.dep_ not in ("det", "relcl", "punct", "predet", "cc", "preconj", "advmod"))
        ]
        nouns = lexicon.references["accusation"] | lexicon.references["statement"]
        called = [item.i for item in words[:-1] if item.lemma_.lower() in nouns]
        if called and token.doc[max(0, called[0] - 1)].lower_ in ("a", "an"):
            # "..., an assertion city officials called absurd": the parser joins the two.
            words = [item for item in words if item.i > called[0]]
        modifiers = [item for item in words if item.i != token.i and item.pos_ in ("PROPN", "NOUN", "ADJ")]
        lemma = token.lemma_.lower()
        definite = any(item.dep_ == "det" and item.lower_ == "the" for item in token.children)
        # "The group that has claimed responsibility" is told apart by what follows, and was not named before.
        definite &= not any(item.dep_ == "relcl" and item.left_edge.i == token.i + 1 for item in token.children)
        if definite and not modifiers and lemma in lexicon.people["bodies"]:
            known = self._known_body(lemma)
            if known is not None:
                return known
        side = noun_side(token, lexicon)
        plural = token.tag_ in ("NNS", "NNPS") or lemma == "police"
        is_body = lemma in lexicon.people["bodies"] or plural
        text = "".join(item.text_with_ws for item in words)
        bare = len(words) == 1 and not plural and not is_body and lemma not in lexicon.people["roles"]
        named = bool(words) and (words[0].pos_ == "PROPN" or words[0].ent_type_ in _NAMES)
        if words and words[0].is_sent_start and not named and not bare:
            text = text[:1].lower() + text[1:]
        return Speaker(
            " ".join(text.split()) or token.text,
            side,
            "organisation" if is_body else "person" if lemma in lexicon.people["roles"] else "unknown",
            self._reader.gender([lemma]),
            plural,
        )


def _before(seen: _Seen, number: int, token: Token) -> bool:
    return seen.unit < number or (seen.unit == number and seen.token < token.i)
