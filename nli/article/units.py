"""The stretches of an article that are parsed: its paragraphs without their quotations, and each whole quotation.

A parenthesis with a clause of its own ("his claim that 81 percent did (the number is 15, according to Roe)") is a
stretch by itself behind its paragraph's: inside its sentence parsers join it to whatever stands near.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.parsing import Unit, parse
from nli.article.quotations import Masked, block_quotation, find_quotations, mask
from nli.article.quoted import content, find_statements
from nli.article.reading import Article

if TYPE_CHECKING:
    from spacy.language import Language


_PARENTHESIS = re.compile(r"(?<=[\w,”\"’']) ?\(([^()]{20,400})\)(?=[\s.,;:?!]|$)")
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|did|will|would|said|says|according to)\b"
    r"|^(?:he|she|it|they|we|the)\b.*\w{2}ed\b"
)
_ASIDE = re.compile(
    r"(?:who|whom|whose|which|that|where|when|while|as|if|unless|and|but|or|although|though|because|since|formerly|"
    r"including|see|after|before|until|so)\b",
    re.IGNORECASE,
)
"""What opens a part of the sentence around it, not a sentence."""
_CLAUSE_WORDS = 5


def parse_body(article: Article, pipeline: Language, lexicon: Lexicon) -> list[Unit]:
    """The paragraphs of an article's body, parsed with a token for each whole quotation."""
    return list(parse(pipeline, _masked(article, lexicon)))


def parse_quoted(article: Article, pipeline: Language, units: list[Unit]) -> dict[tuple[int, int], list[Unit]]:
    """Every whole quotation parsed, by the number of its unit and the token that stands for it there."""
    keys: list[tuple[int, int]] = []
    masked: list[tuple[int, Masked]] = []
    for number, unit in enumerate(units):
        for statement in find_statements(unit, article.text):
            masked.append((len(keys), content(statement.parts, article.text)))
            keys.append((number, statement.token.i))
    found: dict[tuple[int, int], list[Unit]] = {key: [] for key in keys}
    for part in parse(pipeline, masked):
        found[keys[part.paragraph]].append(part)
    return found


def _masked(article: Article, lexicon: Lexicon) -> Iterator[tuple[int, Masked]]:
    participles = lexicon.participles()
    for number, paragraph in enumerate(article.paragraphs):
        if paragraph.kind == "body":
            quotations = find_quotations(article.text, paragraph.start, paragraph.end)
            before = article.paragraphs[number - 1] if number else None
            if before is not None and before.kind == "body" and not quotations:
                place = (before.start, before.end)
                quotations = block_quotation(article.text, paragraph.start, paragraph.end, place)
            whole = mask(article.text, paragraph.start, paragraph.end, quotations, participles)
            for part in _apart(whole):
                yield number, part


def _apart(masked: Masked) -> Iterator[Masked]:
    """A stretch without the parentheses that are clauses, and then each of these."""
    found = [
        item
        for item in _PARENTHESIS.finditer(masked.text)
        if len(item[1].split()) >= _CLAUSE_WORDS and _CLAUSE.search(item[1]) and not _ASIDE.match(item[1])
    ]
    if not found:
        yield masked
        return
    starts = [0, *(item.end() for item in found)]
    ends = [*(item.start() for item in found), len(masked.text)]
    yield _cut(masked, [place for start, end in zip(starts, ends, strict=True) for place in range(start, end)])
    for item in found:
        yield _cut(masked, list(range(item.start(1), item.end(1))))


def _cut(masked: Masked, places: list[int]) -> Masked:
    """The characters of a masked text at `places`, in order."""
    moved = {place: number for number, place in enumerate(places)}
    end = masked.offsets[places[-1] + 1] if places else masked.offsets[0]
    return Masked(
        "".join(masked.text[place] for place in places),
        (*(masked.offsets[place] for place in places), end),
        {moved[place]: quotation for place, quotation in masked.masks.items() if place in moved},
    )
