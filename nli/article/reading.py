"""Read an article: plain text, Markdown or HTML, split into paragraphs whose places in the file are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nli.article.encodings import decode
from nli.article.english import looks_english
from nli.article.layout import after_dateline, kind_of, pieces
from nli.article.markup import Block, Kind, html_blocks, markdown_blocks
from nli.errors import ArticleError
from nli.records import Span

MAX_BYTES = 2_000_000
"""Longer files are refused: no article is that long, and a parse of it would take many minutes."""

ENDINGS = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml")
"""Which files of a folder are articles."""

Form = Literal["text", "markdown", "html"]

_SURROGATE = re.compile("[\ud800-\udfff]")
_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|div|p|h1)\b", re.IGNORECASE | re.DOTALL
)
_LONGEST_PATH = 1000
_FILE_NAME = re.compile(r"\S+\.(?:txt|md|markdown|html?|xhtml)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Characters `start` to `end` of an article's readable text: a paragraph of its body, a heading, a caption, ..."""

    start: int
    end: int
    kind: Kind = "body"


@dataclass(frozen=True, slots=True)
class Article:
    """An article: its readable text, and where its paragraphs stand in it.

    `paragraphs` are in order, do not overlap, are never empty, and leave out datelines. Only those of kind `body` are
    read for claims. `original` is the file as it was given and `offsets[i]` where character `i` of the readable text
    stands there (with one entry more, the end); both are None for plain text, which is its own original.
    `title` and `date` are None where the article does not give them, `warnings` says what the reader should know.
    """

    text: str
    paragraphs: tuple[Paragraph, ...]
    source: str = "text"
    title: str | None = None
    date: str | None = None
    warnings: tuple[str, ...] = ()
    original: str | None = None
    offsets: tuple[int, ...] | None = None

    def original_span(self, span: Span) -> Span:
        """Where a stretch of the readable text stands in the original."""
        if self.offsets is None:
            return span
        if span.start == span.end:
            return Span(self.offsets[span.start], self.offsets[span.start])
        return Span(self.offsets[span.start], self.offsets[span.end - 1] + 1)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column (both from 1) of a character of the original."""
        text = self.text if self.original is None else self.original
        line_start = text.rfind("\n", 0, offset) + 1
        return text.count("\n", 0, offset) + 1, offset - line_start + 1


def read_article(path: str | Path) -> Article:
    """Read an article from a file of plain text, Markdown (`.md`, `.markdown`) or HTML.

    Raises:
        ArticleError: if the file is missing, unreadable, too large, empty, or no text in an encoding that can be told.
    """
    file = Path(path)
    if file.is_dir():
        raise ArticleError(f"{file} is a directory; give one file")
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ArticleError(f"there is no article at {file}; give the path of a text, Markdown or HTML file") from None
    except (OSError, ValueError) as error:
        raise ArticleError(f"{str(file)!r} cannot be read ({error}); give a readable file") from None
    form: Form | None = "markdown" if file.suffix.lower() in (".md", ".markdown") else None
    return decode_article(data, source=str(file), form=form)


def find_articles(path: str | Path) -> list[Path]:
    """The article that a path names, or all in a folder and the folders in it, in the order of their names.

    Raises:
        ArticleError: if it is a folder without any.
    """
    place = Path(path)
    try:
        is_folder = place.is_dir()
    except ValueError:
        is_folder = False
    if not is_folder:
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


def decode_article(data: bytes, *, source: str, form: Form | None = None) -> Article:
    """Make an article of the bytes of a file; `source` names it in messages.

    None for `form` takes it for HTML or plain text, as it looks.

    Raises:
        ArticleError: if `data` is too large, empty, or no text in an encoding that can be told.
    """
    if len(data) > MAX_BYTES:
        raise ArticleError(f"{source} is larger than {MAX_BYTES // 1_000_000} MB; give one article at a time")
    if not data.strip():
        raise ArticleError(f"{source} is empty; give an article of at least one sentence")
    text, encoding = decode(data, source=source)
    if encoding == "utf-8":
        text = text.removeprefix("\ufeff")
    guessed = not encoding.startswith("utf")
    warnings = (f"the file is not UTF-8 and was read as {encoding}",) if guessed else ()
    return parse_article(text, source=source, form=form, warnings=warnings)


def parse_article(
    text: str, *, source: str = "text", form: Form | None = None, warnings: tuple[str, ...] = ()
) -> Article:
    """Make an article of a text: find its paragraphs, headings, captions, boilerplate, dateline, title and date.

    Args:
        text: the text.
        source: its name in messages.
        form: what it is written in; None takes it for HTML if it begins with a tag of HTML, else for plain text.
        warnings: what the reader should know of it already.

    Raises:
        ArticleError: if `text` is empty or blank, too large, holds NUL characters or lone surrogates, or is a page
            without readable text.
    """
    if _SURROGATE.search(text):
        raise ArticleError(f"{source} holds half a character (a lone surrogate); decode the file as UTF-8")
    if "\0" in text:
        raise ArticleError(f"{source} holds NUL characters, so it is no text; give a text, Markdown or HTML file")
    if len(text) > MAX_BYTES:
        raise ArticleError(f"{source} is larger than {MAX_BYTES // 1_000_000} MB; give one article at a time")
    if not text.strip():
        raise ArticleError(f"{source} is empty; give an article of at least one sentence")
    if form is None:
        form = "html" if _HTML.match(text[:5000]) else "text"
    made = _plain(text, source) if form == "text" else _marked_up(text, source, form)
    body = " ".join(made.text[item.start : item.end] for item in made.paragraphs if item.kind == "body")
    if not looks_english(body):
        warnings = (*warnings, "the text does not look like English, which is all that the rules read")
    return Article(made.text, made.paragraphs, source, made.title, made.date, warnings, made.original, made.offsets)


def _plain(text: str, source: str) -> Article:
    found = pieces(text)
    paragraphs: list[Paragraph] = []
    title = date = None
    for number, (start, end) in enumerate(found):
        body_start, stated = after_dateline(text, start, end, number)
        date = date or stated
        if body_start >= end:
            continue
        kind = kind_of(text[start:end], alone=len(found) == 1) if body_start == start else "body"
        if kind == "heading" and not paragraphs:
            title = text[start:end]
        paragraphs.append(Paragraph(body_start, end, kind))
    return Article(text, _with_body(paragraphs), source, title, date)


def _with_body(paragraphs: list[Paragraph]) -> tuple[Paragraph, ...]:
    """The paragraphs; if none is of the body, all are: a text of lines without end marks has no headings."""
    if any(item.kind == "body" for item in paragraphs):
        return tuple(paragraphs)
    return tuple(Paragraph(item.start, item.end) for item in paragraphs)


def _marked_up(text: str, source: str, form: Form) -> Article:
    blocks, title, date = html_blocks(text) if form == "html" else markdown_blocks(text)
    if not blocks:
        raise ArticleError(f"{source} has no readable text in its {form}; save the article's text and give that")
    readable, offsets, paragraphs = _joined(blocks)
    made: list[Paragraph] = []
    for item in paragraphs:
        start, kind = item.start, item.kind
        if kind == "body":
            before = sum(paragraph.kind == "body" for paragraph in made)
            start, stated = after_dateline(readable, item.start, item.end, before)
            date = date or stated
            found = kind_of(readable[item.start : item.end], alone=len(paragraphs) == 1)
            # Markup tells headings; a line without a full stop in a paragraph of its own is none.
            kind = found if found in ("caption", "boilerplate") and start == item.start else "body"
        if start < item.end:
            made.append(Paragraph(start, item.end, kind))
    return Article(readable, _with_body(made), source, title, date, (), text, offsets)


def _joined(blocks: list[Block]) -> tuple[str, tuple[int, ...], list[Paragraph]]:
    """The blocks as one readable text with empty lines between, the place of each character, and the paragraphs."""
    characters: list[str] = []
    offsets: list[int] = []
    paragraphs = []
    for block in blocks:
        if characters:
            characters += "\n\n"
            offsets += [offsets[-1], offsets[-1]]
        start = len(characters)
        length = len(block.text)
        characters += block.characters[:length]
        offsets += block.offsets[:length]
        paragraphs.append(Paragraph(start, len(characters), block.kind))
    return "".join(characters), (*offsets, blocks[-1].end), paragraphs
