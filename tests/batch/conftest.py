from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from score_with_fake import FakeScorer

from nli.batch import JobOptions, JobSummary, score_table


@pytest.fixture
def scorer() -> FakeScorer:
    return FakeScorer()


@pytest.fixture
def run(tmp_path: Path, scorer: FakeScorer) -> Callable[..., JobSummary]:
    """Score a table by name, in the test's folder."""

    def run(source: str, target: str = "out.jsonl", **options: Any) -> JobSummary:
        return score_table(tmp_path / source, tmp_path / target, scorer, JobOptions(**options))

    return run


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], list[dict[str, Any]]]:
    """The rows of a text table by name."""

    def read(name: str) -> list[dict[str, Any]]:
        path = tmp_path / name
        data = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
        text = data.decode()
        if ".jsonl" in name:
            return [json.loads(line) for line in text.split("\n") if line]
        delimiter = "\t" if ".tsv" in name else ","
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))

    return read


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Put a file into the test's folder: bytes, a text, or rows as JSON Lines."""

    def write(name: str, content: bytes | str | list[Any]) -> Path:
        path = tmp_path / name
        if isinstance(content, list):
            content = "".join(json.dumps(row) + "\n" for row in content)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return write


@pytest.fixture
def hidden(tmp_path: Path) -> Callable[[], list[str]]:
    """Names of files left half-written."""
    return lambda: sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("."))
