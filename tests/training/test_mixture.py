from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest
from tiny import write_recipe

from nli.errors import DataError, RecipeError
from nli.hints.numbers import compare_numbers
from nli.training import generated
from nli.training.examples import Example, content_words
from nli.training.mixture import build_mixture
from nli.training.recipe import read_recipe
from nli.training.sets import read_pairs, read_set

EXAMPLES = [
    Example(f"the {colour} ship number {n} sank near {place}", f"a {colour} ship sank off {place}", label, "s", str(n))
    for n, (colour, place, label) in enumerate(
        [("red", "Malta", "entailment"), ("blue", "Crete", "neutral"), ("green", "Cyprus", "contradiction")] * 8
    )
]


def test_the_same_recipe_and_seed_give_the_same_examples(tmp_path: Path, data: Path, recipe_text: str) -> None:
    recipe = read_recipe(write_recipe(tmp_path, recipe_text))
    assert build_mixture(recipe, data / "train", Path()) == build_mixture(recipe, data / "train", Path())
    other = read_recipe(write_recipe(tmp_path, recipe_text.replace("seed = 1", "seed = 2")))
    assert (
        build_mixture(recipe, data / "train", Path()).examples != build_mixture(other, data / "train", Path()).examples
    )


def test_the_mixture_has_what_the_recipe_says(tmp_path: Path, data: Path, recipe_text: str) -> None:
    mixture = build_mixture(read_recipe(write_recipe(tmp_path, recipe_text)), data / "train", Path())
    assert mixture.counts["one"] == {"contradiction": 16, "entailment": 16, "neutral": 16}
    assert mixture.counts["two"] == {"contradiction": 4, "entailment": 4, "neutral": 4}
    assert mixture.counts["identical"] == {"entailment": 4}
    assert mixture.counts["swapped_contradictions"] == {"contradiction": 4}
    assert len(mixture.examples) == sum(sum(labels.values()) for labels in mixture.counts.values())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("one = ", "three = ", "the sets there are: one, two"), ("two = 12", "two = 9999", "the set has 24 rows")],
)
def test_missing_sets_and_rows(tmp_path: Path, data: Path, recipe_text: str, old: str, new: str, said: str) -> None:
    recipe = read_recipe(write_recipe(tmp_path, recipe_text.replace(old, new).replace('["two"]', "[]")))
    with pytest.raises(RecipeError, match=said):
        build_mixture(recipe, data / "train", Path())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"premise": "a", "hypothesis": "b", "label": "perhaps"}, "row 1: 'perhaps' is not an NLI label"),
        ({"premise": " ", "hypothesis": "b", "label": "neutral"}, "row 1: premise or hypothesis is empty"),
    ],
)
def test_wrong_rows_are_named(tmp_path: Path, row: dict[str, str], said: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    good = {"premise": "a", "hypothesis": "b", "label": "neutral"}
    pq.write_table(pa.Table.from_pylist([good, row]), tmp_path / "bad.parquet")
    with pytest.raises(DataError, match=said):
        read_set(tmp_path, "bad")


def test_a_set_without_labels_or_that_is_no_parquet(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"premise": ["a"], "hypothesis": ["b"]}), tmp_path / "bare.parquet")
    with pytest.raises(DataError, match="no column 'label'; its columns are premise, hypothesis"):
        read_set(tmp_path, "bare")
    (tmp_path / "text.parquet").write_text("no parquet")
    with pytest.raises(DataError, match="cannot read"):
        read_set(tmp_path, "text")


def test_swapped_contradictions_are_contradictions_the_other_way_round() -> None:
    made = generated.swapped_contradictions(EXAMPLES, 5, random.Random(0))
    originals = {(e.b, e.a) for e in EXAMPLES if e.label == "contradiction"}
    assert len(made) == 5
    assert all((e.a, e.b) in originals and e.label == "contradiction" for e in made)


def test_identical_pairs_say_the_same() -> None:
    made = generated.identical(EXAMPLES, 20, random.Random(0))
    assert {e.label for e in made} == {"entailment"}
    assert all(content_words(e.a) <= content_words(e.b) for e in made)
    assert any(e.a != e.b for e in made)


def test_unrelated_pairs_share_no_content_word_and_no_group() -> None:
    pool = [*EXAMPLES, Example("parliament passed the budget", "taxes will rise", "neutral", "t", "x")]
    made = generated.unrelated(pool, 6, random.Random(0))
    assert made
    assert all(e.label == "neutral" and not content_words(e.a) & content_words(e.b) for e in made)


