"""Find quotations in a paragraph, tell whole statements from quoted words, and mask the whole ones.

A parser loses its way in a sentence with a quotation of several sentences inside it. So every whole
quotation is replaced by a short token before parsing, quoted words ("thorny") lose only their marks,
and each character of the masked text keeps the place it has in the article.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

MASK = "“X”"
"""What stands for a whole quotation in a masked text."""

_HOUR = re.compile(r"\b[ap]\.m\.\s*$")
_CLOSERS = {"“": "”", "„": "”", "«": "»", "‟": "”"}
_DOUBLED = "''"
"""Two apostrophes, which some agencies type for a quotation mark."""
_STATEMENT_END = re.compile(r"[.!?…,;—–-]\s*$")
_SENTENCE_END = re.compile(r"[.…]\s*$")
_TURN = re.compile(r"[\"“]?[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){0,3}(?: \([^)\n]{1,30}\))?:\s+(?=[^\s“\"])")
_INTRODUCED = re.compile(
    r"\b(?:said|says|added|adds|wrote|writes|continued|continues|tweeted|replied|responded|explained)"
    r"(?:\s+(?:in|on|to|at|during|via)\s[^.:;]{1,60})?:\s*$"
)
_INNER_END = re.compile(r"[a-z]{2}[.!?]\s+\S")
_MIN_STATEMENT_WORDS = 4
# Words after which a quotation goes on with their own clause, so that the parser must see it.
_LEADING_IN = frozenset(
    """that is are was were be been being am as of to for with in on by from at about into than a an the this these
    those his her its their my our your and or but because if when while who which what how not no had has have will
    would could can should may might must do does did it he she they we i you so very""".split()
)
_FIRST_PARTICIPLE = re.compile(r"(?:(?<=[.!?] )|^)[A-Z][a-z]+ing\b")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation in the article: `start` and `end` include its marks, `inner_start` and `inner_end` do not.

    `whole` is True if it is a statement of its own, False for quoted words inside another sentence.
    `open_end` is True if it is not closed in its paragraph (it goes on in the next).
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    whole: bool
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked text; `offsets[i]` is where its character `i` stands in the article.

    `offsets` has one entry more than `text` has characters: the end. `masks` maps the place of each
    mask's letter in `text` to the quotation that it stands for.
    """

    text: str
    offsets: tuple[int, ...]
    masks: dict[int, Quotation]


def find_quotations(text: str, start: int, end: int) -> list[Quotation]:
    """Find the quotations of the paragraph `text[start:end]`, in order, without overlap.

    Marks that have no partner are ignored, except that a quotation may stay open at the end of a
    paragraph that begins with it or that introduces it by a comma or colon. A turn of a transcript
    ("SMITH: We went.") is a quotation without marks.
    """
    found: list[Quotation] = []
    position = start
    turn = _TURN.match(text, start, end)
    if turn is not None and turn.end() < end:
        return [Quotation(turn.end(), end, turn.end(), end, True)]
    while position < end:
        mark = text[position]
        width = 1
        if mark in _CLOSERS:
            close = _find_close(text, position, end, _CLOSERS[mark])
        elif mark == '"':
            close = text.find('"', position + 1, end)
            curly = text.find("”", position + 1, end)
            if 0 <= curly < close or close < 0:
                close = curly
        elif text.startswith(_DOUBLED, position, end) and _opens(text, position, start):
            width = 2
            close = text.find(_DOUBLED, position + width, end)
        else:
            position += 1
            continue
        before = text[start:position].rstrip()
        if close < 0:
            if not before or before[-1] in ":,":
                found.append(Quotation(position, end, position + width, end, True, True))
                break
            position += width
            continue
        inner = text[position + width : close]
        if inner.strip():
            whole = _is_whole(text, before, inner, found)
            found.append(Quotation(position, close + width, position + width, close, whole))
        position = close + width
    return found


def block_quotation(text: str, start: int, end: int, before: tuple[int, int]) -> list[Quotation]:
    """The paragraph `text[start:end]` as a quotation without marks, if the one `before` it ends in "Smith added:"."""
    own = text[start:end].strip()
    if _INTRODUCED.search(text, *before) is None or not own or any(mark in own for mark in '"“«'):
        return []
    return [Quotation(start, end, start, end, True)]


def _opens(text: str, place: int, start: int) -> bool:
    """Whether a mark at a place stands before a word, not behind one."""
    return (place == start or not text[place - 1].isalnum()) and not text[place + 2 : place + 3].isspace()


