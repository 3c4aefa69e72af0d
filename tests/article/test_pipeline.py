"""From an article to the report, with a scorer that needs no model."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from overlap_scorer import FIXTURES, SEED, OverlapScorer

from nli.article.pipeline import check_article, check_articles
from nli.article.reading import parse_article
from nli.errors import ArticleError, ModelError


def test_seed_report(scorer: OverlapScorer) -> None:
    report = check_article(SEED, scorer)
    claims = {claim.id: claim for claim in report.claims}
    against = {(claims[pair.a].speaker, claims[pair.b].speaker) for pair in report.contradictions}
    assert ("Russia", "Ukraine") in against
    assert ("Russia", "Volodymyr Zelenskiy") in against
    assert {("Sergei Lavrov", "Volodymyr Zelenskiy"), ("Volodymyr Zelenskiy", "Sergei Lavrov")} & against
    for pair in report.contradictions:
        assert {claims[pair.a].side, claims[pair.b].side} == {"Russia", "Ukraine"}
        assert "denies" in {claims[pair.a].stance, claims[pair.b].stance}
        assert pair.basis
    scores = [pair.score for pair in report.contradictions]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1.0
    assert 0 < report.pairs_scored < report.pairs_possible / 3
    assert report.source == str(SEED)


def test_the_threshold_can_be_given(scorer: OverlapScorer) -> None:
    exact = check_article(SEED, scorer, threshold=1.0).contradictions
    assert exact
    assert all(pair.score == 1.0 for pair in exact)


def test_company_contradictions_only_on_one_subject(scorer: OverlapScorer) -> None:
    report = check_article(FIXTURES / "company.txt", scorer, source="a company")
    claims = {claim.id: claim for claim in report.claims}
    texts = {frozenset((claims[pair.a].text, claims[pair.b].text)) for pair in report.contradictions}
    assert frozenset(("Machines were missing.",)) in texts
    assert not any("hiding" in text and len(pair) == 2 for pair in texts for text in pair)
    assert report.source == "a company"


def test_nobody_joins_those_who_deny_what_he_says(scorer: OverlapScorer) -> None:
    text = (
        "Ghana accused Togo of closing the border.\n\nTogo denied closing the border.\n\n"
        "Ghana said the border was not closed to Togo at night."
    )
    report = check_article(text, scorer)
    claims = {claim.id: claim for claim in report.claims}
    (dispute,) = report.disputes
    assert {claims[claim].speaker for claim in dispute.disputed_by} == {"Togo"}


def test_tensions_are_kept_apart(scorer: OverlapScorer) -> None:
    text = "Jane Roe said the new bridge was safe.\n\nTom Poe fears that the new bridge was not safe."
    report = check_article(text, scorer)
    assert report.contradictions == ()
    assert len(report.tensions) == 1
    assert "only hedges" in report.tensions[0].basis


def test_nothing_is_scored_where_nobody_else_speaks(scorer: OverlapScorer) -> None:
    report = check_article("Jane Roe said the bridge was safe. She said it was not safe.", scorer)
    assert (report.pairs_possible, report.pairs_scored) == (0, 0)
    assert scorer.seen == []


def test_a_missing_pipeline_names_the_command(scorer: OverlapScorer) -> None:
    with pytest.raises(ModelError, match="python -m spacy download xx_none"):
        check_article("Jane Roe spoke.", scorer, spacy_model="xx_none")


def test_a_missing_article(scorer: OverlapScorer, tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="no article at"):
        check_article(tmp_path / "none.txt", scorer)


def test_spacy_is_imported_only_when_an_article_is_parsed() -> None:
    code = "import sys, nli.article.pipeline, nli.decision; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_article_that_is_given_twice_counts_once(scorer: OverlapScorer) -> None:
    text = "The captain said the ferry hit a rock. The owner denied that the ferry hit a rock."
    one = parse_article(text, source="one")
    report = check_articles([one, parse_article(text, source="two")], scorer)
    assert [source.name for source in report.sources] == ["one"]
    assert len(report.contradictions) == 1
    assert report.warnings == ("two has the same text as one and was left out",)
