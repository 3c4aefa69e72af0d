from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nli.hints import KINDS, explain, hint_words
from nli.hints.numbers import MAX_COMPARED, compare_numbers, number_words
from nli.hints.quantities import read_quantities


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ("91 long-range drones attacked", "fewer than twenty drones were used", "fails"),
        ("91 drones attacked", "more than 80 drones attacked", "holds"),
        ("91 drones attacked", "91 drones attacked", "same"),
        ("It used ninety-one drones", "It used 91 drones", "same"),
        ("He sought a 50-year deal", "The deal covers 15 years", "more"),
        ("It was annexed in 2014", "It was annexed in 2022", "less"),
        ("Losses were $3.5 billion", "Losses were $2bn", "more"),
        ("two hundred and fifty people", "at least 200 people died", "holds"),
        ("at least 200 people died", "250 people died", "open"),
        ("at least 50 people died", "at least 20 people died", "holds"),
        ("50 to 60 people came", "55 people came", "open"),
        ("about 75% of it", "20 percent of it", "fails"),
        ("He finished third", "He came second", "more"),
        ("It opened at 5:30 pm", "It opened at 17:30", "same"),
        ("The talks are on December 28", "The talks are on January 28", "more same"),
        ("She was born on 5 May 1990", "She was born on 5 May 1990", "same same same"),
        ("They met on Monday", "They met on Sunday", "less"),
        ("Nobody was hurt", "Three people were hurt", "none"),
        ("15 km (9.3 miles) away", "less than 10 kilometres away", "fails"),
        ("Three dozen boats", "36 boats", "same"),
        ("The film cost $1.5 million.", "The film cost $1.5m.", "same"),
        ("Losses reached €3.2bn.", "Losses reached 3.2 billion euros.", "same"),
        ("Losses were $1.5m", "Losses were $1.2m", "more"),
        ("8bn people live on Earth.", "8 million people live on Earth.", "more"),
        ("Born in 1994", "Born in the 1990s", "holds"),
        ("It opens at 5:30", "It opens at 17:30", "open"),
        ("50 people died", "Nearly 50 people died", "holds"),
        ("10 people died", "Nearly 50 people died", "fails"),
        ("500,000 marched", "Half a million marched", "same"),
        ("the 21st century", "the twenty-first century", "same"),
        ("It rose in five years", "It rose over five years", "same"),
        ("She died three days later", "She died after three days", "same"),
        ("It lasted 2 hours", "It lasted 120 minutes", "none"),
        ("It costs $5", "It costs €5", "none"),
        ("12 women", "12 days", "none"),
        ("12 came", "More than a dozen came", "fails"),
        ("It has 40 members", "They expanded the group to 50 members", "less"),
        ("It made $3 million", "It made $5-10 million", "fails"),
        ("It happened in 2010", "It happened in the 2019-20 season", "fails"),
        ("It happened in 2016", "It happened after 2014", "holds"),
        ("They won 3-1", "They lost 1-3", "none"),
        ("It fell on 2025-12-28", "It fell on 28 December 2025", "same same same"),
        ("It fell on 2025-12-28", "It fell on 2025-11-28", "same more same"),
        ("One in five voters stayed at home", "20% of voters stayed at home", "same"),
        ("9 out of 10 doctors agree", "Fewer than half, 45 percent, agree", "more"),
        ("It lasted two and a half hours", "It lasted more than two hours", "holds"),
        ("One and a half million came", "1.5 million came", "same"),
        ("It was -5 degrees", "It was 5 degrees", "less"),
        ("It was minus 5 degrees", "It was below 0 degrees", "holds"),
    ],
)
def test_how_the_numbers_of_b_stand_to_those_of_a(a: str, b: str, words: str) -> None:
    assert number_words(a, b) == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The man is asleep.",
        "No one saw it.",
        "That one is his.",
        "It may march on.",
        "A second later.",
        "An F-16 and the G20 met Covid-19.",
        "Version 2.0.1 came.",
        "They won 3-1.",
        "She is in her 30s.",
        "Two-thirds of them.",
        "1" * 5000 + "x",
    ],
)
def test_texts_without_quantities_have_none(text: str) -> None:
    assert read_quantities(text) == ()
    assert hint_words("91 drones", text, KINDS) == ""


def test_different_kinds_are_never_compared() -> None:
    assert number_words("In 2014 it fell by 20%", "It had 20 members and cost $2014") == "none none"


def test_units_are_compared_with_their_like_first() -> None:
    (comparison,) = compare_numbers("3 boats and 40 men", "40 boats")
    assert comparison.a is not None
    assert (comparison.a.middle, comparison.relation) == (3, "less")


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_gives_few_known_words(a: str, b: str) -> None:
    words = number_words(a, b).split()
    assert len(words) <= MAX_COMPARED
    assert set(words) <= {"same", "more", "less", "holds", "fails", "open", "none"}


@given(st.integers(min_value=0, max_value=10**7), st.integers(min_value=0, max_value=10**7))
def test_plain_counts_are_compared_as_integers_are(one: int, two: int) -> None:
    expected = "same" if one == two else ("more" if one > two else "less")
    assert number_words(f"{one:,} people came.", f"{two:,} people came.") == expected


@given(st.integers(min_value=0, max_value=10**6), st.integers(min_value=0, max_value=10**6))
def test_bounds_hold_or_fail_as_arithmetic_says(value: int, bound: int) -> None:
    for phrase, holds in (
        ("more than", value > bound),
        ("at least", value >= bound),
        ("fewer than", value < bound),
        ("at most", value <= bound),
    ):
        expected = "holds" if holds else "fails"
        assert number_words(f"{value} people came.", f"{phrase} {bound} people came.") == expected


@given(st.text(alphabet="0123456789 ,.%$-–abkm", max_size=60))
def test_every_text_agrees_with_itself(text: str) -> None:
    assert set(number_words(text, text).split()) <= {"same"}


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ("91 drones attacked.", "Fewer than 20 drones attacked.", "91 against Fewer than 20"),
        ("It cost $3.5 billion.", "It cost $2bn.", "$3.5 billion against $2bn"),
        ("It fell on 2025-12-28.", "It fell on 2025-12-29.", "2025-12-28 against 2025-12-29"),
        ("About 75% of it is safe.", "20 percent of it is safe.", "About 75% against 20 percent"),
        ("Prices fell by 3%.", "Prices rose by 5%.", "3% against 5%; fell against rose"),
        ("91 drones attacked.", "At least 20 drones attacked.", ""),
        ("They met on Monday.", "They met on Sunday.", "Monday against Sunday"),
        ("It has more than a dozen members.", "It has 3 members.", "more than a dozen against 3"),
    ],
)
def test_an_explanation_quotes_what_disagrees(a: str, b: str, said: str) -> None:
    assert explain(a, b, KINDS) == said
