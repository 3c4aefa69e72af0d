from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

SUBJECTS = ("man", "woman", "dog", "cat")
PLACES = ("in the park", "in the house")


def rows(copies: int) -> list[dict[str, str]]:
    """Pairs that a model of two layers can learn: same, other and denied statements."""
    made = []
    for copy in range(copies):
        for subject in SUBJECTS:
            for place in PLACES:
                text = f"the {subject} is sleeping {place}"
                group = f"{subject}-{place}-{copy}"
                for b, label in (
                    (f"the {subject} is sleeping", "entailment"),
                    (f"the {subject} is red", "neutral"),
                    (f"the {subject} is not sleeping", "contradiction"),
                ):
                    made.append({"premise": text, "hypothesis": b, "label": label, "group": group})
    return made


def write_set(path: Path, values: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(values), path)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with two training sets and one dev set."""
    write_set(tmp_path / "data/train/one.parquet", rows(2))
    write_set(tmp_path / "data/train/two.parquet", rows(1))
    write_set(tmp_path / "data/dev/held.parquet", rows(1))
    return tmp_path / "data"


@pytest.fixture
def recipe_text(tiny_bert: Path) -> str:
    return f"""
name = "tiny"
base = "{tiny_bert}"
seed = 1
hints = ["numbers"]
[data]
balanced = ["two"]
[data.sets]
one = "all"
two = 12
[data.generated]
identical = 4
swapped_contradictions = 4
unrelated = 2
[dev]
sets = ["held"]
rows = 12
[training]
epochs = 1
batch_size = 8
learning_rate = 1e-3
max_length = 48
evaluate_every = 5
save_every = 3
"""
