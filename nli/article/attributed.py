"""Take the attribution off single sentences: what each of two sentences claims, and with which stance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nli.article.extraction import extract
from nli.article.lexicon import Lexicon, load_lexicon
from nli.article.names import WRITER
from nli.article.parsing import load_pipeline
from nli.article.reading import Article, Paragraph
from nli.errors import InputError
from nli.records import Claim, Span

if TYPE_CHECKING:
    from spacy.language import Language

_COMMITTED = ("asserts", "denies")
_BETWEEN = "\n\n"


class Attributor:
    """Reads pairs of sentences as claims; keeps the loaded pipeline and word lists."""

    def __init__(self, pipeline: Language, lexicon: Lexicon) -> None:
        self._pipeline = pipeline
        self._lexicon = lexicon

    def pair(self, a: str, b: str) -> tuple[Claim, Claim]:
        """What two sentences claim, for `nli.decision.decide` after their texts are scored.

        "Lavrov said Ukraine attacked the residence" gives the claim "Ukraine attacked the residence." by Lavrov. The
        two are read one after the other, so that a denial by reference in `b` ("Kyiv called the claim baseless") takes
        the text of what it denies in `a`. Of several claims in a sentence the widest that is
        asserted or denied counts: in "an aide said that Putin told him ..." the aide's. A sentence without an
        attribution is a claim of the speaker `article` with its text unchanged.

        Returns:
            Two claims with the ids `a` and `b`; spans are those of the sentence itself.

        Raises:
            InputError: if a sentence is blank.
        """
        for name, text in (("a", a), ("b", b)):
            if not text.strip():
                raise InputError(f"{name} is {text!r}; give a sentence")
        text = a + _BETWEEN + b
        second = len(a) + len(_BETWEEN)
        article = Article(text, (Paragraph(0, len(a)), Paragraph(second, len(text))), "pair")
        claims = extract(article, self._pipeline, self._lexicon).claims
        first_claim = _widest([claim for claim in claims if claim.span.start < len(a)])
        second_claim = _widest([claim for claim in claims if claim.span.start >= second])
        made = _claim(first_claim, a, 0, "a"), _claim(second_claim, b, second, "b")
        if first_claim is not None and second_claim is not None:
            if second_claim.denies_claim == first_claim.id:
                return made[0], replace(made[1], denies_claim="a")
            if first_claim.denies_claim == second_claim.id:
                return replace(made[0], denies_claim="b"), made[1]
        return made


def load_attributor(spacy_model: str | None = None) -> Attributor:
    """Load what takes attributions off sentences.

    Raises:
        ModelError: if there is no spaCy pipeline to parse with.
    """
    return Attributor(load_pipeline(spacy_model), load_lexicon())


def _widest(claims: list[Claim]) -> Claim | None:
    said = [claim for claim in claims if claim.speaker != WRITER.name]
    return max(
        said,
        key=lambda claim: (
            not claim.via,
            claim.stance in _COMMITTED,
            claim.denies_claim is not None,  # "denied allegations that ...": who denies, not who alleges
            claim.span.end - claim.span.start,
        ),
        default=None,
    )


def _claim(found: Claim | None, sentence: str, start: int, identity: str) -> Claim:
    if found is None or (found.stance == "denies" and not found.resolved and found.denies_claim is None):
        return Claim(identity, WRITER.name, "asserts", sentence, sentence, Span(0, len(sentence)))

    def place(span: Span | None) -> Span | None:
        inside = span is not None and start <= span.start and span.end <= start + len(sentence)
        return Span(span.start - start, span.end - start) if span is not None and inside else None

    span = Span(found.span.start - start, min(found.span.end - start, len(sentence)))
    return replace(
        found,
        id=identity,
        span=span,
        denies_claim=None,
        speaker_span=place(found.speaker_span),
        cue_span=place(found.cue_span),
        via=(),
    )
