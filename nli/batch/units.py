"""Rows of a table as work: each distinct pair once, pairs of like length together.

How rows become units depends on the rows alone, never on who scores them or when, so that any number of workers, on
one machine or many, gives the same numbers to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, runtime_checkable

from nli.batch.tables import Row, clip
from nli.errors import JobError
from nli.records import PairScore

Texts = tuple[str, str]

UNIT_PAIRS = 128
"""Pairs of a unit: large enough for full batches, small enough that the last ones keep all workers busy."""
UNIT_CHARACTERS = 100_000
"""A unit ends early when its texts reach this length."""


@runtime_checkable
class PairScorer(Protocol):
    """What scores the pairs; `nli.scoring.Scorer` is one."""

    def score(self, pairs: Sequence[Texts]) -> list[PairScore]:
        """One score a pair, in order."""


Tag = TypeVar("Tag")


@dataclass(frozen=True, slots=True)
class Chunk(Generic[Tag]):
    """Usable rows of a table that are scored together.

    Attributes:
        tag: what the caller wants to know when they are scored.
        table: its name, for messages.
        rows: the rows.
    """

    tag: Tag
    table: str
    rows: Sequence[Row]


@runtime_checkable
class Engine(Protocol):
    """Scores chunk after chunk."""

    def scored(self, chunks: Iterable[Chunk[Tag]]) -> Iterator[tuple[Chunk[Tag], list[PairScore]]]:
        """Each chunk with one score a row, in the order of the chunks; some may be read ahead."""


class Division:
    """The units of a chunk, and the way back from their scores to its rows."""

    def __init__(self, pairs: Sequence[Texts]) -> None:
        # A pair and its reverse stand side by side, since they take the same two runs of the model.
        distinct = sorted(dict.fromkeys(pairs), key=_order)
        self.units: list[list[Texts]] = []
        self._place: dict[Texts, tuple[int, int]] = {}
        characters = 0
        before: tuple[str, ...] | None = None
        for pair in distinct:
            key = _key(pair)
            full = not self.units or len(self.units[-1]) >= UNIT_PAIRS or characters >= UNIT_CHARACTERS
            if full and key != before:
                self.units.append([])
                characters = 0
            self._place[pair] = (len(self.units) - 1, len(self.units[-1]))
            self.units[-1].append(pair)
            characters += len(pair[0]) + len(pair[1])
            before = key
        self._pairs = pairs

    def gather(self, scores: Sequence[Sequence[PairScore]]) -> list[PairScore]:
        """The scores of the units as scores of the rows."""
        return [scores[unit][index] for unit, index in map(self._place.__getitem__, self._pairs)]


class InProcess:
    """Scores in this process, one chunk at a time."""

    def __init__(self, scorer: PairScorer) -> None:
        self._scorer = scorer

    def scored(self, chunks: Iterable[Chunk[Tag]]) -> Iterator[tuple[Chunk[Tag], list[PairScore]]]:
        """See `Engine.scored`."""
        for chunk in chunks:
            yield chunk, score_rows(self._scorer, chunk.table, chunk.rows)


def score_rows(scorer: PairScorer, table: str, rows: Sequence[Row]) -> list[PairScore]:
    """One score a row, in order.

    Raises:
        JobError: naming the row that needs more memory than there is.
    """
    division = Division([(row.a, row.b) for row in rows])
    try:
        return division.gather([_score(scorer, unit) for unit in division.units])
    except _TooLarge as error:
        raise JobError(
            f"{where(table, rows, error.pair)} cannot be scored: there was not enough memory; take the row out, or "
            "free memory"
        ) from None


def where(table: str, rows: Sequence[Row], pair: Texts) -> str:
    """The first row that holds a pair, in words."""
    row = next(row for row in rows if (row.a, row.b) == pair)
    line = f", line {row.line}" if row.line is not None else ""
    return f"{table}, row {row.number}{line} ({clip(pair[0], 60)!r})"


class _TooLarge(Exception):
    """A pair that exceeds the memory."""

    def __init__(self, pair: Texts) -> None:
        super().__init__(pair)
        self.pair = pair


def _score(scorer: PairScorer, pairs: Sequence[Texts]) -> list[PairScore]:
    try:
        return scorer.score(pairs)
    except MemoryError:
        if len(pairs) == 1:
            raise _TooLarge(pairs[0]) from None
    half = len(pairs) // 2
    return _score(scorer, pairs[:half]) + _score(scorer, pairs[half:])


def _key(pair: Texts) -> tuple[str, str]:
    a, b = pair
    return (a, b) if a <= b else (b, a)


def _order(pair: Texts) -> tuple[int, tuple[str, str], Texts]:
    return len(pair[0]) + len(pair[1]), _key(pair), pair
