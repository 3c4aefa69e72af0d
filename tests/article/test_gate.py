"""Which pairs reach the model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nli.article.embedding import neighbours
from nli.article.gate import Gate, leaves_open, stem, terms
from nli.article.lexicon import Lexicon
from nli.records import Claim, Span, Stance


def claim(speaker: str, text: str, side: str | None = None, stance: Stance = "asserts", resolved: bool = True) -> Claim:
    return Claim(f"{speaker}-{text[:9]}", speaker, stance, text, text, Span(0, len(text)), side, None, resolved)


def apart(claims: list[Claim]) -> list[Claim]:
    """The claims, so far apart that nobody answers anybody."""
    return [replace(one, span=Span(1000 * n, 1000 * n + len(one.text))) for n, one in enumerate(claims)]


def gated(claims: list[Claim], lexicon: Lexicon) -> list[tuple[int, int]]:
    return [(pair.a, pair.b) for pair in Gate(apart(claims), lexicon).select()]


FILLER = [claim("Filler", f"The {word} market rose again in spring.") for word in ("wheat", "copper", "housing")]


def test_words_for_a_country_are_one(lexicon: Lexicon) -> None:
    assert terms("Moscow", lexicon) == terms("the Kremlin", lexicon) == terms("Russian", lexicon) == {"=Russia"}
    assert "=United States" in terms("U.S. troops", lexicon)
    assert "=South Korea" in terms("South Korean ships", lexicon)


@pytest.mark.parametrize(("word", "same"), [("attacked", "attacks"), ("planning", "planned"), ("companies", "company")])
def test_stems(word: str, same: str) -> None:
    assert stem(word) == stem(same)


def test_same_subject_by_two_parties_passes(lexicon: Lexicon) -> None:
    claims = [claim("A", "The bridge was closed by the storm."), claim("B", "The bridge was never closed."), *FILLER]
    assert gated(claims, lexicon) == [(0, 1)]


def test_who_answers_at_once_is_compared_whatever_the_words(lexicon: Lexicon) -> None:
    claims = [
        claim("A", "Our observers were marched out by men with rifles."),
        claim("B", "They left to get some food."),
    ]
    beside = [claims[0], replace(claims[1], span=Span(120, 150))]
    assert [(pair.a, pair.b) for pair in Gate(beside, lexicon).select()] == [(0, 1)]
    assert not gated(claims, lexicon)
    writers = [beside[0], replace(beside[1], speaker="article")]
    assert not Gate(writers, lexicon).select()  # the writer answers nobody
    assert not Gate([beside[0], replace(beside[1], article=1)], lexicon).select()


def test_what_is_told_within_a_claim_is_not_compared_with_it(lexicon: Lexicon) -> None:
    whole = claim("Trump", "Putin had told him about the attack on Monday.")
    inner = replace(claim("Putin", "Trump about the attack on Monday."), span=Span(14, 46))
    assert not Gate([whole, inner], lexicon).select()


def test_one_party_does_not_contradict_itself(lexicon: Lexicon) -> None:
    first, second = "The bridge was closed by the storm.", "The bridge was never closed."
    assert not gated([claim("A", first), claim("A", second)], lexicon)
    assert not gated([claim("A", first, "Togo"), claim("B", second, "Togo")], lexicon)
    assert not gated([claim("Karl Vogt", first, "ministry"), claim("health ministry", second)], lexicon)
    assert gated([claim("Sudan", first, "Sudan"), claim("South Sudan", second, "South Sudan")], lexicon)


def test_some_witnesses_are_not_the_others(lexicon: Lexicon) -> None:
    texts = "The light was red when the bus crossed.", "The light was green when the bus crossed."
    assert gated([claim("witnesses", texts[0]), claim("other witnesses", texts[1])], lexicon)
    assert not gated([claim("the ministry", texts[0]), claim("ministry", texts[1])], lexicon)


@pytest.mark.parametrize(
    "share", ["21 percent", "seven in 10 voters", "a third of voters", "two thirds of those asked"]
)
def test_the_answers_of_a_poll_do_not_contradict_each_other(lexicon: Lexicon, share: str) -> None:
    claims = [
        claim("Ann Poe", "The governor would win the election."),
        claim(share, "The governor would lose the election."),
    ]
    assert not gated([*claims, *FILLER], lexicon)
    assert gated([claims[0], replace(claims[1], speaker="Third Bank"), *FILLER], lexicon) == [(0, 1)]


def test_two_accusations_about_different_things_do_not_pass(lexicon: Lexicon) -> None:
    claims = [
        claim("Ghana", "Togo closed the border to trucks.", "Ghana"),
        claim("Togo", "Ghana jailed three journalists in spring.", "Togo"),
        *FILLER,
    ]
    assert (0, 1) not in gated(claims, lexicon)


def test_names_of_countries_alone_are_no_subject(lexicon: Lexicon) -> None:
    claims = [claim("A", "Russia and Ukraine met."), claim("B", "Ukraine left Russia."), *FILLER]
    assert (0, 1) not in gated(claims, lexicon)


def test_a_denial_that_could_not_be_linked_is_never_compared(lexicon: Lexicon) -> None:
    text = "The bridge was closed by the storm."
    claims = [claim("A", text), claim("B", text, stance="denies", resolved=False)]
    assert not gated(claims, lexicon)
    linked = replace(claims[1], denies_claim=claims[0].id)  # "they" may stay open in it: what is denied is known
    assert gated([claims[0], linked], lexicon)


def test_numbers_are_in_range_and_count_is_exact(lexicon: Lexicon) -> None:
    claims = [claim("A", "The bridge was closed."), claim("B", "The bridge was open."), *FILLER]
    gate = Gate(claims, lexicon)
    assert 0.0 < gate.overlap(0, 1) <= 1.0
    assert gate.possible() == 1 + 2 * 3
    assert Gate([], lexicon).select() == []


def test_claims_near_in_meaning_pass_without_a_common_word(lexicon: Lexicon) -> None:
    claims = [claim("A", "Clients' files were copied."), claim("B", "No customer data leaked."), *FILLER]
    vectors = np.eye(5, dtype=np.float32)
    assert (0, 1) not in gated(claims, lexicon)
    vectors[1] = 0.6 * vectors[0] + 0.8 * vectors[1]
    passed = [(pair.a, pair.b, round(pair.overlap, 3)) for pair in Gate(apart(claims), lexicon, vectors).select()]
    assert passed == [(0, 1, 0.6)]


def test_each_claim_has_a_limited_number_of_neighbours() -> None:
    vectors = np.ones((40, 2), dtype=np.float32) / np.sqrt(2, dtype=np.float32)
    pairs = neighbours(vectors, 0.3, 5)
    assert len(pairs) <= 40 * 5
    assert all(a < b and value == pytest.approx(1.0) for a, b, value in pairs)


def test_one_party_against_itself_only_when_asked_and_not_in_one_breath(lexicon: Lexicon) -> None:
    first, second = claim("A", "The bridge was closed by the storm."), claim("A", "The bridge was never closed.")
    later = replace(second, span=Span(5000, 5000 + len(second.text)))
    assert not Gate([first, later], lexicon).select()
    assert not Gate([first, second], lexicon, self_contradictions=True).select()
    asked = Gate([first, later], lexicon, self_contradictions=True)
    assert len(asked.select()) == asked.possible() == 1


def test_the_writers_of_two_articles_are_two_voices(lexicon: Lexicon) -> None:
    text = "The bridge was closed by the storm."
    first, second = claim("article", text), replace(claim("article", text), article=1)
    assert Gate([first, second], lexicon).select()
    assert not Gate([first, replace(second, article=0)], lexicon).select()


@pytest.mark.parametrize(
    ("text", "other", "open_"),
    [
        ("Trump had no further information about the alleged attack.", "Russia was reviewing its stance.", True),
        ("The agency could not independently verify the figure.", "Ninety drones attacked.", True),
        ("It was not immediately clear who fired.", "The guards fired.", True),
        ("Prosecutors had no evidence of a bribe.", "Prosecutors have evidence of a bribe.", False),
        ("There was no attack.", "There was an attack.", False),
    ],
)
def test_what_is_not_known_contradicts_nothing_but_that_it_is_known(text: str, other: str, open_: bool) -> None:
    assert leaves_open(text, other) is open_
