"""From parsed paragraphs to claims: who says what, with which stance, where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nli.article.answering import Pending, answer
from nli.article.attribution import find_attributions
from nli.article.contents import Body, body_of, positive, sentence_body, subject_phrase, write
from nli.article.contents import sentence as sentence_of
from nli.article.coreference import Registry
from nli.article.denials import find_denials
from nli.article.figures import answered, is_bare_figure
from nli.article.idioms import flat
from nli.article.lexicon import Lexicon
from nli.article.linking import Candidate
from nli.article.names import ACCUSERS
from nli.article.noun_cues import disputed
from nli.article.parsing import Unit
from nli.article.pronouns import PERSONAL, Events, Place, settle, shown
from nli.article.quoted import Statement, find_statements, introducer, speaker_of
from nli.article.reading import Article
from nli.article.shapes import Attribution, Denial
from nli.article.stances import is_silence, peel, says_false, stance_of, statements
from nli.article.syntax import child, spread
from nli.article.units import parse_body, parse_quoted
from nli.article.verdicts import errs, is_verdict
from nli.article.voices import WRITERS, Voice, claim_of, name_span, word_span
from nli.records import Claim, Span, Stance, Teller

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Span as Sentence
    from spacy.tokens import Token

_LEAST_WORDS = 2
_FIGURE_REACH = 2
_LEAST_FRAGMENT = 6
_FIRST_PERSON = ("i", "we")
_BEING = re.compile(r"\b(?:is|are|was|were|been)\b")
_ELLIPSIS = re.compile(r"\b(?:do|does|did|has|have|had|is|are|was|were|will|would|can|could)(?:n['’]t| not)?\.$")
"""A sentence that leaves out its verb: "asked if he took it, Roe said he did not"."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """The claims of an article in the order of the text, and what the reader should know about them."""

    claims: tuple[Claim, ...]
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Extractor:
    """What is known while an article is read from its first sentence to its last."""

    article: Article
    lexicon: Lexicon
    registry: Registry
    quoted: dict[tuple[int, int], list[Unit]]
    events: Events = field(default_factory=Events)
    found: list[Candidate] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    subjects: dict[str, str] = field(default_factory=dict)
    unattributed: int = 0
    sentence: int = 0
    paragraph: int = -1
    last_voice: Voice | None = None
    last_said: tuple[int, str, tuple[Token, ...]] = (-1, "", ())

    def read(self, unit: Unit, number: int) -> None:
        """Read one parsed stretch."""
        if unit.paragraph > self.paragraph + 1:
            # A heading stands between: nobody goes on speaking across it.
            self.last_voice = None
        self.paragraph = unit.paragraph
        attributions = find_attributions(unit, self.lexicon)
        denials = find_denials(unit, self.lexicon)
        wholes = find_statements(unit, self.article.text)
        for sentence in unit.doc.sents:
            self.sentence += 1
            self.registry.observe(unit, number, self.sentence, sentence)
            here = range(sentence.start, sentence.end)
            said = [item for item in attributions if item.cue.i in here]
            denied = [item for item in denials if item.cue.i in here]
            quoted = [item for item in wholes if item.token.i in here]
            denied = self._denials(denied, said, unit, number)
            answered = {item.cue.i for item in denied}
            inner = {item.cue.i: item for item in said if item.shape != "position"}
            told = {item.content.i: item for item in said}
            for item in said:
                if item.cue.i in answered or item.content.i in answered:
                    continue
                if item.shape == "position" and self._tells_own(item, told.get(item.cue.i), number):
                    continue
                if not (item.content.i in inner and self._same_party(item, inner[item.content.i], number)):
                    self._attribution(item, number)
            for statement in quoted:
                self._statement(statement, unit, number)
            # "The city is occupied, although Israel disputes this": the writer says what is disputed.
            plain = not (said or quoted) and all(item.comment and item.noun.i > item.cue.i for item in denied)
            if plain and not any(unit.quotation(token) for token in sentence):
                self._own(sentence, unit, number)
        self._introduction(unit, number)

    def _introduction(self, unit: Unit, number: int) -> None:
        """Take note of who is named at the end of a paragraph that brings the next one: "Smith added:"."""
        if unit.doc[-1].text != ":" or unit.doc[-1].i == 0:
            return
        named = introducer(unit, unit.doc[-2].sent.start, unit.doc[-1], self.lexicon)
        voice = self._voice(*named, unit, number) if named is not None else None
        if voice is not None:
            self.last_voice = voice

    def _attribution(
        self, item: Attribution, number: int, voice: Voice | None = None, anchor: Token | None = None
    ) -> None:
        """Make a claim of an attribution; `voice` and `anchor` are given where a quotation holds it."""
        direct = voice is not None
        if voice is None:
            voice = self._nested(item, number)
        if voice is None:
            self.unattributed += 1
            return
        if not direct:
            self.last_voice = voice
        stance = item.stance
        if stance == "asserts" and item.shape in ("clause", "naming", "relative"):
            stance = stance_of(item.content, self.lexicon)
        body = body_of(item, self.lexicon)
        claim = self._claim(
            body,
            replace(voice, via=self._tellers(item, voice, number)),
            stance,
            Place(item.unit, number, anchor if anchor is not None else item.cue, direct),
            accuses=item.accuses,
            figure=item.shape == "figure",
        )
        if stance == "denies" and claim is not None:
            self._held(claim, item.content, item.cue, item.unit, number)
        if stance == "asserts" and not direct:
            judge = WRITERS if not item.via and says_false(item.cue, self.lexicon) else None
            if errs(item.cue):
                judge = self._voice(item.via[-1], item.cue, item.unit, number) if item.via else WRITERS
            if judge is not None:
                self._claim(body, judge, "denies", Place(item.unit, number, item.cue, direct))

    def _nested(self, item: Attribution, number: int) -> Voice | None:
        """Who speaks; in "Smith said he will go", "he" is Smith, who says it at first hand."""
        voice = self._voice(item.speaker, item.cue, item.unit, number)
        if not item.via or voice is None:
            return voice
        teller = self._voice(item.via[-1], item.cue, item.unit, number)
        if teller is None:
            return voice
        pronoun = item.speaker.lower_ in ("he", "she", "they", "it", "his", "her", "their", "its")
        fits = teller.speaker.gender in ("", voice.speaker.gender) or voice.speaker.gender == ""
        fits &= item.speaker.lower_ not in PERSONAL or teller.speaker.kind in ("person", "unknown")
        if teller.speaker.name == voice.speaker.name or (pronoun and fits):
            return teller
        return voice

    def _same_party(self, outer: Attribution, inner: Attribution, number: int) -> bool:
        """Whether an attribution only tells what its own speaker says or thinks: "Smith said he hopes that ..."."""
        first, second = self._nested(outer, number), self._nested(inner, number)
        return first is not None and second is not None and first.speaker.name == second.speaker.name

    def _tells_own(self, position: Attribution, outer: Attribution | None, number: int) -> bool:
        """Whether somebody tells what he did: "Roe said he had warned of the fire" states that he had."""
        past = position.cue.tag_ in ("VBD", "VBN")
        return past and outer is not None and outer.shape == "clause" and self._same_party(outer, position, number)

    def _tellers(self, item: Attribution, voice: Voice, number: int) -> tuple[Teller, ...]:
        """Through whom an attribution is known, without the speaker himself."""
        found: list[Teller] = []
        for token in item.via:
            teller = self.registry.resolve(token, item.unit, number)
            if teller is not None and teller.name != voice.speaker.name:
                found.append(Teller(teller.name, name_span(token, item.unit)))
        return tuple(found)

    def _voice(self, head: Token, cue: Token, unit: Unit, number: int) -> Voice | None:
        """Who speaks, if it can be told, and where that is said."""
        speaker = self.registry.resolve(head, unit, number)
        if speaker is None:
            return None
        named = name_span(head, unit) if head.i != cue.i else None
        return Voice(speaker, named, word_span(cue, unit))

    def _statement(self, statement: Statement, unit: Unit, number: int) -> None:
        """Make claims of the sentences of a whole quotation."""
        head, cue, introduced = speaker_of(statement, unit, self.lexicon)
        if head is not None and cue is not None:
            voice = self._voice(head, cue, unit, number)
        else:
            voice = None if introduced else self.last_voice
        if voice is None:
            self.unattributed += 1
            return
        self.last_voice = voice
        for part in self.quoted[number, statement.token.i]:
            self._quotation(part, voice, number, statement.token)
            self.last_said = (self.paragraph, voice.speaker.name, tuple(part.doc))

    def _quotation(self, unit: Unit, voice: Voice, number: int, anchor: Token) -> None:
        attributions = [
            item
            for item in find_attributions(unit, self.lexicon)
            if item.speaker.lower_ in _FIRST_PERSON and item.cue.dep_ in ("ROOT", "conj")
        ]
        denials = find_denials(unit, self.lexicon)
        goes_on = self.last_said[:2] == (self.paragraph, voice.speaker.name)
        before = self.last_said[2] if goes_on else ()
        for sentence in unit.doc.sents:
            here = range(sentence.start, sentence.end)
            said = [item for item in attributions if item.cue.i in here]
            own = [
                item
                for item in denials
                if item.cue.i in here and (item.speaker is None or item.speaker.lower_ in _FIRST_PERSON)
            ]
            plain = flat(sentence, unit, self.lexicon) if not own else None
            own += [plain] if plain is not None else []
            for denial in own:
                self._pend(replace(denial, speaker=None), voice, number, anchor)
            for item in said:
                self._attribution(item, number, voice, anchor)
            taken = {item.cue.i for item in own} | {item.cue.i for item in said}
            if sentence.text.rstrip().endswith("?"):
                continue
            heads = statements(sentence.root)
            if not heads and not taken and len(sentence) >= _LEAST_FRAGMENT:
                heads = [sentence.root]
            for head in heads:
                if head.i in taken:
                    continue
                inner, stance = peel(head, self.lexicon)
                if stance == "asserts":
                    stance = stance_of(inner, self.lexicon, quoted=True)
                place = Place(unit, number, anchor, True, before=before)
                self._claim(sentence_body(inner, unit, self.lexicon), voice, stance, place)

    def _denials(self, denials: list[Denial], said: list[Attribution], unit: Unit, number: int) -> list[Denial]:
        """Keep the denials of a sentence of which it can be told who makes them, and return these."""
        made = []
        for denial in denials:
            if any(errs(item.cue) and denial.cue.is_ancestor(item.cue) for item in said):
                continue  # "was wrong when he said that ...": what he said is denied, and known
            voice = self._denier(denial, said, unit, number)
            if voice is not None:
                self._pend(denial, voice, number, denial.cue)
                made.append(denial)
        return made

    def _denier(self, denial: Denial, said: list[Attribution], unit: Unit, number: int) -> Voice | None:
        if denial.speaker is not None:
            accused = _accused(denial, said)
            return self._voice(accused or denial.speaker, denial.cue, unit, number)
        # "the company said the claims were false": whoever says that they are.
        teller = next((item for item in said if item.content.i == denial.cue.i), None)
        if teller is not None:
            return self._voice(teller.speaker, teller.cue, unit, number)
        return WRITERS if denial.comment or is_verdict(denial, self.lexicon) else None

    def _pend(self, denial: Denial, voice: Voice, number: int, anchor: Token) -> None:
        """Keep a denial until every claim is known; one with a clause of its own is a claim at once."""
        if denial.speaker is not None:
            self.last_voice = voice
        if denial.clause is not None:
            body = sentence_body(denial.clause, denial.unit, self.lexicon)
            place = Place(denial.unit, number, anchor, denial.unit.doc is not anchor.doc)
            claim = self._claim(body, voice, "denies", place)
            if claim is not None:
                self._held(claim, denial.clause, denial.cue, denial.unit, number, denial)
            return
        owner = self.registry.resolve(denial.owner, denial.unit, number) if denial.owner is not None else None
        self.pending.append(Pending(denial, voice, owner, self.sentence, self.paragraph))

    def _held(
        self, denial: str, clause: Token, cue: Token, unit: Unit, number: int, denied: Denial | None = None
    ) -> None:
        """Make a claim of what a denial, named by its id, says that others hold: "dismissed the argument that ..."."""
        charge = denied.noun if denied is not None and denied.comment else None
        held = (charge, None) if charge is not None else disputed(clause, cue, unit, self.lexicon)
        place = next(place for place, item in enumerate(self.found) if item.claim.id == denial)
        item = self.found[place]
        if held is None or item.claim.denies_claim is not None:
            return
        noun, owner = held
        unnamed = Voice(ACCUSERS, cue=word_span(noun, unit))
        voice = self._voice(owner, noun, unit, number) if owner is not None else unnamed
        if voice is None or voice.speaker.name == item.claim.speaker:
            return
        said = item.claim
        number_of = len(self.found)
        claim = claim_of(voice, number_of, "asserts", said.text, self.article, said.span, resolved=said.resolved)
        self.found.append(replace(item, claim=claim))
        self.found[place] = replace(item, claim=replace(said, denies_claim=claim.id))

    def _own(self, sentence: Sentence, unit: Unit, number: int) -> None:
        """Make a claim of a sentence in the writer's own words, unless it reports that nothing is known."""
        root = sentence.root
        if sentence.text.rstrip().endswith(("?", ":")) or is_silence(sentence, self.lexicon):
            return
        lemma = root.lemma_.lower()
        if lemma in self.lexicon.verbs["denies"] | self.lexicon.references["calling"] | self.lexicon.accusing.keys():
            return  # an attribution whose content could not be read, not a statement of the writer's
        if lemma in self.lexicon.reporting and child(root, "ccomp") is not None:
            return  # "did not say that ..."
        for head in statements(root):
            self._claim(
                sentence_body(head, unit, self.lexicon),
                WRITERS,
                stance_of(head, self.lexicon),
                Place(unit, number, head, True),
            )

    def _claim(
        self,
        body: Body,
        voice: Voice,
        stance: Stance,
        place: Place,
        *,
        accuses: bool = False,
        figure: bool = False,
    ) -> str | None:
        """Write a claim and keep it, unless it says too little; `figure` for one made of "put ... at ...".

        Returns:
            Its id, or that of one that says the same; None if it says too little.
        """
        speaker = voice.speaker
        edges = spread(sorted(body.quoted or body.all_tokens, key=lambda token: token.i))
        if edges is None:
            return None
        place = replace(place, topic=self._topic(voice, place.anchor))
        forms, resolved = settle(body, speaker, place, self.registry, self.events)
        resolved = resolved and not speaker.unsettled
        if stance == "denies":
            forms = {**positive(body.all_tokens), **forms}
        text = write(body, forms, shown(speaker))
        if len(text.split()) < _LEAST_WORDS:
            return None
        resolved = resolved and not _ELLIPSIS.search(text)
        if is_bare_figure(text):
            # "puts the number at four": of what, the claim says that it answers.
            near = [item for item in reversed(self.found) if self.sentence - item.sentence <= _FIGURE_REACH]
            written = answered(text, (item.claim for item in near), speaker.name) if figure else None
            text, resolved = (sentence_of(written), True) if written is not None else (text, False)
        elif figure and len(body.lead) == 1:
            # "A said 92% of staff had joined. B put participation at 31%."
            last = [item.claim for item in self.found if self.sentence - item.sentence == 1]
            here = [claim for claim in last if self.found[-1].paragraph == self.paragraph]
            text = sentence_of(answered(text, here, speaker.name) or text)
        if resolved:
            self.events.learn(body, forms)
        start, end = place.unit.span(*edges)
        span = Span(start, end)
        claim = claim_of(voice, len(self.found), stance, text, self.article, span, resolved=resolved)
        subject = subject_phrase(body, forms)
        if subject is not None and resolved:
            self.subjects[claim.id] = subject
        for item in self.found[-8:]:
            if _repeats(item.claim, claim):
                return item.claim.id
        self.found.append(Candidate(claim, self.sentence, self.paragraph, accuses))
        return claim.id

    def _topic(self, voice: Voice, anchor: Token) -> str | None:
        """What the last claim is about, if another party made it and it is one thing with a name.

        It stands in the same paragraph; or in the sentence before and says how the thing is, where all that the
        sentence at hand does is to answer.
        """
        last = self.found[-1] if self.found else None
        if last is None or last.claim.speaker == voice.speaker.name:
            return None
        answers = self.sentence - last.sentence == 1 and anchor.dep_ == "ROOT" and _BEING.search(last.claim.text)
        if last.paragraph != self.paragraph and not answers:
            return None
        return self.subjects.get(last.claim.id)

    def result(self) -> Extraction:
        """The claims in the order of the text, numbered."""
        ordered = sorted(self.found, key=lambda item: (item.claim.span.start, item.claim.span.end))
        numbers = {item.claim.id: f"c{place}" for place, item in enumerate(ordered, 1)}
        claims = tuple(
            replace(
                item.claim,
                id=numbers[item.claim.id],
                denies_claim=numbers[item.claim.denies_claim] if item.claim.denies_claim else None,
            )
            for item in ordered
        )
        warnings = list(self.warnings)
        for claim in claims:
            if claim.via:
                warnings.append(f"{claim.id} is known at second hand, from {_joined(claim.via)}")
        if self.unattributed:
            warnings.append(f"{self.unattributed} statement(s) have no speaker that could be told, and were left out")
        return Extraction(claims, tuple(warnings))


