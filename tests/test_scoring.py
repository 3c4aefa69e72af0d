from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tiny import build_tokenizer

import nli
from nli.batching import Batch, plan_batches
from nli.calibration import Calibration
from nli.encoding import MAX_CHARACTERS, PairEncoder
from nli.errors import InputError, LabelError, ModelError
from nli.labels import LabelOrder, read_label_order
from nli.models import load_model
from nli.scoring import Scorer

TEXTS = [
    "a man is sleeping",
    "the dog is not in the park",
    "there was no attack on the residence. " * 6,
    "91 people died",
]
PAIRS = [(a, b) for a in TEXTS for b in TEXTS]


@pytest.fixture(scope="module")
def scorer(tiny_exported: Path) -> Scorer:
    return load_model(tiny_exported, probe=False)


def test_probabilities_add_up_and_directions_are_swapped(scorer: Scorer) -> None:
    forth, back = scorer.score([PAIRS[1]])[0], scorer.score([PAIRS[1][::-1]])[0]
    for side in (forth.ab, forth.ba):
        assert side.entailment + side.neutral + side.contradiction == pytest.approx(1)
    assert forth.ab == back.ba
    assert forth.ba == back.ab
    assert forth.score == pytest.approx(back.score)
    assert forth.score == pytest.approx((forth.ab.contradiction + forth.ba.contradiction) / 2)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(len(PAIRS))), st.sampled_from([64, 200, 2048]))
def test_results_do_not_depend_on_order_neighbours_or_batch(scorer: Scorer, order: list[int], budget: int) -> None:
    alone = [scorer.score([pair])[0] for pair in PAIRS]
    other = Scorer(scorer.name, scorer.encoder, scorer.backend, scorer.order, scorer.calibration, token_budget=budget)
    together = other.score([PAIRS[index] for index in order])
    for index, result in zip(order, together, strict=True):
        assert result.score == pytest.approx(alone[index].score, abs=1e-5)
        assert result.label == alone[index].label
        assert result.truncated == alone[index].truncated


def test_streaming_gives_the_same(scorer: Scorer) -> None:
    whole = scorer.score(PAIRS)
    parts = list(scorer.stream(iter(PAIRS), chunk=3))
    assert [r.score for r in parts] == pytest.approx([r.score for r in whole], abs=1e-5)
    assert list(scorer.stream(iter([]))) == []


def test_torch_and_onnx_agree(tiny_exported: Path) -> None:
    onnx, torch = (load_model(tiny_exported, backend=name, probe=False) for name in ("onnx", "torch"))
    assert onnx.logits(PAIRS)[0] == pytest.approx(torch.logits(PAIRS)[0], abs=1e-5)


