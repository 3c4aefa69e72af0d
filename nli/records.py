"""The records that travel between the parts of the package: frozen, plain, typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Stance = Literal["asserts", "denies", "hedges", "demands"]
"""What a speaker does with a proposition. Only `asserts` and `denies` can be true or false."""

STANCES: tuple[Stance, ...] = ("asserts", "denies", "hedges", "demands")

Label = Literal["entailment", "neutral", "contradiction"]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` (inclusive) to `end` (exclusive) of a source text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span must satisfy 0 <= start <= end, not {self.start}, {self.end}")


@dataclass(frozen=True, slots=True)
class Teller:
    """Somebody who tells what another has said: the canonical name, and where the source names him."""

    speaker: str
    span: Span


@dataclass(frozen=True, slots=True)
class Claim:
    """A proposition that someone puts forward.

    Attributes:
        id: unique within its report, for example `c12`.
        speaker: canonical name of who puts it forward; `article` for the writer.
        stance: what the speaker does with the proposition.
        text: the self-contained proposition, without its attribution.
        quote: the words of the source that express it, exactly as they stand there.
        span: where `quote` stands in the source text.
        side: the party that the speaker speaks for, where the source says so.
        denies_claim: for a denial by reference, the id of the claim it denies; its `text` is that
            claim's text.
        resolved: False if a reference in `text` could not be resolved (a pronoun, or a denial that
            could not be linked to any claim).
        speaker_span: where the source names the speaker for this claim, be it by a pronoun; None for the writer.
        cue_span: where the words stand that tell that it is said ("told", "according to"); None for the writer.
        article: which of the articles it is from: a place in the report's `sources`, from 0.
        via: who told of it, the outermost teller first, where the source has it at second hand ("an aide said
            that Putin told Trump that ...": the aide).
    """

    id: str
    speaker: str
    stance: Stance
    text: str
    quote: str
    span: Span
    side: str | None = None
    denies_claim: str | None = None
    resolved: bool = True
    speaker_span: Span | None = None
    cue_span: Span | None = None
    via: tuple[Teller, ...] = ()
    article: int = 0


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Calibrated probabilities of the three NLI labels; each in [0, 1], together 1."""

    entailment: float
    neutral: float
    contradiction: float

    @property
    def label(self) -> Label:
        """The likeliest label. A tie goes to contradiction last, so that it is never guessed."""
        best = max(self.entailment, self.neutral, self.contradiction)
        if self.neutral == best:
            return "neutral"
        return "entailment" if self.entailment == best else "contradiction"


@dataclass(frozen=True, slots=True)
class PairScore:
    """How two texts stand to each other.

    Attributes:
        ab: probabilities with `a` as premise and `b` as hypothesis.
        ba: probabilities with `b` as premise and `a` as hypothesis.
        score: symmetric contradiction score in [0, 1], the mean of both directions.
        flag: whether `score` reaches the model's threshold; never for two texts that are the same.
        truncated: whether a text exceeded the model's length and was scored in windows.
        hint: numbers and opposites that disagree, in the words of the texts ("91 against fewer than 20"); empty if
            none do, or if the model was trained without hints.
    """

    ab: Probabilities
    ba: Probabilities
    score: float
    flag: bool
    truncated: bool = False
    hint: str = ""

    @property
    def label(self) -> Label:
        """The likeliest label from `a` to `b`."""
        return self.ab.label


Outcome = Literal["contradiction", "tension", "none"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided about two claims: the outcome and its calibrated score in [0, 1]."""

    outcome: Outcome
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributedScore(PairScore):
    """The score of two sentences by what they claim.

    `ab`, `ba`, `truncated` and `hint` are of the texts of the claims; `score` in [0, 1] and `flag` are by the stance
    table (`nli.decision.decide`), so that a denial is flagged when it denies what the other one says.

    Attributes:
        a: what the first sentence claims, `b` the second.
        outcome: what is decided; `flag` says whether it is a contradiction.
    """

    a: Claim
    b: Claim
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two claims that cannot both be true (or, for a tension, cannot both be met).

    `a` and `b` are claim ids; `score` is in [0, 1]; `basis` says in words why.
    """

    a: str
    b: str
    score: float
    basis: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """One thing that is asserted by some and denied, or said otherwise, by others, however often it is said.

    Attributes:
        proposition: what is in dispute, in the words of the clearest claim of the first side.
        asserted_by: ids of the claims that put the proposition forward, best supported first.
        disputed_by: ids of the claims that deny it or say the opposite, best supported first.
        evidence: the pairs of claims across the two sides that contradict each other, strongest first; never empty.
        score: the score of the strongest pair, in [0, 1].
    """

    proposition: str
    asserted_by: tuple[str, ...]
    disputed_by: tuple[str, ...]
    evidence: tuple[Contradiction, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Source:
    """An article that claims were taken from: its name (usually a path), and its date and title where it has them.

    `date` is as the article gives it, an ISO 8601 date where it stands in that form.
    """

    name: str
    date: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleReport:
    """Everything found in one article, or in several that were compared.

    Attributes:
        sources: the articles, in the order given.
        claims: every claim, in the order of the articles and of their text.
        disputes: what is contradicted, each once, strongest first.
        contradictions: pairs of claims that contradict, strongest first; each belongs to one of the disputes.
        tensions: pairs whose contents conflict but where one side hedges or demands.
        pairs_possible: how many pairs of claims by different speakers there are.
        pairs_scored: how many of them passed the gate and reached the model.
        warnings: what the reader should know, in sentences.
    """

    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
    disputes: tuple[Dispute, ...]
    contradictions: tuple[Contradiction, ...]
    tensions: tuple[Contradiction, ...]
    pairs_possible: int
    pairs_scored: int
    warnings: tuple[str, ...] = field(default=())

    @property
    def source(self) -> str:
        """The name of the article, or how many there are."""
        return self.sources[0].name if len(self.sources) == 1 else f"{len(self.sources)} articles"
