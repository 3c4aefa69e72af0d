"""The stretches of an article that are parsed: its paragraphs without their quotations, and each whole quotation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nli.article.lexicon import Lexicon
from nli.article.parsing import Unit, parse
from nli.article.quotations import Masked, block_quotation, find_quotations, mask
from nli.article.quoted import content, find_statements
from nli.article.reading import Article

if TYPE_CHECKING:
    from spacy.language import Language


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
            yield number, mask(article.text, paragraph.start, paragraph.end, quotations, participles)
