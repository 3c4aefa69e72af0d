from __future__ import annotations

import pytest
from tiny import build_tokenizer
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from nli.encoding import PairEncoder
from nli.errors import ModelError


def roberta_like() -> Tokenizer:
    vocabulary = {"<s>": 0, "<pad>": 1, "</s>": 2, "a": 3, "b": 4, "man": 5, "sleeps": 6, "<unk>": 7}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


@pytest.mark.parametrize("build", [build_tokenizer, roberta_like])
def test_pairs_are_joined_as_the_tokenizer_itself_does(build: object) -> None:
    assert callable(build)
    tokenizer, own = build(), build()
    own.no_padding()
    encoder = PairEncoder(tokenizer, 64)
    (encoded,) = encoder.encode("a man sleeps", "b man")
    wanted = own.encode("a man sleeps", "b man")
    assert list(encoded.ids) == wanted.ids
    types = [0] * encoded.first + [encoder.template.second_type] * (len(encoded.ids) - encoded.first)
    assert types == wanted.type_ids


def test_nothing_is_lost_when_a_text_is_divided_into_windows() -> None:
    encoder = PairEncoder(build_tokenizer(), 32)
    sentences = [f"the man {n} is running in the park." for n in range(1, 9)]
    windows = encoder.encode(" ".join(sentences), "a dog is sleeping")
    assert len(windows) > 1
    assert all(len(window.ids) <= 32 for window in windows)
    hypothesis = encoder.pieces("a dog is sleeping")
    premises = [window.ids[1 : window.first - 1] for window in windows]
    assert sum(premises, ()) == encoder.pieces(" ".join(sentences))
    assert all(window.ids[window.first : window.first + len(hypothesis)] == hypothesis for window in windows)
    # Whole sentences: each window ends with a full stop.
    assert {premise[-1] for premise in premises} == {encoder.tokenizer.token_to_id(".")}


def test_a_sentence_longer_than_the_model_is_divided_too() -> None:
    encoder = PairEncoder(build_tokenizer(), 32)
    long = "dog " * 200
    windows = encoder.encode(long, long)
    assert all(len(window.ids) <= 32 for window in windows)
    ours = {window.ids[1 : window.first - 1] for window in windows}
    assert max(map(len, ours)) >= 12


def test_hints_stand_behind_b_and_only_for_models_that_know_them() -> None:
    a, b = "91 drones were running", "fewer than 20 drones were running"
    plain = PairEncoder(build_tokenizer(), 64).encode(a, b)[0]
    encoder = PairEncoder(build_tokenizer(), 64, ("numbers",))
    hinted = encoder.encode(a, b)[0]
    hint = encoder.pieces("| fails")
    assert encoder.hint(a, b) == "fails"
    assert hinted.ids == plain.ids[:-1] + hint + plain.ids[-1:]
    assert encoder.encode("a man", "a dog") == PairEncoder(build_tokenizer(), 64).encode("a man", "a dog")


def test_a_hint_says_how_a_stands_to_b_and_not_the_other_way_round() -> None:
    encoder = PairEncoder(build_tokenizer(), 64, ("numbers",))
    (encoded,) = encoder.encode("91 people died", "20 people died")
    assert encoded.ids[-3:-1] == encoder.pieces("| more")


def test_special_tokens_in_a_text_are_plain_characters() -> None:
    tokenizer = build_tokenizer()
    tokenizer.add_special_tokens(["[SEP]"])
    encoder = PairEncoder(tokenizer, 64)
    (encoded,) = encoder.encode("a man [SEP] a dog", "a cat")
    assert encoded.ids.count(tokenizer.token_to_id("[SEP]")) == 2


def test_unknown_hints_are_refused() -> None:
    with pytest.raises(ModelError, match="update nli"):
        PairEncoder(build_tokenizer(), 64, ("stars",)).encode("a", "b")


def test_a_length_without_room_is_refused() -> None:
    with pytest.raises(ModelError, match="no room"):
        PairEncoder(build_tokenizer(), 8)


def test_a_tokenizer_that_does_not_keep_two_texts_apart_is_refused() -> None:
    tokenizer = Tokenizer(models.WordLevel({"a": 0, "b": 1}, unk_token="a"))
    with pytest.raises(ModelError, match="nothing between two texts"):
        PairEncoder(tokenizer, 64)
