"""Which of many texts are near enough to each other to be worth comparing: N texts give at most N·k pairs.

The nearest by the cosine of their embeddings are found by a graph of neighbours (HNSW, Malkov and Yashunin 2016,
https://arxiv.org/abs/1603.09320), and put in order by that cosine together with the one of their words' tf-idf weights,
since names and numbers, which make a statement that statement, weigh little in an embedding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Gives texts their places: an array of one row of length 1 for each text, in their order."""

BLOCK = 2048
"""Texts that are embedded, and looked up, at a time."""

_REACH = 3
"""So many times the neighbours wanted are looked at before words decide which they are."""
_CONNECTIVITY = 32
_EXPANSION = 200
_WIDER = 4
"""So many times the neighbours looked at are searched: by as many as wanted the graph misses one in twenty of them."""


@dataclass(frozen=True, slots=True)
class NearPairs:
    """Pairs of texts by their places, `a` before `b`, in order; `similarity` at most 1, higher for nearer."""

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    similarity: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.a)


def near_pairs(
    texts: Sequence[str],
    embed: Embed,
    *,
    neighbours: int,
    least: float,
    progress: Callable[[int, float | None], None] | None = None,
) -> NearPairs:
    """The pairs of each text and its nearest.

    The same texts give the same pairs: the graph is built by one thread, in their order.

    Args:
        texts: all different.
        embed: gives them their places.
        neighbours: how many nearest each text is paired with, at least 1; approximately, since the graph finds about 99
            in 100 of them.
        least: pairs of a lower similarity, the mean of the two cosines, are left out.
        progress: is told how many texts are embedded, and which part of them.
    """
    if len(texts) < 2:
        return NearPairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
    index, vectors = _build(texts, embed, progress)
    words = _Words(texts)
    keys: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float32]] = []
    reach = min(_REACH * neighbours + 1, len(texts))
    index.expansion_search = max(_WIDER * reach, 64)
    for start in range(0, len(texts), BLOCK):
        found = index.search(vectors[start : start + BLOCK], reach)
        ours, theirs, cosine = _flat(found, start)
        # In half precision the product of two equal vectors may exceed 1.
        similarity = np.minimum((cosine + words.cosine(ours, theirs)) / 2, 1.0).astype(np.float32)
        kept = _best(ours, similarity, neighbours) & (similarity >= least)
        low, high = np.minimum(ours, theirs)[kept], np.maximum(ours, theirs)[kept]
        keys.append(low * len(texts) + high)
        values.append(similarity[kept])
    unique, first = np.unique(np.concatenate(keys), return_index=True)
    return NearPairs(unique // len(texts), unique % len(texts), np.concatenate(values)[first])


def _build(
    texts: Sequence[str], embed: Embed, progress: Callable[[int, float | None], None] | None
) -> tuple[Any, NDArray[np.float16]]:
    """The graph of the texts, and their places in half precision."""
    from usearch.index import Index

    index: Any = None
    parts = []
    for start in range(0, len(texts), BLOCK):
        rows = embed(texts[start : start + BLOCK]).astype(np.float16)
        if index is None:
            index = Index(
                ndim=rows.shape[1],
                metric="ip",
                dtype="f16",
                connectivity=_CONNECTIVITY,
                expansion_add=_EXPANSION,
            )
        index.add(np.arange(start, start + len(rows), dtype=np.uint64), rows, threads=1)
        parts.append(rows)
        if progress is not None:
            progress(start + len(rows), (start + len(rows)) / len(texts))
    return index, np.concatenate(parts)


def _flat(found: Any, start: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """The matches of a block as (text, neighbour, cosine), without each text itself."""
    # Of a block of one text usearch gives the matches without the outer dimension.
    keys, distances = np.atleast_2d(found.keys), np.atleast_2d(found.distances)
    counts = np.atleast_1d(getattr(found, "counts", len(found)))
    rows = np.arange(start, start + len(keys))
    there = np.arange(keys.shape[1]) < counts[:, None]
    ours = np.repeat(rows, keys.shape[1]).reshape(keys.shape)[there]
    theirs = keys[there].astype(np.int64)
    cosine = 1.0 - distances[there].astype(np.float32)
    other = ours != theirs
    return ours[other], theirs[other], cosine[other]


def _best(groups: NDArray[np.int64], values: NDArray[np.float32], most: int) -> NDArray[np.bool_]:
    """Which entries are among the `most` highest of their group; groups are in ascending order."""
    order = np.lexsort((-values, groups))
    ranked = groups[order]
    rank = np.arange(len(groups)) - np.searchsorted(ranked, ranked)
    kept = np.zeros(len(groups), dtype=np.bool_)
    kept[order[rank < most]] = True
    return kept


class _Words:
    """The words of texts, each weighed by how few texts have it."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        count = TfidfVectorizer(sublinear_tf=True, stop_words="english", token_pattern=r"(?u)\b\w+\b", dtype=np.float32)
        try:
            self._rows: Any = count.fit_transform(texts)
        except ValueError:  # there is not one word in them
            self._rows = None

    def cosine(self, ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> NDArray[np.float32]:
        """Of the texts at two lists of places, pairwise, in [0, 1]."""
        if self._rows is None:
            return np.zeros(len(ours), dtype=np.float32)
        parts = [self._rows[a].multiply(self._rows[b]).sum(axis=1) for a, b in _slices(ours, theirs)]
        return np.concatenate([np.asarray(part, dtype=np.float32).ravel() for part in parts])


def _slices(*arrays: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.int64], ...]]:
    for start in range(0, max(len(arrays[0]), 1), 32 * BLOCK):
        yield tuple(array[start : start + 32 * BLOCK] for array in arrays)
