"""The writer's verdicts on what others say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nli.records import Claim

Reader = Callable[[str], tuple[Claim, ...]]

SAID = "Thousands of people celebrated on rooftops."


def judged(claims: tuple[Claim, ...]) -> list[tuple[str, str]]:
    """Who denies and what, of every denial with a claim that it answers."""
    known = {claim.id: claim.text for claim in claims}
    return [(c.speaker, known[c.denies_claim]) for c in claims if c.denies_claim is not None]


@pytest.mark.parametrize(
    "text",
    [
        "Tom Lee said that thousands of people celebrated on rooftops, a claim that has been widely debunked.",
        "Tom Lee said that thousands of people celebrated on rooftops, an assertion that was completely untrue.",
        "Tom Lee said that thousands of people celebrated on rooftops, which is false.",
        "Tom Lee said that thousands of people celebrated on rooftops, which was not true.",
        "Tom Lee said that thousands of people celebrated on rooftops. That's not true.",
        "Tom Lee said that thousands of people celebrated on rooftops. That is false.",
        "Tom Lee said that thousands of people celebrated on rooftops. They did not.",
        "Tom Lee was wrong when he said that thousands of people celebrated on rooftops.",
        "Tom Lee was wrong in his claim that thousands of people celebrated on rooftops.",
    ],
)
def test_the_writer_says_that_it_is_not_so(claims_of: Reader, text: str) -> None:
    claims = claims_of(text)
    assert judged(claims) == [("article", SAID)]
    assert [(claim.speaker, claim.text) for claim in claims if claim.stance == "asserts"] == [("Tom Lee", SAID)]


def test_wrong_for_saying_so(claims_of: Reader) -> None:
    assert judged(claims_of("Tom Lee is wrong for saying that the bridge was safe.")) == [
        ("article", "The bridge was safe.")
    ]


def test_who_tells_of_a_mistake_denies(claims_of: Reader) -> None:
    claims = claims_of("Ann Poe said on Monday that Tom Lee was wrong when he said that the bridge was safe.")
    assert judged(claims) == [("Ann Poe", "The bridge was safe.")]


@pytest.mark.parametrize(
    "text",
    [
        "Tom Lee said that the bridge was safe, a claim that has not been debunked.",
        "Tom Lee said that the bridge was safe, which is true.",
        "Tom Lee said that the bridge was safe. Is that false?",
        "Tom Lee said that the bridge was safe. It is not the first such case.",
        "Tom Lee was not wrong when he said that the bridge was safe.",
        "Tom Lee said that the bridge was safe, a bridge that was not wide.",
        "Tom Lee said that the bridge was safe. Did Ann Poe say it was open? She did not.",
        'Tom Lee said that the bridge was safe. "Is it perfect? It isn\'t," he said.',
        "Tom Lee said that the man showed a passport, which was fake.",
        "Tom Lee said that shots were fired near the school, which had a false ceiling.",
        "Tom Lee said that the bridge was safe, a claim that was false in most states.",
        "Was Tom Lee wrong when he said that the bridge was safe?",
        "Tom Lee may have been wrong when he said that the bridge was safe.",
        "If Tom Lee was wrong when he said that the bridge was safe, the council will pay.",
        "Ann Poe denied that Tom Lee was wrong when he said that the bridge was safe.",
        "Tom Lee was wrong to leave when he said that the bridge was safe.",
        "Tom Lee was wrong when Ann Poe said that the bridge was safe.",
        "Tom Lee said that the suspect had a gun. It was fake.",
        "Tom Lee said that the company fired workers. They were not paid. They did not.",
        "Tom Lee said that he would attend the fair. He did not.",
    ],
)
def test_what_is_no_verdict(claims_of: Reader, text: str) -> None:
    assert not judged(claims_of(text))


def test_who_stands_behind_a_quotation_says_it(claims_of: Reader) -> None:
    claims = claims_of(
        '"I never said that," Mr Trump said, after Becky Quick said he had called Mr Rubio a personal senator.'
    )
    assert ("Trump", "Trump never said that.") in {(claim.speaker, claim.text) for claim in claims}
