from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nli.hints import hint_words
from nli.hints.opposites import find_opposites, opposite_words


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ("Prices fell on Friday.", "Prices rose on Friday.", ("fell", "rose")),
        ("The jury found her guilty.", "The jury found her innocent.", ("guilty", "innocent")),
        ("The union rejected the offer.", "The union accepted the offer.", ("rejected", "accepted")),
        ("It is larger than before.", "It is smaller than before.", ("larger", "smaller")),
        ("The court upheld the ruling.", "The court overturned it.", ("upheld", "overturned")),
        ("He denies taking the money.", "He admits taking the money.", None),  # a denial: what it is about decides
        ("Prices did not fall.", "Prices rose.", None),
        ("Prices fell and rose.", "Prices rose.", None),
        ("Prices fell.", "Prices fell.", None),
        ("The dog barked.", "Taxes went up.", None),
        ("", "", None),
    ],
)
def test_opposites_in_two_texts(a: str, b: str, found: tuple[str, str] | None) -> None:
    assert find_opposites(a, b) == ((found,) if found else ())


TEXTS = st.lists(
    st.sampled_from("prices fell rose rising not guilty innocent open closed early late strong weak the".split()),
    max_size=8,
).map(" ".join)


@given(TEXTS, TEXTS)
def test_opposites_are_symmetric_and_never_in_one_text_against_itself(a: str, b: str) -> None:
    assert {(y, x) for x, y in find_opposites(b, a)} == set(find_opposites(a, b))
    assert find_opposites(a, a) == ()


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_asked_about(a: str, b: str) -> None:
    assert opposite_words(a, b) in ("", "opposite")


def test_several_kinds_of_hints_stand_one_after_the_other() -> None:
    words = hint_words("Prices fell by 3%.", "Prices rose by 5%.", ("numbers", "opposites"))
    assert words == "less opposite"
