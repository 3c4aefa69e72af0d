"""What the parts of an article are: body, headings, captions, boilerplate; its dateline and its date."""

from __future__ import annotations

import re

from nli.article.markup import Kind

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_BREAK = re.compile(r"\s*\n\s*")
_STAMP = re.compile(
    r"\s*(?:date|updated|published)?:?\s*(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2})?Z?)?(?:\s+|$)", re.I
)
# "LONDON, May 3 (Reuters) - ": a place in capitals, perhaps a date and an agency, then a dash.
_DATELINE = re.compile(r"\s*[A-Z][A-Z .'/-]{2,40}(?:,([^-–—()\n]{1,30}))?\s*(?:\([^)\n]{2,30}\))?\s+[-–—]{1,2}\s+")
# "New York (AFP) – ": not in capitals, but with an agency.
_AGENCY = re.compile(r"\s*[A-Z][\w .,'’/-]{2,40}\([A-Z][\w /]{1,20}\)\s+[-–—]{1,2}\s+")
# "KARANPALLI (Odisha): "
_STATE = re.compile(r"\s*[A-Z][A-Z .'’-]{2,40}\([A-Z][\w ,]{2,30}\):\s+")
_DAY = re.compile(
    r"(?:Jan|Feb|March|Mar|April|Apr|May|June|Jun|July|Jul|Aug|Sept|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}(?:, \d{4})?"
)
_END_MARK = re.compile(r"[.!?…:;,][\"”’')\]]*\s*$")
_CAPTION = re.compile(
    r"(?:FILE PHOTO|FILE -|PHOTO|Photo(?:graph)?(?: by)?|Image|Picture|Pictured|Caption|Video|Graphic)\s*[:–—-]", re.I
)
_CREDIT = re.compile(r"\b(?:REUTERS|AP Photo|Getty Images|AFP|EPA)/[A-Z][\w. ]+\s*$|via (?:Getty|REUTERS|AP)\.?\s*$")
_BOILERPLATE = re.compile(
    r"""^\W*(?:\(?(?:additional\s)?(?:reporting|writing|editing|compiled)\sby\b|advertisement\b|read\smore\b|sign\sup\b
    |subscribe\b|share\s(?:this|on)\b|follow\s(?:us|[A-Z]\w+\s\w+\son)\b|click\shere\b|related(?:\sarticles|:)|©|\(c\)\s
    |copyright\b|all\srights\sreserved|our\sstandards:|this\s(?:article|story)\s(?:was|has\sbeen)\s(?:originally|updated)
    |by\s(?-i:[A-Z][\w.'’-]+(?:\s(?:and\s)?[A-Z][\w.'’-]+){1,4})\s*$)""",
    re.IGNORECASE | re.VERBOSE,
)
_MAX_HEADING_WORDS = 16
_WIDEST = 130
_LAST_DATELINE = 3


def pieces(text: str) -> list[tuple[int, int]]:
    """The paragraphs of a plain text, without the white space around them.

    A blank line ends a paragraph; a line break does too where a line is longer than any page is wide.
    """
    normal = text.replace("\r", "\n") if "\n" not in text else text.replace("\r", " ")
    wrapped = max((len(line) for line in normal.split("\n")), default=0) <= _WIDEST
    between = _BLANK_LINE if wrapped else _LINE_BREAK
    bounds = [0, *(cut for match in between.finditer(normal) for cut in match.span()), len(normal)]
    found = []
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        stretch = text[start:end]
        body = stretch.strip()
        if body:
            first = start + len(stretch) - len(stretch.lstrip())
            found.append((first, first + len(body)))
    return found


def after_dateline(text: str, start: int, end: int, number: int) -> tuple[int, str | None]:
    """Where a paragraph begins behind its date stamp or dateline, and the date these give.

    Only the first paragraphs have one; a title and a byline may go before it.
    """
    date = None
    if number > _LAST_DATELINE:
        return start, None
    for pattern in (_STAMP, _DATELINE, _AGENCY, _STATE):
        match = pattern.match(text, start, end)
        if match and (match.end() < end or pattern is _STAMP):
            start = match.end()
            stated = match.group(1) if pattern in (_STAMP, _DATELINE) else match.group()
            day = _DAY.search(stated or "")
            date = date or (stated if pattern is _STAMP else day.group() if day else None)
    return start, date


def kind_of(paragraph: str, *, alone: bool) -> Kind:
    """What a paragraph of plain text is; one that stands `alone` in its article is its body."""
    if _BOILERPLATE.match(paragraph) and not alone:
        return "boilerplate"
    if (_CAPTION.match(paragraph) or _CREDIT.search(paragraph)) and not alone:
        return "caption"
    return "heading" if not alone and _is_heading(paragraph) else "body"


def _is_heading(paragraph: str) -> bool:
    """Whether a paragraph is a heading: one short line that is all capitals, or has no end mark."""
    if "\n" in paragraph or len(paragraph.split()) > _MAX_HEADING_WORDS:
        return False
    letters = [character for character in paragraph if character.isalpha()]
    if letters and all(character.isupper() for character in letters if character.lower() != character.upper()):
        return len(letters) > 3
    return not _END_MARK.search(paragraph) and not paragraph.startswith(('"', "“", "«", "„", "''"))
