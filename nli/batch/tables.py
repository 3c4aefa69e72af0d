"""What passes between the readers of tables, the scoring and the writers of tables.

A reader turns a table into rows, each either usable (`Row`) or not (`BadRow`, with its reason); a writer puts usable
rows back with the scores in columns behind their own. Neither knows the other: any kind of table can become any other.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from nli.errors import InputError, TableError
from nli.records import AttributedScore, PairScore
from nli.scoring import check_text

ADDED_COLUMNS = (
    "entailment_ab",
    "neutral_ab",
    "contradiction_ab",
    "entailment_ba",
    "neutral_ba",
    "contradiction_ba",
    "score",
    "flag",
    "label",
    "truncated",
)
"""The columns that scoring adds to a table, in this order."""

ATTRIBUTED_COLUMNS = ("speaker_a", "stance_a", "content_a", "speaker_b", "stance_b", "content_b", "outcome")
"""The columns behind them where sentences are scored by what they claim (`AttributedScore`)."""

KNOWN_PAIRS = (("a", "b"), ("premise", "hypothesis"), ("claim_a", "claim_b"), ("sentence1", "sentence2"))
"""Names that the two columns of texts go by, so that most tables need no `--columns`."""

KNOWN_CLAIMS = ("text", "claim", "statement", "sentence")
"""Names that the column of texts goes by in a table of claims."""

TEXT_DIGITS = 6
"""Digits behind the point in text formats: far finer than any model is sure of."""

RAW_CHARACTERS = 500
"""How much of an unusable row is shown."""

Kind = Literal["text", "integer", "number", "boolean", "json"]
"""What a column holds. `json` stands for anything else: nested or mixed values, as JSON text."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be scored.

    Attributes:
        number: 1 for the first row of data; a header and blank lines are not counted.
        line: the line of the file where it begins, from 1; None where a table has no lines.
        a: the first text, `b` the second.
        record: the whole row, by column. A reader may give a kind of its own that keeps more than the values, so
            that a writer of the same format can copy the row exactly.
    """

    number: int
    line: int | None
    a: str
    b: str
    record: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be scored: why, and at most `RAW_CHARACTERS` of it."""

    number: int
    line: int | None
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class ClaimColumn:
    """Says that a table has one column of texts, not two: its name, or None to find it by its usual ones.

    A reader then gives rows whose two texts are the same.
    """

    name: str | None = None


Wanted = tuple[str, str] | ClaimColumn | None
"""Which columns hold the texts; None to find two of them by their usual names."""


class TableReader(Protocol):
    """Reads one table, in order, once."""

    @property
    def pair_columns(self) -> tuple[str, str]:
        """The names of the two columns of texts."""

    def columns(self) -> Sequence[Column]:
        """Every column of the table. May read through the whole table first, so call it before `rows`."""

    def rows(self, skip: int = 0) -> Iterator[Row | BadRow]:
        """The rows in order, without the first `skip`; their numbers count those too.

        Raises:
            TableError: if the rest of the table cannot be read.
        """

    def fraction(self) -> float | None:
        """How much of the table has been read, in [0, 1]; None if its size is unknown."""


class TableWriter(Protocol):
    """Writes rows with their added columns."""

    def write(self, rows: Sequence[Row], scores: Sequence[PairScore]) -> None:
        """Write some rows, each with the score at its position."""

    def finish(self) -> None:
        """Write what is still held back. Only then is the table whole."""

    def close(self) -> None:
        """Let go of everything. Without `finish` before it, the table is not whole."""


class UnusableText(ValueError):
    """A text that cannot be scored. Its message is the reason."""


def usable_text(value: object, column: str) -> str:
    """Return `value` if it is a text that can be scored.

    Raises:
        UnusableText: if it is null or no string, shows nothing, is too long, or holds what is not text.
    """
    if value is None:
        raise UnusableText(f"column {column!r} holds nothing (null)")
    try:
        text = check_text(value)
    except InputError as error:
        raise UnusableText(f"column {column!r}: {error}") from None
    # Of a real text the first character settles it; zero-width characters and blanks alone say nothing.
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise UnusableText(f"column {column!r} holds no visible character")
    return text


