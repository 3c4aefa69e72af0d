"""From an article, or several, to the report of who contradicts whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from nli.article.disputes import CERTAIN, Agreement, cluster
from nli.article.embedding import TextEncoder, load_encoder
from nli.article.extraction import Extraction, extract
from nli.article.gate import MAX_PAIRS, Gate, compared
from nli.article.lexicon import Lexicon, load_lexicon
from nli.article.merging import merge
from nli.article.parsing import load_pipeline
from nli.article.priors import LIKELY, LINKED, THRESHOLD, in_article
from nli.article.reading import Article, given_article, read_article
from nli.article.restating import beyond_polarity, restated, retold
from nli.decision import decide, explain
from nli.errors import ArticleError
from nli.records import ArticleReport, Claim, Contradiction, PairScore, Source, Span


class PairScorer(Protocol):
    """What scores pairs of texts: `nli.scoring.Scorer`, or anything like it.

    Both thresholds are in [0, 1]; `score` gives one result for each pair, in their order.
    """

    @property
    def threshold(self) -> float:
        """The score from which a pair counts as a contradiction."""

    @property
    def entailment_threshold(self) -> float:
        """The probability of entailment from which a denial counts as one of what the other side says."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[PairScore]:
        """Score pairs of texts."""


def check_article(
    article: Article | str | Path,
    scorer: PairScorer,
    *,
    spacy_model: str | None = None,
    source: str | None = None,
    threshold: float | None = None,
    self_contradictions: bool = False,
    encoder: TextEncoder | None = None,
) -> ArticleReport:
    """Find the claims of an article, the disputes in it, and the pairs of claims that contradict each other.

    Args:
        article: an article that was read, the path of a file, or a text. A `str` is taken for a path if there is
            such a file, or if it is one word that ends like the name of one ("news.txt").
        scorer: scores pairs of texts; `nli.load_model()` gives one.
        spacy_model: the spaCy pipeline that parses; None takes an installed English one.
        source: the article's name in the report; None takes its path.
        threshold: in [0, 1]; from which probability on a pair is reported, in place of 0.8 for two assertions (see
            `nli.article.priors`) and of the scorer's for an assertion and a denial (of 0.7 if a rule links the two and
            the scorer's is higher).
        self_contradictions: compare also what one party says in different places.
        encoder: tells which texts are about the same thing; None takes the sentence encoder.

    Raises:
        ArticleError: if the article cannot be read.
        ModelError: if there is no spaCy pipeline to parse it with, or no sentence encoder.
    """
    if isinstance(article, Path):
        article = read_article(article)
    elif isinstance(article, str):
        article = given_article(article)
    if source is not None:
        article = replace(article, source=source)
    return check_articles(
        [article],
        scorer,
        spacy_model=spacy_model,
        threshold=threshold,
        self_contradictions=self_contradictions,
        encoder=encoder,
    )


def check_articles(
    articles: Sequence[Article],
    scorer: PairScorer,
    *,
    spacy_model: str | None = None,
    threshold: float | None = None,
    self_contradictions: bool = False,
    encoder: TextEncoder | None = None,
) -> ArticleReport:
    """Find the claims of several articles and what contradicts what, within them and across them.

    Ids of claims are `c1`, `c2`, ... for one article and `1.c1`, `2.c1`, ... for several. Each claim is compared with
    those on its own subject only, so that the work grows with the claims times their neighbours. Arguments and errors
    are those of `check_article`.

    Raises:
        ArticleError: if there is no article.
    """
    if not articles:
        raise ArticleError("there is no article to compare; give at least one")
    articles, repeated = _distinct(articles)
    lexicon = load_lexicon()
    pipeline = load_pipeline(spacy_model)
    found = [_placed(article, extract(article, pipeline, lexicon)) for article in articles]
    claims = merge([item.claims for item in found], lexicon) if len(found) > 1 else found[0].claims
    warnings = [*repeated, *_warnings(articles, [item.warnings for item in found])]
    if not claims:
        warnings.append("no claims were found; the rules read English news prose")
    vectors = (encoder or load_encoder()).embed([claim.text for claim in claims])
    gate = Gate(claims, lexicon, vectors, self_contradictions=self_contradictions)
    pairs = [(claims[pair.a], claims[pair.b]) for pair in gate.select()]
    if len(pairs) == MAX_PAIRS:
        warnings.append(f"only the {MAX_PAIRS} pairs of claims that share most were scored")
    scores = scorer.score([(a.text, b.text) for a, b in pairs]) if pairs else []
    thresholds = (scorer.threshold, scorer.entailment_threshold) if threshold is None else (threshold, threshold)
    weighed = [_weighed(a, b, score, lexicon) for (a, b), score in zip(pairs, scores, strict=True)]
    wanted, linked = (THRESHOLD, LINKED) if threshold is None else (threshold, threshold)
    contradictions, tensions = _judge(pairs, weighed, wanted, thresholds[1], min(linked, thresholds[1]))
    least = min(LIKELY, wanted)
    likely, _ = _judge(pairs, weighed, least, 1.0, least)
    known = {claim.id: claim for claim in claims}
    alike = list(_agreements(pairs, scores, known, lexicon, *thresholds))
    used = {claim for item in contradictions for claim in (item.a, item.b)}
    seen = {(a.id, b.id) for a, b in pairs}
    more = [(claims[a], claims[b]) for a, b in gate.related(used)]
    more = [(a, b) for a, b in more if (a.id, b.id) not in seen]
    if more:
        alike += _agreements(more, scorer.score([(a.text, b.text) for a, b in more]), known, lexicon, *thresholds)
    # Who asks for pairs from a probability on gets all of them.
    disputes = cluster(claims, contradictions, alike, likely, CERTAIN if threshold is None else 0.0)
    kept = {item for dispute in disputes for item in dispute.evidence}
    return ArticleReport(
        tuple(Source(article.source, article.date, article.title) for article in articles),
        claims,
        disputes,
        tuple(item for item in contradictions if item in kept),
        tensions,
        gate.possible(),
        len(pairs),
        tuple(warnings),
    )


