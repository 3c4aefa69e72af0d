"""Read an article: plain UTF-8 text, split into paragraphs whose offsets are those of the original text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nli.errors import ArticleError

MAX_BYTES = 2_000_000
"""Longer files are refused: no article is that long, and a parse of it would take many minutes."""

Kind = Literal["body", "heading"]

_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_BREAK = re.compile(r"\s*\n\s*")
_WIDEST = 130
ENDINGS = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml")
"""Which files of a folder are articles."""

_LONGEST_PATH = 1000
_FILE_NAME = re.compile(r"\S+\.(?:txt|md|markdown|html?|xhtml)", re.IGNORECASE)
_STAMP = re.compile(r"\s*(?:date|updated|published)?:?\s*\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?Z?)?\s+", re.I)
# "LONDON, May 3 (Reuters) - ": a place in capitals, perhaps a date and an agency, then a dash.
_DATELINE = re.compile(r"\s*[A-Z][A-Z .'/-]{2,40}(?:,[^-–—()\n]{1,30})?\s*(?:\([^)\n]{2,30}\))?\s+[-–—]{1,2}\s+")
# "New York (AFP) – ": not in capitals, but with an agency.
_AGENCY = re.compile(r"\s*[A-Z][\w .,'’/-]{2,40}\([A-Z][\w /]{1,20}\)\s+[-–—]{1,2}\s+")
_END_MARK = re.compile(r"[.!?…:;,][\"”’')\]]*\s*$")
_MAX_HEADING_WORDS = 16
_LAST_DATELINE = 3
"""Of the stretches of a text, the last that may begin with a dateline; a title and a byline may go before it."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Characters `start` to `end` of an article's text: a paragraph of its body, or a heading."""

    start: int
    end: int
    kind: Kind = "body"


