"""Tables that the `datasets` library knows, as input of a job in a folder. The network is not used."""

from __future__ import annotations

import datasets
import pyarrow.parquet as pq
import pytest

from nli.cli.hub_tables import local_tables
from nli.errors import TableError


@pytest.fixture
def saved(tmp_path):
    table = datasets.Dataset.from_dict({"premise": ["x", "y"], "hypothesis": ["v", "w"], "label": [0, 2]})
    splits = datasets.DatasetDict({"train": table, "test": table.select([1])})
    splits.save_to_disk(str(tmp_path / "copy"))
    table.save_to_disk(str(tmp_path / "one"))
    return tmp_path


def test_a_local_copy_becomes_a_file_of_the_job(saved):
    out = str(saved / "scored")
    (file,) = local_tables([f"datasets:{saved}/copy@test"], out)
    assert pq.read_table(file).to_pylist() == [{"premise": "y", "hypothesis": "w", "label": 2}]
    assert file.startswith(f"{saved}/scored/__inputs/")
    (one,) = local_tables([f"datasets:{saved}/one"], out)
    assert pq.read_table(one).num_rows == 2
    # A job that is resumed needs the copy no more.
    (saved / "copy").rename(saved / "gone")
    assert local_tables([f"datasets:{saved}/copy@test", "other.csv"], out) == [file, "other.csv"]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("datasets:{}/copy", "has the splits train, test; say which"),
        ("datasets:{}/copy@dev", "has no split 'dev'; it has train, test"),
        ("datasets:", "names no data set"),
    ],
)
def test_what_cannot_be_found(saved, name, word):
    with pytest.raises(TableError, match=word):
        local_tables([name.format(saved)], str(saved / "scored"))


def test_a_data_set_that_does_not_exist(saved, monkeypatch):
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    with pytest.raises(TableError, match="nobody/nothing cannot be had"):
        local_tables(["datasets:nobody/nothing"], str(saved / "scored"))