def _distinct(articles: Sequence[Article]) -> tuple[list[Article], list[str]]:
    """The articles without those that repeat the text of an earlier one, which would count its voices twice."""
    first: dict[str, Article] = {}
    repeated = []
    for article in articles:
        known = first.setdefault(article.text, article)
        if known is not article:
            repeated.append(f"{article.source} has the same text as {known.source} and was left out")
    return list(first.values()), repeated


def _placed(article: Article, extraction: Extraction) -> Extraction:
    """The claims of an article with their places in its file, where that is not its readable text."""
    if article.offsets is None:
        return extraction

    def place(span: Span | None) -> Span | None:
        return article.original_span(span) if span is not None else None

    claims = tuple(
        replace(
            claim,
            span=article.original_span(claim.span),
            speaker_span=place(claim.speaker_span),
            cue_span=place(claim.cue_span),
            via=tuple(replace(teller, span=article.original_span(teller.span)) for teller in claim.via),
        )
        for claim in extraction.claims
    )
    return replace(extraction, claims=claims)


def _warnings(articles: Sequence[Article], found: Sequence[Sequence[str]]) -> Iterator[str]:
    for article, listed in zip(articles, found, strict=True):
        for text in (*article.warnings, *listed):
            yield text if len(articles) == 1 else f"{article.source}: {text}"


def _weighed(a: Claim, b: Claim, score: PairScore, lexicon: Lexicon) -> PairScore:
    """A score as that of two claims of an article; what one party says in two places was never measured."""
    return replace(score, score=in_article(score.score, a, b)) if compared(a, b, lexicon) else score


def _judge(
    pairs: Sequence[tuple[Claim, Claim]],
    scores: Sequence[PairScore],
    threshold: float,
    entailment_threshold: float,
    linked_threshold: float,
) -> tuple[tuple[Contradiction, ...], tuple[Contradiction, ...]]:
    """The contradictions and the tensions among scored pairs, strongest first.

    An assertion and a denial of it need the entailment threshold, or the linked one where a rule has found what is
    denied: that is worth more than what the model finds alone.
    """
    found: dict[str, list[Contradiction]] = {"contradiction": [], "tension": []}
    for (a, b), score in zip(pairs, scores, strict=True):
        if beyond_polarity(a, b):
            continue
        linked = b.id == a.denies_claim or a.id == b.denies_claim
        verdict = decide(a, b, score, threshold, linked_threshold if linked else entailment_threshold)
        if verdict.outcome != "none":
            found[verdict.outcome].append(Contradiction(a.id, b.id, verdict.score, explain(a, b)))
    for listed in found.values():
        listed.sort(key=lambda item: -item.score)
    return tuple(found["contradiction"]), tuple(found["tension"])


def _agreements(
    pairs: Sequence[tuple[Claim, Claim]],
    scores: Sequence[PairScore],
    known: Mapping[str, Claim],
    lexicon: Lexicon,
    threshold: float,
    entailment_threshold: float,
) -> Iterator[Agreement]:
    """The pairs that say the same: each follows from the other, or one does and both are of one party.

    Where the words of the one restate the other, that and the model's probability count equally; of one party, half
    of the words are enough.

    An assertion and a denial say the same if their texts contradict each other, and the one who asserts is not the
    party whose claim is denied: nobody joins those who deny what he says himself.
    """
    for (a, b), score in zip(pairs, scores, strict=True):
        committed = {a.stance, b.stance} <= {"asserts", "denies"}
        if not committed:
            continue
        if a.stance != b.stance:
            denial, other = (a, b) if a.stance == "denies" else (b, a)
            denied = known.get(denial.denies_claim or "")
            if score.score >= threshold and (denied is None or compared(other, denied, lexicon)):
                yield a.id, b.id, score.score
            continue
        forth, back = score.ab.entailment, score.ba.entailment
        value = min(forth, back) if compared(a, b, lexicon) else max(forth, back)
        if restated(b.text, a.text, lexicon) or restated(a.text, b.text, lexicon):
            value = (1.0 + max(forth, back)) / 2
        if not compared(a, b, lexicon) and retold(a, b, lexicon):
            value = max(value, entailment_threshold)  # one party tells it again, with more or less of it
        if value >= entailment_threshold:
            yield a.id, b.id, value
