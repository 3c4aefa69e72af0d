"""Pairs a second of `Scorer` and of others: same weights, same pairs, one run, taking turns.

    python benchmarks/throughput.py --set DATA/dev/snli.parquet --set DATA/dev/lingnli.parquet --rows 10000 \\
        --repeats 5 --table docs/benchmarks/throughput.md

Every side scores each pair once, premise first, on the CPU, with the model's hints written behind the pairs (`Scorer`
does so itself). The sides take turns, so that a noisy machine is noisy for all of them;
what counts is the ratio. OpenVINO runs if it is installed, its int8 if
nncf is too. The share of the limit is that of `benchmarks/limits.py`,
measured in every round.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from limits import gemm_rate, operations, peak_memory
from numpy.typing import NDArray

from nli.encoding import PairEncoder
from nli.evaluation.run import sample
from nli.evaluation.sets import read_labelled
from nli.hints import SEPARATOR
from nli.labels import LABELS, read_label_order
from nli.models import DEFAULT_MODEL, BackendName, ModelFolder, find_model, load_encoder, load_model

Texts = tuple[str, str]
Predict = Callable[[Sequence[Texts]], NDArray[np.float32]]

SIDES = (
    "CrossEncoder, torch fp32",
    "pipeline, torch fp32",
    "OpenVINO fp32",
    "OpenVINO int8",
    "Scorer, torch fp32",
    "Scorer, onnx",
)
CALIBRATION = 300
"""Pairs by which OpenVINO's int8 measures the ranges of activations."""
LENGTHS = ("short", "mixed", "long")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, action="append", required=True, help="labelled pairs; may be repeated")
    parser.add_argument("--rows", type=int, default=10_000, help="pairs of each length")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--batch-size", type=int, default=32, help="of CrossEncoder, the pipeline and OpenVINO")
    parser.add_argument("--lengths", nargs="+", choices=LENGTHS, default=list(LENGTHS))
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=list(SIDES))
    parser.add_argument("--table", type=Path, help="also write the table here, as Markdown")
    parser.add_argument("--peak", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        report_peak(options)
        return
    sides = load_sides(options)
    lines = ["| pairs | side | pairs a second | range | times CrossEncoder | accuracy | peak memory, MiB |"]
    lines += ["|---|---|---|---|---|---|---|"]
    peaks = {name: peak(options, name) for name in sides}
    shares = []
    for length in options.lengths:
        pairs, truth = pairs_of(options, length)
        rates: dict[str, list[float]] = {name: [] for name in sides}
        limits: list[tuple[float, float]] = []
        accuracy: dict[str, float] = {}
        for repeat in range(options.repeats + 1):
            for name, predict in sides.items():
                part = pairs if repeat else pairs[: 4 * options.batch_size]  # the first round warms up
                started = time.perf_counter()
                logits = predict(part)
                if repeat:
                    rates[name].append(len(part) / (time.perf_counter() - started))
                    accuracy[name] = float((logits.argmax(axis=1) == truth).mean())
            if repeat:
                limits.append((model_limit(options.model, "fp32"), model_limit(options.model, "int8")))
        first = next(iter(sides))
        for name, values in rates.items():
            ratio = statistics.median(ours / theirs for ours, theirs in zip(values, rates[first]))
            lines.append(
                f"| {length} | {name} | {statistics.median(values):.1f} | {min(values):.1f} to {max(values):.1f} | "
                f"{ratio:.2f} | {accuracy[name]:.4f} | {peaks[name]:,.0f} |"
            )
        if "Scorer, onnx" in rates:
            shares.append(share_line(options.model, length, pairs, rates["Scorer, onnx"], limits))
    said = (
        f"{len(pairs)} pairs of each length, {options.repeats} rounds, median; {os.cpu_count()} cores, "
        f"{platform.processor() or platform.machine()}, model {options.model}."
    )
    text = "\n".join([said, "", *lines, "", *shares]) + "\n"
    print(text)
    if options.table is not None:
        options.table.parent.mkdir(parents=True, exist_ok=True)
        options.table.write_text(text, encoding="utf-8")


def pairs_of(options: argparse.Namespace, length: str) -> tuple[list[Texts], NDArray[np.int64]]:
    """Pairs of one length: `short` ones of at most 16 words a text, as they come (`mixed`), or with a premise that is
    preceded by other premises up to 60 words (`long`; what stands before it does not change what is true of it)."""
    sets = [sample(read_labelled(path), 10 * options.rows) for path in options.set]
    pairs = [pair for one in sets for pair in one.pairs]
    labels = [LABELS.index(label) for one in sets for label in one.labels]
    order = np.random.default_rng(0).permutation(len(pairs))
    chosen: list[int] = []
    for index in order:
        a, b = pairs[index]
        if length != "short" or max(len(a.split()), len(b.split())) <= 16:
            chosen.append(int(index))
        if len(chosen) == options.rows:
            break
    taken = [pairs[index] for index in chosen]
    if length == "long":
        others = [a for a, _ in taken]
        taken = [(lengthened(a, others, position), b) for position, (a, b) in enumerate(taken)]
    return taken, np.array([labels[index] for index in chosen])


def lengthened(text: str, others: Sequence[str], position: int) -> str:
    """A text behind others, up to 60 words."""
    before: list[str] = []
    room = 60 - len(text.split())
    for step in range(1, len(others)):
        other = others[(position + step) % len(others)]
        room -= len(other.split())
        if room < 0:
            break
        before.append(other)
    return " ".join([*before, text])


def load_sides(options: argparse.Namespace) -> dict[str, Predict]:
    """The sides that are asked for and installed."""
    loaders: dict[str, Callable[[argparse.Namespace], Predict]] = {
        SIDES[0]: cross_encoder,
        SIDES[1]: pipeline,
        SIDES[2]: openvino,
        SIDES[3]: openvino_int8,
        SIDES[4]: scorer("torch"),
        SIDES[5]: scorer("onnx"),
    }
    sides = {}
    for name in options.sides:
        try:
            sides[name] = loaders[name](options)
        except ImportError as error:
            print(f"{name}: left out ({error})", file=sys.stderr)
    return sides


def scorer(backend: BackendName) -> Callable[[argparse.Namespace], Predict]:
    """Our own side."""

    def load(options: argparse.Namespace) -> Predict:
        loaded = load_model(options.model, backend=backend)
        return lambda pairs: loaded.logits(pairs)[0]

    return load


def hinted(encoder: PairEncoder, pairs: Sequence[Texts]) -> list[Texts]:
    """The pairs with their hints written out, as the model was trained on them."""
    return [(a, f"{b} {SEPARATOR} {hint}" if (hint := encoder.hint(a, b)) else b) for a, b in pairs]


def order_of(folder: ModelFolder) -> list[int]:
    """Where a model's outputs for entailment, neutral and contradiction stand."""
    return list(read_label_order(folder.config.get("id2label")).positions)


def cross_encoder(options: argparse.Namespace) -> Predict:
    from sentence_transformers import CrossEncoder

    folder = find_model(options.model)
    encoder, order = load_encoder(folder), order_of(folder)
    reference = CrossEncoder(str(folder.path), device="cpu", max_length=encoder.max_length)

    def predict(pairs: Sequence[Texts]) -> NDArray[np.float32]:
        logits = reference.predict(hinted(encoder, pairs), batch_size=options.batch_size, show_progress_bar=False)
        return np.asarray(logits, dtype=np.float32)[:, order]

    return predict


def pipeline(options: argparse.Namespace) -> Predict:
    from transformers import pipeline as build

    folder = find_model(options.model)
    encoder = load_encoder(folder)
    classify = build("text-classification", model=str(folder.path), device="cpu", top_k=None)

    def predict(pairs: Sequence[Texts]) -> NDArray[np.float32]:
        inputs = [{"text": a, "text_pair": b} for a, b in hinted(encoder, pairs)]
        found = classify(inputs, batch_size=options.batch_size, truncation=True, max_length=encoder.max_length)
        named: Any = found  # one list a pair, since all labels are asked for
        scores = [{one["label"].lower(): one["score"] for one in labels} for labels in named]
        return np.array([[score[label] for label in LABELS] for score in scores], dtype=np.float32)

    return predict


def openvino_int8(options: argparse.Namespace) -> Predict:
    """The same quantised by nncf, as `CrossEncoder`'s `openvino-qint8` is: static, all MatMuls."""
    return openvino(options, int8=True)


def openvino(options: argparse.Namespace, *, int8: bool = False) -> Predict:
    """The torch weights in OpenVINO, sorted by length and padded in batches as CrossEncoder does."""
    import openvino as ov
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = find_model(options.model)
    encoder, order = load_encoder(folder), order_of(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder.path, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder.path)
    example = dict(tokenizer([("a b", "c d")], return_tensors="pt"))
    converted = ov.convert_model(model, example_input=example)
    if int8:
        import nncf

        pairs = [pair for length in LENGTHS for pair in pairs_of(options, length)[0][: CALIBRATION // len(LENGTHS)]]
        fed = [
            dict(tokenizer([pair], truncation=True, max_length=encoder.max_length, return_tensors="np"))
            for pair in hinted(encoder, pairs)
        ]
        converted = nncf.quantize(
            converted, nncf.Dataset(fed), model_type=nncf.ModelType.TRANSFORMER, subset_size=len(fed)
        )
    compiled = ov.Core().compile_model(
        converted, "CPU", {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": "f32"}
    )
    names = [port.get_any_name() for port in compiled.inputs]

    def predict(pairs: Sequence[Texts]) -> NDArray[np.float32]:
        written = hinted(encoder, pairs)
        positions = sorted(range(len(written)), key=lambda i: -len(written[i][0]) - len(written[i][1]))
        out = np.empty((len(written), 3), dtype=np.float32)
        queue = ov.AsyncInferQueue(compiled)
        queue.set_callback(lambda request, where: out.__setitem__(where, request.get_output_tensor(0).data))
        for start in range(0, len(positions), options.batch_size):
            where = positions[start : start + options.batch_size]
            batch = [written[i] for i in where]
            fed = tokenizer(batch, padding=True, truncation=True, max_length=encoder.max_length, return_tensors="np")
            queue.start_async({name: fed[name] for name in names}, where)
        queue.wait_all()
        return out[:, order]

    return predict


def peak(options: argparse.Namespace, name: str) -> float:
    """Peak memory of one side in MiB, in a process of its own."""
    line = [sys.executable, *sys.argv, "--peak", name]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def report_peak(options: argparse.Namespace) -> None:
    options.sides = [options.peak]
    pairs, _ = pairs_of(options, options.lengths[-1])
    load_sides(options)[options.peak](pairs[: min(len(pairs), 500)])
    print(peak_memory())


def model_limit(model: str, kind: str) -> float:
    """Operations a second of the model's two kinds of products, weighted as they occur in it."""
    config = find_model(model).config
    width, inner = config["hidden_size"], config["intermediate_size"]
    square, wide = gemm_rate(kind, width, width, seconds=0.3), gemm_rate(kind, width, inner, seconds=0.3)
    ours, theirs = 4 * width * width, 2 * width * inner
    return float((ours + theirs) / (ours / square + theirs / wide))


def share_line(
    model: str, length: str, pairs: Sequence[Texts], rates: Sequence[float], limits: Sequence[tuple[float, float]]
) -> str:
    """Which share of the machine's rate the int8 model reaches; embeddings, softmax and all else count as idle."""
    folder = find_model(model)
    encoder = load_encoder(folder)
    config = folder.config
    total = sum(
        operations(
            len(window.ids),
            len(window.ids),
            layers=config["num_hidden_layers"],
            width=config["hidden_size"],
            inner=config["intermediate_size"],
        )
        for a, b in pairs
        for window in encoder.encode(a, b)
    )
    reached = statistics.median(rates) * total / len(pairs)
    fp32, int8 = (statistics.median(values) for values in zip(*limits))
    return (
        f"{length}: {reached / 1e9:.0f} GOP/s in the model; matrix products alone reach {int8 / 1e9:.0f} in int8 and "
        f"{fp32 / 1e9:.0f} in fp32 on this machine: {reached / int8:.0%} of the int8 limit."
    )


if __name__ == "__main__":
    main()
