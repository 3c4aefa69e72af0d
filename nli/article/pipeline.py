"""From an article to the report of who contradicts whom."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from nli.article.extraction import extract
from nli.article.gate import MAX_PAIRS, count_possible, select
from nli.article.lexicon import load_lexicon
from nli.article.parsing import load_pipeline
from nli.article.reading import Article, parse_article, read_article
from nli.decision import decide, explain
from nli.records import ArticleReport, Claim, Contradiction, PairScore


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
) -> ArticleReport:
    """Find the claims of an article and the pairs of them that contradict each other.

    Args:
        article: an article that was read, the path of a text file, or (a `str`) the text itself.
        scorer: scores pairs of texts; `nli.load_model()` gives one.
        spacy_model: the spaCy pipeline that parses; None takes an installed English one.
        source: the article's name in the report; None takes its path.
        threshold: in [0, 1], in place of both of the scorer's.

    Raises:
        ArticleError: if the article cannot be read.
        ModelError: if there is no spaCy pipeline to parse it with.
    """
    if isinstance(article, Path):
        article = read_article(article)
    elif isinstance(article, str):
        article = parse_article(article)
    lexicon = load_lexicon()
    extraction = extract(article, load_pipeline(spacy_model), lexicon)
    claims = extraction.claims
    gated = select(claims, lexicon)
    warnings = list(extraction.warnings)
    if len(gated) == MAX_PAIRS:
        warnings.append(f"only the {MAX_PAIRS} pairs of claims that share most were scored")
    if not claims:
        warnings.append("no claims were found; the rules read English news prose")
    pairs = [(claims[pair.a], claims[pair.b]) for pair in gated]
    scores = scorer.score([(a.text, b.text) for a, b in pairs]) if pairs else []
    thresholds = (scorer.threshold, scorer.entailment_threshold) if threshold is None else (threshold, threshold)
    contradictions, tensions = _judge(pairs, scores, *thresholds)
    return ArticleReport(
        source if source is not None else article.source,
        claims,
        contradictions,
        tensions,
        count_possible(claims, lexicon),
        len(pairs),
        tuple(warnings),
    )


def _judge(
    pairs: Sequence[tuple[Claim, Claim]],
    scores: Sequence[PairScore],
    threshold: float,
    entailment_threshold: float,
) -> tuple[tuple[Contradiction, ...], tuple[Contradiction, ...]]:
    """The contradictions and the tensions among scored pairs, strongest first."""
    found: dict[str, list[Contradiction]] = {"contradiction": [], "tension": []}
    for (a, b), score in zip(pairs, scores, strict=True):
        verdict = decide(a, b, score, threshold, entailment_threshold)
        if verdict.outcome != "none":
            found[verdict.outcome].append(Contradiction(a.id, b.id, verdict.score, explain(a, b)))
    for listed in found.values():
        listed.sort(key=lambda item: -item.score)
    return tuple(found["contradiction"]), tuple(found["tension"])