def test_many_unrelated_pairs_are_of_one_source_however_small() -> None:
    captions = [Example(f"caption{i} word{i}", f"photo{i} thing{i}", "neutral", "captions", f"c{i}") for i in range(20)]
    pages = [Example(f"page{i} line{i}", f"claim{i} fact{i}", "neutral", "pages", f"p{i}") for i in range(180)]
    made = generated.unrelated(captions + pages, 1000, random.Random(0))
    both = sum(bool(re.match("caption|photo", e.a)) and bool(re.match("caption|photo", e.b)) for e in made)
    assert 30 < both < 90  # one in a hundred, were the second text drawn from all


def test_same_topic_pairs_share_a_word_but_say_different_things() -> None:
    texts = ["Malta elects a new parliament today", "tourists love beaches around sunny Malta", "a comet was seen"]
    pool = [Example("x", text, "neutral", "t", str(n)) for n, text in enumerate(texts)]
    made = generated.same_topic(pool, 5, random.Random(0))
    assert Counter(e.label for e in made) == {"neutral": 1}
    assert content_words(made[0].a) & content_words(made[0].b) == {"malta"}


def test_a_changed_number_contradicts_only_where_the_claim_is_exact() -> None:
    pool = [
        Example("In May 2014 the army had 1,200 tanks.", "The army had 1,200 tanks.", "entailment", "t", "1"),
        Example("The army had 1,200 tanks.", "The army had more than 900 tanks.", "entailment", "t", "2"),
        Example("The army had many tanks.", "The army had 12 tanks.", "entailment", "t", "3"),
        Example("The fair opens in May.", "It opens in May.", "entailment", "t", "4"),
        Example("The army had 1,200 tanks.", "The army had 900 tanks.", "contradiction", "t", "5"),
    ]
    made = generated.changed_numbers(pool, 10, random.Random(0))
    assert {e.group for e in made} == {"1", "4"}
    for example in made:
        assert example.label == "contradiction"
        assert example.b not in {e.b for e in pool}
        (comparison, *_) = compare_numbers(example.a, example.b)
        assert comparison.relation in ("more", "less")


def test_pairs_that_lie_beside_a_recipe_are_gone_through_as_often_as_it_says(
    tmp_path: Path, data: Path, recipe_text: str
) -> None:
    (tmp_path / "own.jsonl").write_text('{"a": "It rained.", "b": "It was wet.", "label": "entailment"}\n')
    text = recipe_text.replace("[data.sets]", '[data.beside]\n"own.jsonl" = 3\n[data.sets]')
    mixture = build_mixture(read_recipe(write_recipe(tmp_path, text)), data / "train", Path(), tmp_path)
    assert mixture.counts["own"] == {"entailment": 3}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"a": "x", "b": "y", "label": "perhaps"}', "line 2: .*perhaps"),
        ('{"a": "x", "label": "neutral"}', "line 2: .*'b'"),
        ('{"a": " ", "b": "y", "label": "neutral"}', "line 2: a text is empty"),
        ('{"claims": ["x", "y"], "contradiction": [[0, 2]], "entailment": []}', r"line 2: .*\[0, 2\] names no two"),
        ('{"claims": ["x", "y"], "contradiction": [[1, 1]], "entailment": []}', r"line 2: .*\[1, 1\] names no two"),
        (
            '{"claims": ["x", "y"], "contradiction": [[0, 1]], "entailment": [[1, 0]]}',
            "line 2: .*contradict each other",
        ),
        ('{"claims": ["x", ""], "contradiction": [], "entailment": []}', "line 2: a text is empty"),
        ('{"claims": ["x", "y"], "contradiction": []}', "line 2: .*'entailment'"),
        ("not json", "line 2"),
        ("3", "line 2"),
    ],
)
def test_a_wrong_line_beside_a_recipe_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text('{"a": "x", "b": "y", "label": "neutral"}\n' + line + "\n")
    with pytest.raises(DataError, match=said):
        read_pairs(path)


def test_a_story_gives_all_pairs_of_its_claims(tmp_path: Path) -> None:
    path = tmp_path / "stories.jsonl"
    path.write_text('{"claims": ["x", "y", "z"], "contradiction": [[0, 1]], "entailment": [[2, 0]]}\n')
    pairs = {(one.a, one.b): one.label for one in read_pairs(path)}
    assert pairs == {
        ("x", "y"): "contradiction",
        ("y", "x"): "contradiction",
        ("z", "x"): "entailment",
        ("x", "z"): "neutral",
        ("y", "z"): "neutral",
        ("z", "y"): "neutral",
    }
    assert len({one.group for one in read_pairs(path)}) == 1


def test_pairs_that_do_not_lie_beside_a_recipe(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="beside the recipe"):
        read_pairs(tmp_path / "own.jsonl")
