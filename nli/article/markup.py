"""Readable text out of HTML and Markdown, with the place in the file of every character."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Literal

import yaml
from markdown_it import MarkdownIt

from nli.errors import ArticleError

Kind = Literal["body", "heading", "caption", "boilerplate"]

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CAPTIONS = ("figcaption", "caption")
_SILENT = ("script", "style", "template", "noscript", "svg", "iframe", "select", "textarea", "button", "title")
_INLINE = frozenset(
    """a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby rt s samp small
    span strike strong sub sup time tt u var wbr""".split()
)
_ASIDES = ("nav", "aside", "footer", "form", "header")
_VOID = ("br", "hr", "img", "input", "meta", "link", "source", "area", "col", "embed", "track", "wbr", "param", "base")


@dataclass(slots=True)
class Block:
    """A stretch of readable text: its characters, the place of each in the file (and one more, the end), its kind."""

    characters: list[str] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    kind: Kind = "body"
    end: int = 0

    def add(self, character: str, offset: int, end: int) -> None:
        """Add a character that stands from `offset` to `end` in the file; white space is made one space."""
        if character.isspace():
            if not self.characters or self.characters[-1] == " ":
                return
            character = " "
        self.characters.append(character)
        self.offsets.append(offset)
        self.end = end

    @property
    def text(self) -> str:
        """The readable text."""
        return "".join(self.characters).rstrip()


class _Pages(HTMLParser):
    """Collects the blocks of an HTML page; a broken page gives what can be read of it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.page = page
        self.starts = [0, *(match.end() for match in re.finditer("\n", page))]
        self.blocks: list[Block] = [Block()]
        self.title = ""
        self._open: list[str] = []
        self._in_title = False
        self.feed(page)
        self.close()

    def _place(self) -> int:
        line, column = self.getpos()
        return self.starts[line - 1] + column

    def _break(self) -> None:
        if self.blocks[-1].text:
            self.blocks.append(Block())
        else:
            self.blocks[-1] = Block()
        if any(tag in _HEADINGS for tag in self._open):
            self.blocks[-1].kind = "heading"
        elif any(tag in _CAPTIONS for tag in self._open):
            self.blocks[-1].kind = "caption"
        elif any(tag in _ASIDES for tag in self._open):
            self.blocks[-1].kind = "boilerplate"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title":
            self._in_title = True
        if tag not in _VOID:
            self._open.append(tag)
            del self._open[:-200]
        if tag not in _INLINE:
            if tag == "br":
                self.blocks[-1].add(" ", self._place(), self._place())
            else:
                self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag not in _INLINE:
            self._break()

    def handle_data(self, data: str) -> None:
        place = self._place()
        for number, character in enumerate(data):
            self._add(character, place + number, place + number + 1)

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name};")

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name};")

    def _reference(self, reference: str) -> None:
        place = self._place()
        length = len(reference) if self.page.startswith(reference, place) else len(reference) - 1
        for character in html.unescape(reference):
            self._add(character, place, place + length)

    def _add(self, character: str, place: int, end: int) -> None:
        if self._in_title:
            self.title += character
        if not any(tag in _SILENT for tag in self._open):
            self.blocks[-1].add(character, place, end)


def html_blocks(page: str) -> tuple[list[Block], str | None, str | None]:
    """The blocks of an HTML page in order, its title and its date (ISO 8601), if it has them.

    What belongs to the article is told by trafilatura: a block that it leaves out is boilerplate. If it finds
    nothing to keep, all blocks outside navigation, headers and footers are kept.

    Raises:
        ArticleError: if the page is too broken to be read at all.
    """
    import trafilatura
    from lxml.etree import LxmlError

    try:
        pages = _Pages(page)
    except AssertionError as error:  # how html.parser refuses a declaration that it does not know
        raise ArticleError(f"the HTML of the page is broken ({error}); save the article's text and give that") from None
    blocks = [block for block in pages.blocks if block.text]
    try:
        found: Any = trafilatura.bare_extraction(page, with_metadata=True, include_comments=False, favor_recall=True)
    except (ValueError, TypeError, LookupError, LxmlError, AttributeError):
        found = None
    kept = _plain(str(found.text)) if found is not None and found.text else ""
    if kept and any(_plain(block.text) in kept for block in blocks if block.kind == "body"):
        for block in blocks:
            if block.kind == "body" and _plain(block.text) not in kept:
                block.kind = "boilerplate"
    title = str(found.title) if found is not None and found.title else " ".join(pages.title.split()) or None
    date = str(found.date) if found is not None and found.date else None
    return blocks, title, date


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


def _front_matter(source: str) -> tuple[str, dict[str, object]]:
    """The text with its YAML front matter blanked, so that places stay as they are, and what stands in it."""
    match = _FRONT_MATTER.match(source)
    if match is None:
        return source, {}
    try:
        said = yaml.safe_load(match.group(1))
    except yaml.YAMLError:
        said = None
    if not isinstance(said, dict):
        return source, {}  # two rules with a text between them
    blank = re.sub(r"[^\n]", " ", match.group())
    return blank + source[match.end() :], said


def markdown_blocks(source: str) -> tuple[list[Block], str | None, str | None]:
    """The blocks of a Markdown text in order, its title and its date.

    Both are those of its YAML front matter; else the title is the first heading. Code, tables and HTML inside are
    boilerplate, or are left out where they have no text.
    """
    source, said = _front_matter(source)
    starts = [0, *(match.end() for match in re.finditer("\n", source)), len(source)]
    blocks: list[Block] = []
    title, date = (str(said[key]) if said.get(key) else None for key in ("title", "date"))
    opened: list[str] = []
    for token in MarkdownIt("commonmark").enable("table").parse(source):
        if token.nesting == 1:
            opened.append(token.type)
        elif token.nesting == -1:
            opened.pop()
        if token.type != "inline" or token.map is None or not token.children:
            continue
        start, end = starts[min(token.map[0], len(starts) - 1)], starts[min(token.map[1], len(starts) - 1)]
        block = Block(kind="heading" if "heading_open" in opened else "body")
        if any(name.startswith(("th_", "td_")) for name in opened):
            block.kind = "boilerplate"
        position = start
        for kind, text in _pieces(token.children):
            position = _align(block, text, source, position, end) if kind == "text" else position
            if kind == "break":
                block.add(" ", position, position)
        if block.text:
            blocks.append(block)
            if title is None and block.kind == "heading":
                title = block.text
    return blocks, title, date


def _pieces(children: Sequence[object]) -> Iterator[tuple[str, str]]:
    for child in children:
        kind, text = getattr(child, "type", ""), getattr(child, "content", "")
        if kind in ("text", "code_inline", "text_special"):
            yield "text", str(text)
        elif kind in ("softbreak", "hardbreak"):
            yield "break", ""


def _align(block: Block, text: str, source: str, position: int, end: int) -> int:
    """Add a text to a block, each character where it stands in the source from a position on; the place after it."""
    found = source.find(text, position, end)
    if found >= 0:
        for number, character in enumerate(text):
            block.add(character, found + number, found + number + 1)
        return found + len(text)
    for character in text:  # an entity or an escape among them: one character at a time
        place = source.find(character, position, end)
        place = place if place >= 0 else min(position, max(end - 1, 0))
        block.add(character, place, place + 1)
        position = place + 1
    return position