@dataclass(frozen=True, slots=True)
class Article:
    """An article: its whole text as it was given, and where its paragraphs stand in it.

    `paragraphs` are in order, do not overlap, are never empty, and leave out datelines.
    """

    text: str
    paragraphs: tuple[Paragraph, ...]
    source: str = "text"
    title: str | None = None
    date: str | None = None
    warnings: tuple[str, ...] = ()

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column (both from 1) of a character of the text."""
        line_start = self.text.rfind("\n", 0, offset) + 1
        return self.text.count("\n", 0, offset) + 1, offset - line_start + 1


def read_article(path: str | Path) -> Article:
    """Read an article from a UTF-8 text file.

    Raises:
        ArticleError: if the file is missing, unreadable, too large, empty, or not UTF-8 text.
    """
    file = Path(path)
    if file.is_dir():
        raise ArticleError(f"{file} is a directory; give one text file")
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ArticleError(f"there is no article at {file}; give the path of a UTF-8 text file") from None
    except (OSError, ValueError) as error:
        raise ArticleError(f"{str(file)!r} cannot be read ({error}); give a readable UTF-8 text file") from None
    return decode_article(data, source=str(file))


def find_articles(path: str | Path) -> list[Path]:
    """The article that a path names, or all in a folder and the folders in it, in the order of their names.

    Raises:
        ArticleError: if it is a folder without any.
    """
    place = Path(path)
    if not place.is_dir():
        return [place]
    found = sorted(file for file in place.rglob("*") if file.suffix.lower() in ENDINGS and file.is_file())
    if not found:
        raise ArticleError(f"the folder {place} has no article; give one with files ending in {', '.join(ENDINGS)}")
    return found


def given_article(given: str) -> Article:
    """Make an article of a string: the file it names, or the text itself.

    It names a file if there is one, or if it is one word with the ending of a text file.

    Raises:
        ArticleError: as `read_article` and `parse_article` do.
    """
    short = len(given) <= _LONGEST_PATH and "\n" not in given and "\0" not in given
    if short and (_FILE_NAME.fullmatch(given) or _is_file(given)):
        return read_article(given)
    return parse_article(given)


def _is_file(given: str) -> bool:
    try:
        return Path(given).is_file()
    except (OSError, ValueError):
        return False


def decode_article(data: bytes, *, source: str) -> Article:
    """Make an article of the bytes of a text file; `source` names it in messages.

    Raises:
        ArticleError: if `data` is too large, empty, binary, or not UTF-8.
    """
    if len(data) > MAX_BYTES:
        raise ArticleError(f"{source} is larger than {MAX_BYTES // 1_000_000} MB; give one article at a time")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArticleError(
            f"{source} is not UTF-8 text (byte {error.start} is 0x{data[error.start]:02x}); "
            "save it as UTF-8, for example with: iconv -f WINDOWS-1252 -t UTF-8"
        ) from None
    return parse_article(text, source=source)


def parse_article(text: str, *, source: str = "text") -> Article:
    """Make an article of a text: find its paragraphs, headings and dateline.

    Raises:
        ArticleError: if `text` is empty or blank, too large, or holds NUL characters or lone surrogates.
    """
    if _SURROGATE.search(text):
        raise ArticleError(f"{source} holds half a character (a lone surrogate); decode the file as UTF-8")
    if "\0" in text:
        raise ArticleError(f"{source} holds NUL characters, so it is no plain text; give a UTF-8 text file")
    if len(text) > MAX_BYTES:
        raise ArticleError(f"{source} is larger than {MAX_BYTES // 1_000_000} MB; give one article at a time")
    if not text.strip():
        raise ArticleError(f"{source} is empty; give an article of at least one sentence")
    pieces = list(_pieces(text))
    paragraphs: list[Paragraph] = []
    for number, (start, end) in enumerate(pieces):
        body_start = start if number > _LAST_DATELINE else _after_dateline(text, start, end)
        is_heading = len(pieces) > 1 and body_start == start and _is_heading(text[start:end])
        paragraphs.append(Paragraph(body_start, end, "heading" if is_heading else "body"))
    if all(paragraph.kind == "heading" for paragraph in paragraphs):
        # A text of lines without end marks has no headings: they are all it says.
        paragraphs = [Paragraph(paragraph.start, paragraph.end) for paragraph in paragraphs]
    return Article(text, tuple(paragraphs), source)


def _pieces(text: str) -> list[tuple[int, int]]:
    """The stretches between blank lines, without the white space around them."""
    normal = text.replace("\r", "\n") if "\n" not in text else text.replace("\r", " ")
    between = _BLANK_LINE if _is_wrapped(normal) else _LINE_BREAK
    bounds = [0, *(cut for match in between.finditer(normal) for cut in match.span()), len(normal)]
    pieces = []
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        stretch = text[start:end]
        body = stretch.strip()
        if body:
            first = start + len(stretch) - len(stretch.lstrip())
            pieces.append((first, first + len(body)))
    return pieces


def _is_wrapped(text: str) -> bool:
    """Whether lines are broken to fit a width, so that only a blank line ends a paragraph.

    They are not if a line is longer than any page is wide.
    """
    return max((len(line) for line in text.split("\n")), default=0) <= _WIDEST


def _after_dateline(text: str, start: int, end: int) -> int:
    for pattern in (_STAMP, _DATELINE, _AGENCY):
        match = pattern.match(text, start, end)
        if match and match.end() < end:
            start = match.end()
    return start


def _is_heading(paragraph: str) -> bool:
    """Whether a paragraph is a heading: one short line that is all capitals, or has no end mark."""
    if "\n" in paragraph or len(paragraph.split()) > _MAX_HEADING_WORDS:
        return False
    letters = [character for character in paragraph if character.isalpha()]
    if letters and all(character.isupper() for character in letters if character.lower() != character.upper()):
        return len(letters) > 3
    return not _END_MARK.search(paragraph) and not paragraph.startswith(('"', "“", "«", "„"))
