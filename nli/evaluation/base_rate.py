"""All pairs of statements of articles whose disputes are labelled: the base rate that users meet.

A labelled set of chosen pairs is a third contradictions; of all pairs of statements of a real article next to none are.
Here every two sentences of an article are a pair. It is a contradiction if one voices a side of a dispute and the other
the other side, and `neutral` otherwise, which here only means that nobody may flag it: statements of one side may well
entail each other.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from nli.article.reading import Article, read_article
from nli.errors import DataError, first_line

_END = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+(?=[\"“‘'(\[]*[A-Z0-9])")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|St|No|Jan|Feb|Aug|Sept|Oct|Nov|Dec|[A-Z])\.$")
_LEAST_WORDS = 4


class _Passage(BaseModel):
    model_config = ConfigDict(extra="ignore")
    quote: str


class _Labels(BaseModel):
    model_config = ConfigDict(extra="ignore")
    article: str
    part: str = ""
    disputes: list[dict[str, Any]]


def sentences(article: Article) -> list[tuple[int, int]]:
    """Where the sentences of an article begin and end, headings included; without those of fewer than four words."""
    found = []
    for paragraph in article.paragraphs:
        text = article.text[paragraph.start : paragraph.end]
        start = 0
        ends = [match.end() for match in _END.finditer(text) if not _ABBREVIATION.search(text[: match.start()])]
        for end in [*ends, len(text)]:
            piece = text[start:end]
            if len(piece.split()) >= _LEAST_WORDS:
                lead = len(piece) - len(piece.lstrip())
                found.append((paragraph.start + start + lead, paragraph.start + start + len(piece.rstrip())))
            start = end
    return found


def all_pairs(labels: Path, *, part: str | None = None, first: int | None = None) -> Iterator[dict[str, str]]:
    """Every two sentences of every labelled article, as rows of a labelled set.

    Args:
        labels: JSON lines, one article each: `article` (a file beside it), `part`, and `disputes`, each with the
            passages `for` and `against` it, as exact quotes.
        part: only articles of this part.
        first: only so many lines of the file.

    Yields:
        Rows with id, a, b (in the order of the article), label, slice and group (the article).

    Raises:
        DataError: if a line is none of these, or a quote does not stand in its article; ArticleError: if an article
            cannot be read.
    """
    try:
        lines = labels.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot read {labels}: {error}; name the file of labelled articles") from error
    for number, line in enumerate(lines[:first], start=1):
        if not line.strip():
            continue
        try:
            record = _Labels.model_validate_json(line)
            sides = [
                tuple([_Passage.model_validate(one).quote for one in dispute[side]] for side in ("for", "against"))
                for dispute in record.disputes
            ]
        except (ValidationError, KeyError, TypeError) as error:
            raise DataError(f"{labels}, line {number}: no labelled article ({first_line(error)})") from None
        if part is not None and record.part != part:
            continue
        article = read_article(labels.parent / record.article)
        spans = sentences(article)
        opposed = {
            frozenset((one, other))
            for ours, theirs in sides
            for one in _holding(article, spans, ours, labels, number)
            for other in _holding(article, spans, theirs, labels, number)
            if one != other
        }
        name = Path(record.article).stem
        for one, other in itertools.combinations(range(len(spans)), 2):
            against = frozenset((one, other)) in opposed
            yield {
                "id": f"{name}-{one + 1:02}-{other + 1:02}",
                "a": _text(article, spans[one]),
                "b": _text(article, spans[other]),
                "label": "contradiction" if against else "neutral",
                "slice": "dispute" if record.disputes else "no dispute",
                "group": name,
            }


def write_all_pairs(labels: Path, target: Path, *, part: str | None = None, first: int | None = None) -> dict[str, int]:
    """Write `all_pairs` as JSON lines; returns how many rows have each label."""
    counts: dict[str, int] = {}
    lines = []
    for row in all_pairs(labels, part=part, first=first):
        counts[row["label"]] = counts.get(row["label"], 0) + 1
        lines.append(json.dumps(row, ensure_ascii=False) + "\n")
    if not lines:
        fault = f"has no article of the part {part!r}; leave the part out"
        if part is None:
            fault = "gives no pairs; it needs an article of two sentences"
        raise DataError(f"{labels} {fault}")
    target.write_text("".join(lines), encoding="utf-8")
    return counts


def _holding(
    article: Article, spans: list[tuple[int, int]], quotes: list[str], labels: Path, line: int
) -> Iterator[int]:
    """Numbers of the sentences in which quotes stand; a quote over several sentences stands in each of them."""
    for quote in quotes:
        start = article.text.find(quote)
        if start < 0:
            raise DataError(f"{labels}, line {line}: {quote!r} does not stand in {article.source}; quote it exactly")
        end = start + len(quote)
        yield from (index for index, (first, last) in enumerate(spans) if first < end and start < last)


def _text(article: Article, span: tuple[int, int]) -> str:
    return " ".join(article.text[span[0] : span[1]].split())
