from __future__ import annotations

import subprocess
import sys

import nli


def test_the_public_names_are_these_and_no_others() -> None:
    assert sorted(nli.__all__) == [
        "ArticleReport",
        "Claim",
        "NliError",
        "PairScore",
        "Probabilities",
        "Scorer",
        "check_article",
        "evaluate",
        "load_model",
        "score_pairs",
    ]
    assert all(hasattr(nli, name) for name in nli.__all__)


def test_importing_the_package_is_light() -> None:
    heavy = ("torch", "transformers", "spacy", "datasets", "onnxruntime", "pandas", "sklearn", "scipy", "pyarrow")
    code = f"import sys, nli; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