def test_scores_are_those_of_transformers_own_pipeline_of_steps(tiny_bert: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification

    tokenizer = build_tokenizer()
    tokenizer.no_padding()
    model = AutoModelForSequenceClassification.from_pretrained(tiny_bert).eval()
    pairs = [pair for pair in PAIRS if len(pair[0]) + len(pair[1]) < 100]
    scorer = load_model(tiny_bert, probe=False)
    for pair, ours in zip(pairs, scorer.logits(pairs)[0], strict=True):
        encoded = tokenizer.encode(*pair)
        with torch.inference_mode():
            theirs = model(
                input_ids=torch.tensor([encoded.ids]), token_type_ids=torch.tensor([encoded.type_ids])
            ).logits[0]
        assert ours == pytest.approx(theirs.numpy(), abs=1e-4)


def test_a_text_is_never_flagged_against_itself(tiny_exported: Path) -> None:
    eager = load_model(tiny_exported, probe=False, threshold=0.0)
    results = eager.score([("A man ran.", "a man  ran"), ("A man ran.", "A dog ran.")])
    assert [result.flag for result in results] == [False, True]


def test_a_score_at_the_threshold_is_flagged(scorer: Scorer) -> None:
    (result,) = scorer.score([PAIRS[1]])
    exact = Scorer("x", scorer.encoder, scorer.backend, scorer.order, Calibration(threshold=result.score))
    assert exact.score([PAIRS[1]])[0].flag


def test_outputs_that_are_no_numbers_are_refused() -> None:
    class Broken(Recorder):
        def logits(self, batch: Batch) -> NDArray[np.float32]:
            return np.full((len(batch), 3), np.nan, dtype=np.float32)

    scorer = Scorer("broken", PairEncoder(build_tokenizer(), 40), Broken(), LabelOrder(0, 1, 2))
    with pytest.raises(ModelError, match="not all finite"):
        scorer.score([("a", "b")])


def test_long_texts_are_scored_in_windows_and_say_so(scorer: Scorer) -> None:
    short, long = scorer.score([("a man is sleeping", "a dog"), ("a man is sleeping. " * 60, "a dog")])
    assert not short.truncated
    assert long.truncated


class Recorder:
    """Answers with a fixed contradiction logit for each number of tokens, and counts what it is asked."""

    name = "onnx"

    def __init__(self) -> None:
        self.rows = 0

    def logits(self, batch: Batch) -> NDArray[np.float32]:
        self.rows += len(batch)
        lengths = batch.attention_mask.sum(axis=1)
        return np.stack([np.zeros(len(batch)), np.zeros(len(batch)), lengths / 10], axis=1).astype(np.float32)


def test_the_window_with_the_likeliest_contradiction_counts() -> None:
    encoder = PairEncoder(build_tokenizer(), 40)
    scorer = Scorer("recorder", encoder, Recorder(), LabelOrder(0, 1, 2))
    text = "the man is running in the park. " * 12
    logits, windowed = scorer.logits([(text, "a dog")])
    assert windowed.tolist() == [True]
    longest = max(len(window.ids) for window in encoder.encode(text, "a dog"))
    assert logits[0, 2] == pytest.approx(longest / 10)


def test_no_pair_is_scored_twice() -> None:
    backend = Recorder()
    scorer = Scorer("recorder", PairEncoder(build_tokenizer(), 40), backend, LabelOrder(0, 1, 2))
    scorer.score([("a man", "a dog"), ("a dog", "a man"), ("a man", "a dog")])
    assert backend.rows == 2


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("", "b"), "pair 1, text a: the text is empty"),
        (("a", " \n"), "text b: the text is empty"),
        (("a", None), "expected a text, got NoneType"),
        ((3, "b"), "got int 3"),
        (("a\x00b", "b"), "NUL"),
        (("a", "\ud800"), "lone surrogate"),
        (("a", "x" * (MAX_CHARACTERS + 1)), "the limit is"),
        ("ab", "expected two texts"),
        ({"x": 1, "y": 2}, "expected two texts"),
    ],
)
def test_unusable_texts_name_the_pair_and_the_way_out(scorer: Scorer, pair: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        scorer.score([("a", "b"), pair])


@pytest.mark.parametrize("text", ["مرحبا بالعالم", "🙂 🙃", "中文", "e\u0301", "\u202eabc"])
def test_any_script_is_scored(scorer: Scorer, text: str) -> None:
    assert 0 <= scorer.score([(text, "a man")])[0].score <= 1


def test_threshold_and_temperature_are_applied(tiny_exported: Path) -> None:
    plain = load_model(tiny_exported, probe=False, threshold=0.0)
    assert plain.score([PAIRS[1]])[0].flag
    cool = Scorer("cool", plain.encoder, plain.backend, plain.order, Calibration(temperature=1e3, threshold=1.0))
    result = cool.score([PAIRS[1]])[0]
    assert not result.flag
    assert result.score == pytest.approx(1 / 3, abs=0.01)


def test_calibration_by_label_is_applied_in_both_directions_whatever_the_batch(tiny_exported: Path) -> None:
    plain = load_model(tiny_exported, probe=False)
    calibration = Calibration(1.3, scales=(1.5, 0.5, 1.0), biases=(0.0, -1.0, 0.5))
    scorer = Scorer("by label", plain.encoder, plain.backend, plain.order, calibration)
    small = Scorer("by label", plain.encoder, plain.backend, plain.order, calibration, token_budget=64)
    logits, _ = plain.logits(PAIRS)
    backwards, _ = plain.logits([(b, a) for a, b in PAIRS])
    for (a, b), result, there, back in zip(PAIRS, scorer.score(PAIRS), logits, backwards, strict=True):
        if " ".join(a.split()).casefold().rstrip(".!") == " ".join(b.split()).casefold().rstrip(".!"):
            assert (result.ab.contradiction, result.score) == (0.0, 0.0)  # a rule, not the model
            continue
        for side, raw in ((result.ab, there), (result.ba, back)):
            weights = np.exp((raw - raw.mean()) / 1.3 * np.array([1.5, 0.5, 1.0]) + np.array([0.0, -1.0, 0.5]))
            found = (side.entailment, side.neutral, side.contradiction)
            assert found == pytest.approx(weights / weights.sum(), abs=1e-5)
        assert result.score == pytest.approx((result.ab.contradiction + result.ba.contradiction) / 2)
    # Not to the last bit: onnxruntime divides a sum among threads as they are free.
    assert scorer.logits(PAIRS)[0] == pytest.approx(logits, abs=1e-5)
    together = [result.score for result in scorer.score(PAIRS)]
    assert [result.score for result in small.score(PAIRS)] == pytest.approx(together, abs=1e-5)


@dataclass
class Oracle:
    """Knows the label proof's answers, and gives them in the order of `names`."""

    names: tuple[str, str, str]
    wrong: int = 0
    name: str = "onnx"

    def logits(self, batch: Batch) -> NDArray[np.float32]:
        from nli.scoring import _PROBES

        encoder = PairEncoder(build_tokenizer(), 512)
        answers = {encoder.encode(a, b)[0].ids: label for a, b, label in _PROBES}
        rows = np.zeros((len(batch), 3), dtype=np.float32)
        for row, (ids, mask) in enumerate(zip(batch.input_ids, batch.attention_mask, strict=True)):
            label = answers[tuple(int(i) for i in ids[: mask.sum()])]
            rows[row, self.names.index(label)] = 3.0
        if self.wrong:
            rows[:] = rows.mean()
        return rows


def _scorer(oracle: Oracle, claimed: tuple[str, str, str]) -> Scorer:
    order = read_label_order(dict(enumerate(claimed)))
    return Scorer("oracle", PairEncoder(build_tokenizer(), 512), oracle, order)


def test_the_label_proof_accepts_the_true_order_only() -> None:
    true = ("contradiction", "entailment", "neutral")
    _scorer(Oracle(true), true).prove_labels()
    with pytest.raises(LabelError, match="neutral behaves like entailment, entailment behaves like neutral"):
        _scorer(Oracle(true), ("contradiction", "neutral", "entailment")).prove_labels()


def test_the_label_proof_refuses_answers_that_are_chance() -> None:
    true = ("entailment", "neutral", "contradiction")
    with pytest.raises(LabelError, match=r"out right|behaves like"):
        _scorer(Oracle(true, wrong=9), true).prove_labels()


def test_batches_hold_every_pair_once_within_the_budget() -> None:
    lengths = [5, 90, 7, 300, 7, 31, 64, 5]
    batches = list(plan_batches(lengths, 128))
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= 128


def test_score_pairs_takes_a_loaded_model(scorer: Scorer) -> None:
    assert nli.score_pairs(PAIRS[:2], model=scorer) == scorer.score(PAIRS[:2])
    assert nli.score_pairs([], model=scorer) == []


class _Narrow:
    """A backend with room for a few pairs at a time."""

    name = "onnx"

    def __init__(self, most: int) -> None:
        self.most = most
        self.sizes: list[int] = []

    def logits(self, batch: Batch) -> np.ndarray:
        self.sizes.append(len(batch))
        if len(batch) > self.most:
            raise MemoryError
        return batch.input_ids[:, :3].astype(np.float32) + batch.attention_mask.sum(axis=1, keepdims=True)


def test_out_of_memory_halves_the_batch_and_goes_on() -> None:
    encoder = PairEncoder(build_tokenizer(), 64)
    pairs = [(f"the man said {i}", "it did not happen " * (i % 4 + 1)) for i in range(40)]
    order = LabelOrder(0, 1, 2)
    wide, narrow = _Narrow(1000), _Narrow(3)
    expected = Scorer("wide", encoder, wide, order).score(pairs)
    scorer = Scorer("narrow", encoder, narrow, order)
    assert scorer.score(pairs) == expected
    failures = sum(size > 3 for size in narrow.sizes)
    assert 0 < failures < 8  # what was learnt holds for the batches behind
    before = len(narrow.sizes)
    scorer.score(pairs)
    assert not any(size > 3 for size in narrow.sizes[before:])
    with pytest.raises(MemoryError):
        Scorer("none", encoder, _Narrow(0), order).score(pairs)
