"""What single sentences claim once their attribution is off."""

from __future__ import annotations

import pytest
from spacy.language import Language

from nli.article.attributed import Attributor
from nli.article.lexicon import Lexicon
from nli.errors import InputError


@pytest.fixture
def attributor(pipeline: Language, lexicon: Lexicon) -> Attributor:
    return Attributor(pipeline, lexicon)


def test_contents_and_stances(attributor: Attributor) -> None:
    a, b = attributor.pair("Jane Roe said the bridge was closed.", "Tom Poe denied that the bridge was closed.")
    assert (a.id, a.speaker, a.stance, a.text) == ("a", "Jane Roe", "asserts", "The bridge was closed.")
    assert (b.id, b.speaker, b.stance, b.text) == ("b", "Tom Poe", "denies", "The bridge was closed.")
    assert "Tom Poe denied that the bridge was closed."[b.span.start : b.span.end] == b.quote


def test_a_denial_by_reference_takes_the_text_of_the_other_sentence(attributor: Attributor) -> None:
    a, b = attributor.pair("Ghana accused Togo of closing the border.", "Togo called the allegation baseless.")
    assert (a.text, b.text, b.stance, b.denies_claim) == ("Togo closed the border.", a.text, "denies", "a")


def test_what_is_denied_is_nobodys_position(attributor: Attributor) -> None:
    a, b = attributor.pair(
        "Lavrov said Ukraine attacked the residence.", "Kyiv denied that Ukraine attacked the residence."
    )
    assert (a.speaker, a.stance, a.text) == ("Lavrov", "asserts", "Ukraine attacked the residence.")
    assert (b.speaker, b.stance, b.text) == ("Ukraine", "denies", "Ukraine attacked the residence.")


def test_a_denial_answers_the_other_sentence_in_either_order(attributor: Attributor) -> None:
    said = "Anna Berg said the tannery dumped waste in the river last May."
    denied = "Karl Vogt denied that the tannery dumped waste in the river."
    assert attributor.pair(said, denied)[1].denies_claim == "a"
    assert attributor.pair(denied, said)[0].denies_claim == "b"


def test_a_plain_sentence_keeps_its_words(attributor: Attributor) -> None:
    a, b = attributor.pair("the bridge was closed", "It  rained.")
    assert (a.speaker, a.stance, a.text, b.text) == ("article", "asserts", "the bridge was closed", "It  rained.")


def test_a_blank_sentence_is_refused(attributor: Attributor) -> None:
    with pytest.raises(InputError, match="b is"):
        attributor.pair("It rained.", " ")
