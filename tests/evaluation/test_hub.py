"""Sets by name, read from copies in the format in which the hub has them: Parquet files and a README with YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets
import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Value

from nli.errors import DataError, TableError
from nli.evaluation.hub import Where, own_sets, read_set
from nli.evaluation.presets import PRESETS
from nli.evaluation.sets import Columns

THREE = ["entailment", "neutral", "contradiction"]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


def publish(
    folder: Path, splits: dict[str, list[dict[str, Any]]], names: list[str] | None, config: str = "default"
) -> Path:
    """Write a dataset as the hub has it."""
    first = next(iter(splits.values()))[0]
    kinds: dict[str, Any] = {
        key: Value("string" if isinstance(value, str) else "int64") for key, value in first.items()
    }
    if names is not None:
        kinds["label"] = ClassLabel(names=names)
    features = Features(kinds)
    (folder / config).mkdir(parents=True)
    lines = ["---", "configs:", f"- config_name: {config}", "  data_files:"]
    for split, rows in splits.items():
        Dataset.from_list(rows, features=features).to_parquet(folder / config / f"{split}-00000-of-00001.parquet")
        lines += [f"  - split: {split}", f"    path: {config}/{split}-*"]
    (folder / "README.md").write_text("\n".join([*lines, "---", ""]))
    return folder


def premise_hypothesis(label: int, **more: object) -> dict[str, Any]:
    return {"premise": f"a man {label}", "hypothesis": "a dog", "label": label, **more}


def test_snli_with_its_unlabelled_rows(tmp_path: Path) -> None:
    rows = [premise_hypothesis(label) for label in (0, 1, 2, -1)]
    publish(tmp_path / "stanfordnlp/snli", {"test": rows, "train": rows}, THREE, "plain_text")
    found = read_set("snli", Where(copies=tmp_path))
    assert found.labels == ("entailment", "neutral", "contradiction")
    assert (found.name, found.dropped, found.total) == ("snli", 1, 3)
    assert any("labelled '-1' left out: 1" in note for note in found.notes)
    assert len(found.sha256) == 64


def test_multi_nli_has_genres_as_slices_and_prompts_as_groups(tmp_path: Path) -> None:
    rows = [premise_hypothesis(label, genre="letters", promptID=7) for label in (0, 1, 2)]
    parts = {"train": rows, "validation_matched": rows, "validation_mismatched": rows[:2]}
    publish(tmp_path / "nyu-mll/multi_nli", parts, THREE)
    found = read_set("multi_nli", Where(copies=tmp_path))
    assert found.slices == ("letters", "letters")
    assert found.groups == ("7", "7")
    assert len(read_set("multi_nli", Where(copies=tmp_path, splits=("validation_matched",))).pairs) == 3


def test_the_rounds_of_anli_are_slices(tmp_path: Path) -> None:
    parts = {f"test_r{n}": [premise_hypothesis(n - 1, uid="x", reason="")] for n in (1, 2, 3)}
    publish(tmp_path / "facebook/anli", parts, THREE, "plain_text")
    found = read_set("anli", Where(copies=tmp_path))
    assert found.slices == ("test_r1", "test_r2", "test_r3")
    assert found.labels == ("entailment", "neutral", "contradiction")


def test_hans_is_two_way_and_says_so(tmp_path: Path) -> None:
    rows = [premise_hypothesis(n % 2, heuristic="subsequence", template=f"t{n}") for n in range(4)]
    publish(tmp_path / "jhu-cogsci/hans", {"validation": rows}, ["entailment", "non-entailment"])
    found = read_set("hans", Where(copies=tmp_path))
    assert found.two_way
    assert found.classes == ("entailment", "not_entailment")
    assert found.labels[:2] == ("entailment", "not_entailment")
    assert found.groups == ("t0", "t1", "t2", "t3")
    assert any("two-way" in note for note in found.notes)


def test_glue_rte_vitaminc_and_sick(tmp_path: Path) -> None:
    rte = [{"sentence1": "a man", "sentence2": "a dog", "label": n, "idx": n} for n in (0, 1)]
    publish(tmp_path / "nyu-mll/glue", {"validation": rte}, ["entailment", "not_entailment"], "rte")
    assert read_set("glue/rte", Where(copies=tmp_path)).labels == ("entailment", "not_entailment")
    words = ("SUPPORTS", "REFUTES", "NOT ENOUGH INFO")
    vitaminc = [{"claim": "a dog", "evidence": "a man", "label": word, "page": "Dogs"} for word in words]
    publish(tmp_path / "tals/vitaminc", {"test": vitaminc}, None)
    found = read_set("vitaminc", Where(copies=tmp_path))
    assert found.pairs[0] == ("a man", "a dog")
    assert found.labels == ("entailment", "contradiction", "neutral")
    assert found.groups == ("Dogs",) * 3
    sick = [{"sentence_A": "a man", "sentence_B": "a dog", "label": n} for n in (0, 1, 2)]
    publish(tmp_path / "RobZamp/sick", {"test": sick}, THREE)
    assert read_set("sick", Where(copies=tmp_path)).labels == ("entailment", "neutral", "contradiction")


def test_every_preset_is_read_in_some_test_above() -> None:
    assert set(PRESETS) == {"snli", "multi_nli", "anli", "hans", "vitaminc", "sick", "glue/rte"}


def test_any_dataset_with_its_columns_and_labels_mapped(tmp_path: Path) -> None:
    rows = [{"text": "a man", "claim": "a dog", "verdict": verdict, "kind": "x"} for verdict in ("yes", "no", "skip")]
    place = publish(tmp_path / "me/own", {"test": rows, "train": rows}, None)
    columns = Columns(
        ("text", "claim"), "verdict", "kind", meanings={"yes": "entailment", "no": "contradiction", "skip": "-"}
    )
    for name, copies in (("me/own", tmp_path), (str(place), None)):
        found = read_set(name, Where(columns, copies=copies))
        assert found.labels == ("entailment", "contradiction")
        assert found.slices == ("x", "x")
        assert found.dropped == 1
    with pytest.raises(DataError, match="has no column 'sort'"):
        read_set(str(place), Where(Columns(("text", "claim"), "verdict", "sort")))
    with pytest.raises(DataError, match=r"row 1: 'yes' is not an NLI label.*--labels"):
        read_set(str(place), Where(Columns(("text", "claim"), "verdict")))
    with pytest.raises(TableError, match="none of the known pairs of text columns"):
        read_set(str(place))


def test_numbers_without_names_must_be_named(tmp_path: Path) -> None:
    place = publish(tmp_path / "numbers", {"test": [premise_hypothesis(n) for n in (0, 1, 2)]}, None)
    with pytest.raises(DataError, match=r"row 1: 0 is not an NLI label.*--labels 0=entailment"):
        read_set(str(place))
    meanings = {"0": "contradiction", "1": "neutral", "2": "entailment"}
    assert read_set(str(place), Where(Columns(meanings=meanings))).labels == ("contradiction", "neutral", "entailment")


def test_a_dataset_saved_to_disk(tmp_path: Path) -> None:
    one = Dataset.from_list([premise_hypothesis(n) for n in (0, 1)])
    one = one.cast_column("label", ClassLabel(names=THREE))
    DatasetDict(test=one).save_to_disk(tmp_path / "saved")
    assert read_set(str(tmp_path / "saved")).labels == ("entailment", "neutral")


def test_what_is_not_there(tmp_path: Path) -> None:
    publish(tmp_path / "me/own", {"train": [premise_hypothesis(0)]}, THREE)
    for name, where, said in (
        ("nothing", Where(), "no set 'nothing'.*snli"),
        ("me/other", Where(copies=tmp_path), "has no copy of me/other"),
        ("me/own", Where(copies=tmp_path), "neither a test nor a validation split; its splits are train"),
        ("me/own", Where(copies=tmp_path, splits=("dev",)), "has no split dev; its splits are train"),
        ("article", Where(splits=("test",)), "is a file; a configuration or a split is of datasets only"),
    ):
        with pytest.raises(DataError, match=said):
            read_set(name, where)
    with pytest.raises(TableError, match=r"cannot be read: ValueError: BuilderConfig 'x' not found.*--copies"):
        read_set("me/own", Where(copies=tmp_path, config="x"))
    with pytest.raises(TableError, match=r"none\.jsonl"):
        read_set(str(tmp_path / "none.jsonl"))


def test_the_sets_of_this_project_go_by_name() -> None:
    assert read_set("article").sha256 == read_set(str(own_sets()["article"])).sha256


def test_lists_of_claims_are_no_sets() -> None:
    assert {"article", "news"} <= set(own_sets())
    assert "article_claims" not in own_sets()