def _find_close(text: str, opening: int, end: int, closer: str) -> int:
    """The closing mark; -1 if there is none before the end or before another opening mark."""
    close = text.find(closer, opening + 1, end)
    if closer == "”":
        # "“We went," he said": a straight mark behind a word closes as well.
        straight = text.find('"', opening + 1, end)
        if straight >= 0 and (close < 0 or (straight < close and not text[straight - 1].isspace())):
            close = straight
    reopened = text.find(text[opening], opening + 1, end)
    return -1 if close < 0 or 0 <= reopened < close else close


def _is_whole(text: str, before: str, inner: str, found: list[Quotation]) -> bool:
    stripped = inner.strip()
    ended = bool(_STATEMENT_END.search(stripped))
    words = len(stripped.split())
    introduced = not before or before[-1] in ':,;.!?—–”"»)'
    if stripped[0].islower():
        # "We went," he said, "and we lost.": only the second part of an interrupted quotation
        # begins with a small letter; otherwise these are quoted words.
        previous = found[-1] if found else None
        resumed = (
            previous is not None
            and previous.whole
            and bool(before)
            and before[-1] == ","
            and not _INNER_END.search(before[-200:].rpartition(text[previous.inner_start : previous.end])[2])
            and len(text[previous.end : previous.end + 200].split(stripped[:20])[0].split()) <= 16
        )
        return ended and (resumed or not before)
    if introduced:
        return ended or words >= _MIN_STATEMENT_WORDS
    several = bool(_INNER_END.search(stripped))
    if before.split()[-1].lower() in _LEADING_IN and not several:
        return False
    return bool(_SENTENCE_END.search(stripped)) and words >= _MIN_STATEMENT_WORDS


def mask(text: str, start: int, end: int, quotations: list[Quotation], participles: Collection[str] = ()) -> Masked:
    """Mask the whole quotations of `text[start:end]` and drop the marks of the others.

    Line breaks become spaces and curly apostrophes straight ones, one character for one. A sentence that
    begins with one of the `participles` ("Denying ...") loses its capital: taggers take it for a name.
    """
    characters: list[str] = []
    offsets: list[int] = []
    masks: dict[int, Quotation] = {}

    def copy(begin: int, stop: int) -> None:
        for place in range(begin, stop):
            character = text[place]
            characters.append("'" if character in "’‘" else " " if character.isspace() else character)
            offsets.append(place)

    position = start
    for quotation in quotations:
        copy(position, quotation.start)
        if quotation.whole:
            first = text[quotation.inner_start : quotation.inner_start + 1]
            if first.isupper() and _HOUR.search("".join(characters[-8:])):
                # "... at 4 a.m. “We lost,” he said": else no tagger would end the sentence there.
                place = "".join(characters).rstrip().rindex(".m.")
                del characters[place], offsets[place]
            masks[len(characters) + 1] = quotation
            # A quotation that ends its sentence must end it in the masked text too.
            inner = text[quotation.inner_start : quotation.inner_end]
            token = MASK[:-1] + "." + MASK[-1] if _SENTENCE_END.search(inner) else MASK
            characters.extend(token)
            offsets.extend([quotation.start] * (len(token) - 1) + [quotation.end - 1])
            if inner.rstrip().endswith((",", "?", "!", "—", "–", "-")) or quotation.open_end:
                characters.append("." if quotation.open_end else ",")
                offsets.append(quotation.end - 1)
        else:
            copy(quotation.inner_start, quotation.inner_end)
        position = quotation.end
    copy(position, end)
    offsets.append(end)
    masked = _FIRST_PARTICIPLE.sub(
        lambda match: match.group().lower() if match.group().lower() in participles else match.group(),
        "".join(characters),
    )
    return Masked(masked, tuple(offsets), masks)


def statements(quotations: list[Quotation], text: str) -> list[list[Quotation]]:
    """Group whole quotations: the parts of an interrupted one ("We went," he said, "and lost.") together."""
    groups: list[list[Quotation]] = []
    for quotation in quotations:
        if not quotation.whole:
            continue
        inner = text[quotation.inner_start : quotation.inner_end].strip()
        if groups:
            last = groups[-1][-1]
            last_inner = text[last.inner_start : last.inner_end].rstrip()
            between = text[last.end : quotation.start]
            broken = last_inner.endswith((",", "—", "–", "-")) and not _INNER_END.search(between)
            if inner[0].islower() and broken:
                groups[-1].append(quotation)
                continue
        groups.append([quotation])
    return groups