def is_unicode(text: str) -> bool:
    """Whether the text can be written in any encoding, that is, holds no lone surrogate."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def clip(text: str, length: int = RAW_CHARACTERS) -> str:
    """The text in at most `length` characters; an ellipsis at its end says that it was longer."""
    return text if len(text) <= length else text[: length - 1] + "…"


def find_pair(
    names: Collection[str], wanted: Wanted, table: str, added: Collection[str] = ADDED_COLUMNS
) -> tuple[str, str]:
    """Decide which two columns hold the texts.

    Args:
        names: the columns of the table.
        wanted: the two that the user named, if any; or that there is one only, which then stands for both.
        table: the table's name, for messages.
        added: names that will be added, which the table may not have.

    Raises:
        TableError: if they are not there, if several pairs are, or if a column has the name of an added one.
    """
    there = f"its columns are {_listed(names)}"
    if isinstance(wanted, ClaimColumn):
        pair = (_find_claims(names, wanted.name, table, there),) * 2
    elif wanted is not None:
        missing = [name for name in wanted if name not in names]
        if missing:
            raise TableError(f"{table} has no column {' and no column '.join(map(repr, missing))}; {there}")
        pair = wanted
    else:
        known = [pair for pair in KNOWN_PAIRS if pair[0] in names and pair[1] in names]
        if len(known) > 1:
            shown = " and ".join(f"{a!r}, {b!r}" for a, b in known)
            raise TableError(f"{table} has several pairs of text columns ({shown}); say which with --columns A,B")
        if not known:
            shown = ", ".join(f"{a}/{b}" for a, b in KNOWN_PAIRS)
            raise TableError(
                f"{table} has none of the known pairs of text columns ({shown}); {there}; "
                "say which two hold the texts with --columns A,B"
            )
        pair = known[0]
    taken = [name for name in added if name in names]
    if taken:
        raise TableError(
            f"{table} already has {_listed(taken)}, which scoring adds; give the added "
            "columns a prefix (--prefix nli_), or rename the old one first"
        )
    return pair


def _find_claims(names: Collection[str], wanted: str | None, table: str, there: str) -> str:
    if wanted is not None:
        if wanted not in names:
            raise TableError(f"{table} has no column {wanted!r}; {there}")
        return wanted
    known = [name for name in KNOWN_CLAIMS if name in names]
    if len(known) != 1:
        how = f"several columns of claims ({_listed(known)})" if known else "no known column of claims"
        raise TableError(f"{table} has {how}; {there}; say which holds the texts with --columns NAME")
    return known[0]


def added_columns(prefix: str = "", *, attributed: bool = False) -> list[str]:
    """The names of the columns that scoring adds."""
    return [prefix + name for name in (ADDED_COLUMNS + ATTRIBUTED_COLUMNS if attributed else ADDED_COLUMNS)]


def added_values(score: PairScore) -> tuple[float | bool | str, ...]:
    """The values of the added columns for one pair, not rounded."""
    ab, ba = score.ab, score.ba
    values = (
        ab.entailment,
        ab.neutral,
        ab.contradiction,
        ba.entailment,
        ba.neutral,
        ba.contradiction,
        score.score,
        score.flag,
        score.label,
        score.truncated,
    )
    if not isinstance(score, AttributedScore):
        return values
    claims = [(claim.speaker, claim.stance, claim.text) for claim in (score.a, score.b)]
    return (*values, *claims[0], *claims[1], score.outcome)


def rounded_values(score: PairScore) -> list[float | bool | str]:
    """The values of the added columns as text formats have them, with `TEXT_DIGITS` digits."""
    return [round(value, TEXT_DIGITS) if isinstance(value, float) else value for value in added_values(score)]


def plain(value: object) -> object:
    """The value made of nothing but what JSON has; what JSON lacks becomes text.

    Bytes become base64; dates, times and decimals their usual spelling; NaN and the infinities `"NaN"`,
    `"Infinity"` and `"-Infinity"`, since JSON has no such numbers.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode("ascii")
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat()) if callable(isoformat) else str(value)


def _listed(names: Collection[str], most: int = 30) -> str:
    shown = ", ".join(repr(clip(name, 80)) for name in list(names)[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "") if names else "none"
