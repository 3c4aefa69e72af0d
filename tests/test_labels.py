from __future__ import annotations

from itertools import permutations

import pytest

from nli.errors import LabelError
from nli.labels import LABELS, parse_label, read_label_order


@pytest.mark.parametrize("names", list(permutations(LABELS)))
def test_every_order_is_read_by_name(names: tuple[str, ...]) -> None:
    order = read_label_order(dict(enumerate(names)))
    assert [names[position] for position in order.positions] == list(LABELS)


@pytest.mark.parametrize("name", ["CONTRADICTION", "Contradictory", " contradiction ", "contradicts"])
def test_names_are_read_in_any_case_and_form(name: str) -> None:
    assert parse_label(name) == "contradiction"


@pytest.mark.parametrize("value", ["maybe", "", 2, None, "LABEL_0"])
def test_what_is_no_label_is_refused(value: object) -> None:
    with pytest.raises(LabelError, match="entailment, neutral, contradiction"):
        parse_label(value)


def test_string_keys_as_in_a_config_file() -> None:
    order = read_label_order({"0": "contradiction", "1": "entailment", "2": "neutral"})
    assert order.positions == (1, 2, 0)


def test_nameless_labels_need_a_map() -> None:
    nameless = {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}
    with pytest.raises(LabelError, match="give a label map"):
        read_label_order(nameless)
    given = {"label_0": "contradiction", "LABEL_1": "neutral", "LABEL_2": "entailment"}
    assert read_label_order(nameless, label_map=given).positions == (2, 1, 0)


def test_a_map_stands_in_for_a_missing_id2label_and_must_fit() -> None:
    given = {"LABEL_0": "contradiction", "LABEL_1": "neutral", "LABEL_2": "entailment"}
    assert read_label_order(None, label_map=given).positions == (2, 1, 0)
    with pytest.raises(LabelError, match="names 'label_7'"):
        read_label_order({0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, label_map={"LABEL_7": "neutral"})
    with pytest.raises(LabelError, match="'foo' is not an NLI label"):
        read_label_order({0: "LABEL_0"}, label_map={"LABEL_0": "foo"})


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ({0: "entailment", 1: "not_entailment"}, "2 classes"),
        ({0: "entailment", 1: "neutral"}, "no contradiction"),
        ({0: "entailment", 1: "neutral", 2: "entailment"}, "two of the model's outputs mean entailment"),
        ({0: "positive", 1: "negative", 2: "mixed"}, "'positive' is not a name"),
        ({}, "no id2label"),
        (None, "no id2label"),
        ({0: "entailment", 1: "neutral", 7: "contradiction"}, "not 0, 1 and 2"),
        ({"zero": "entailment", "1": "neutral", "2": "contradiction"}, "'zero' where a position belongs"),
        ({0: 5, 1: "neutral", 2: "contradiction"}, "'5' is not a name"),
    ],
)
def test_models_that_cannot_tell_a_contradiction_are_refused(labels: dict[int, str] | None, said: str) -> None:
    with pytest.raises(LabelError, match=said):
        read_label_order(labels)
