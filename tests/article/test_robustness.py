"""No text makes the article commands raise anything but an NliError, or run without end."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from overlap_scorer import OverlapScorer
from spacy.language import Language

from nli.article.extraction import extract
from nli.article.gate import Gate
from nli.article.lexicon import Lexicon
from nli.article.pipeline import check_article
from nli.article.reading import Form, decode_article, parse_article
from nli.errors import NliError

MONSTERS = {
    "unmatched": '“He said “that” “the bridge” was “closed. "Nobody" " said.',
    "only quotations": "“It is closed.”\n\n“No, it is open!”\n\n“Who says so?”",
    "only marks": '“”""«»„“ ”',
    "emoji": "🙂 said 🙂 was 🙂. “🙂🙂,” said Jane 🙂. 👩‍👩‍👧 denied it.",
    "one word": "Said",
    "said said": "said said said said, said said. Denied denied denied that denied denied it.",
    "headings": "ONE\n\nTWO\n\nTHREE",
    "German": "Der Minister sagte, die Brücke sei sicher. „Das ist falsch“, sagte Frau Roth.",
    "Arabic": "قال الوزير إن الجسر آمن. ونفت المعارضة ذلك.",
    "Chinese": "部长说桥是安全的。反对派否认了这一点。",
    "controls": "\x01\x02 said \x7f that \x1b[31m it was \u200b\u200e red.\u2028Next said it.",
    "combining": "Z" + "\u0301" * 500 + " said the bridge was closed.",
    "nested": "He said " * 150 + "it was closed.",
    "that that": "It is clear that " * 150 + "it was closed.",
    "brackets": "(" * 2000 + "said" + ")" * 2000,
    "carriage returns": "Jane said it was closed.\r\rTom denied it.\r",
    "one long word": "a" * 20_000,
    "spaces": "Jane" + " " * 5_000 + "said it was closed.",
}


@pytest.mark.parametrize("name", MONSTERS)
def test_monsters(name: str, pipeline: Language, lexicon: Lexicon) -> None:
    text = MONSTERS[name]
    claims = extract(parse_article(text), pipeline, lexicon).claims
    for claim in claims:
        assert text[claim.span.start : claim.span.end] == claim.quote
        assert claim.text.strip()
    gate = Gate(claims, lexicon)
    gate.select()
    gate.possible()


def test_a_hundred_kilobytes_without_a_full_stop(pipeline: Language, lexicon: Lexicon) -> None:
    text = ("the minister said the bridge near the town was closed and the mayor denied it " * 1300)[:100_000]
    start = time.monotonic()
    extract(parse_article(text), pipeline, lexicon)
    assert time.monotonic() - start < 30


WORDS = st.sampled_from(
    [
        *"Russia Kyiv Jane Roe said denied accused told it he that the bridge was closed of stealing claim".split(),
        *[
            "“",
            "”",
            '"',
            ",",
            ".",
            ":",
            "\n\n",
            "dismissed",
            "as",
            "baseless",
            "I",
            "we",
            "not",
            "such an attack",
            "’s",
        ],
        *["according to", "called", "false", "allegation", "by", "to", "attack", "Denying", "which", "and", "🙂", "—"],
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join)))
def test_any_text(pipeline: Language, lexicon: Lexicon, text: str) -> None:
    try:
        article = parse_article(text)
    except NliError:
        return
    claims = extract(article, pipeline, lexicon).claims
    for claim in claims:
        assert text[claim.span.start : claim.span.end] == claim.quote
    by_id = {claim.id: claim for claim in claims}
    assert len(by_id) == len(claims)
    for claim in claims:
        if claim.denies_claim is not None:
            assert by_id[claim.denies_claim].speaker != claim.speaker


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    try:
        decode_article(data, source="bytes")
    except NliError:
        return


TAGS = st.sampled_from(
    [
        *("<p>", "</p>", "<h1>", "</h1>", "<b>", "</div>", "<br/>", "&amp;", "&#8220;", "&bogus;", "<!--", "-->"),
        "<script>",
        *("</script>", "<", ">", "# ", "**", "_", "[a](b)", "> ", "```", "\n\n", "Jane Roe said it was closed.", "\\*"),
    ]
)


@pytest.mark.parametrize("form", ["html", "markdown"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(parts=st.lists(TAGS, max_size=40))
def test_any_markup_keeps_the_place_of_every_character(form: Form, parts: list[str]) -> None:
    source = " ".join(parts)
    try:
        article = parse_article(source, form=form)
    except NliError:
        return
    assert article.offsets is not None
    assert len(article.offsets) == len(article.text) + 1
    assert list(article.offsets) == sorted(article.offsets)
    assert all(0 <= offset <= len(source) for offset in article.offsets)
    for paragraph in article.paragraphs:
        assert article.text[paragraph.start : paragraph.end].strip()


def test_a_megabyte_without_a_full_stop_is_read() -> None:
    text = "the minister said the bridge was closed and the mayor denied it " * 16_000
    start = time.monotonic()
    assert len(parse_article(text).paragraphs) == 1
    assert time.monotonic() - start < 10


def test_a_text_without_claims_gets_an_empty_report(scorer: OverlapScorer) -> None:
    report = check_article("部长说桥是安全的。", scorer)
    assert report.contradictions == ()
    assert scorer.seen == []