def extract(article: Article, pipeline: Language, lexicon: Lexicon) -> Extraction:
    """Find the claims of an article with a loaded spaCy pipeline."""
    units = parse_body(article, pipeline, lexicon)
    registry = Registry(lexicon)
    registry.study(units)
    extractor = _Extractor(article, lexicon, registry, parse_quoted(article, pipeline, units))
    for number, unit in enumerate(units):
        extractor.read(unit, number)
    answered, unanswered = answer(extractor.found, extractor.pending, article, lexicon, registry.accusers())
    extractor.found = answered
    extractor.warnings += unanswered
    return extractor.result()


def _joined(tellers: tuple[Teller, ...]) -> str:
    return ", who has it from ".join(teller.speaker for teller in tellers)


def _accused(denial: Denial, said: list[Attribution]) -> Token | None:
    """Who denies in "accused the firm of lying, a charge it denied": the firm."""
    speaker = denial.speaker
    if speaker is None or speaker.lower_ not in ("it", "he", "she", "they", "which", "who"):
        return None
    before = [item for item in said if item.accuses and item.actor is not None and item.cue.i < denial.cue.i]
    return before[-1].actor if before and denial.noun.i > before[-1].cue.i and denial.noun.i < denial.cue.i else None


def _repeats(first: Claim, second: Claim) -> bool:
    return (first.speaker, first.stance, first.text) == (second.speaker, second.stance, second.text)
