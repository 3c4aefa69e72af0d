"""Short answers that deny what was told just before, and those that do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from denied_claims import denied

from nli.records import Claim

Reader = Callable[[str], tuple[Claim, ...]]

TOLD = "Exxon said the reporters had misrepresented themselves."


@pytest.mark.parametrize(
    "answer",
    [
        "Columbia says otherwise.",
        "Columbia begs to differ.",
        "Columbia disagrees.",
        "Columbia said the opposite was true.",
        "Columbia said they had not.",
        '"No, they didn\'t," Columbia said.',
        "The allegation drew a swift denial from Columbia.",
        "Columbia said there was no evidence for the claim.",
        "Columbia said there was no evidence to support the allegation.",
        "Columbia said the company's account was at odds with the facts.",
        "Columbia was quick to deny the allegation.",
        "Columbia went on to rebut the accusation.",
        "Columbia took to Twitter to deny the allegation.",
    ],
)
def test_a_short_answer_denies_what_was_told_just_before(claims_of: Reader, answer: str) -> None:
    assert denied(claims_of(f"{TOLD} {answer}"), "Columbia") == ["The reporters had misrepresented themselves."]


@pytest.mark.parametrize(
    "answer",
    [
        "Unless Columbia says otherwise, the lawsuit goes ahead.",
        "Columbia would say otherwise.",
        "Columbia said it would deny the claim.",
        "Columbia wanted to deny the allegation.",
        "Columbia moved to dismiss the complaint.",
        "Asked whether it had hired them, Columbia said it had not.",
        "Did it pay? Columbia said it did not.",
        "Columbia said it was not.",
        "Columbia said it had not decided.",
        "Columbia said there was no evidence of a fire.",
        "Columbia said its budget was at odds with the plan.",
        "Columbia said the opposite was true of its students.",
        "The case drew praise from Columbia.",
        "The allegation drew no denial from Columbia.",
        "Columbia said there was no evidence of any complaint.",
        "Columbia said there was no evidence to support charges.",
        "The court forced Columbia to deny the claim.",
        "Columbia confirmed that they had not.",
        "Columbia said nobody had proved the company wrong.",
        '"Did they do well? No, they did not," Columbia said.',
    ],
)
def test_what_looks_like_a_short_answer_denies_nothing(claims_of: Reader, answer: str) -> None:
    assert not denied(claims_of(f"{TOLD} {answer}"), "Columbia")


def test_those_who_disagree_with_each_other_deny_nobody(claims_of: Reader) -> None:
    claims = claims_of(f"{TOLD} Roe and Poe disagreed. The sisters beg to differ.")
    assert not [claim for claim in claims if claim.denies_claim is not None]


def test_the_writer_keeps_a_sentence_that_answers_nobody(claims_of: Reader) -> None:
    claims = claims_of(f"{TOLD} The company's account was at odds with the facts.")
    assert ("article", "The company's account was at odds with the facts.") in [(c.speaker, c.text) for c in claims]


@pytest.mark.parametrize(
    "text",
    [
        "Ann Poe said the hospital had not received a letter. Columbia said they had not.",
        "Asda said it had raised the price of milk in May. Columbia said it had not.",
        "Senator Pat Cole said she had voted for the bill. Columbia said he had not.",
        "Ann Poe said she strongly supported the bill. Columbia disagreed.",
        "Two of the judges ruled for her. Columbia disagreed.",
        "Ann Poe said the bridge was safe. But who says otherwise?",
    ],
)
def test_agreement_and_what_each_tells_of_himself_are_no_denials(claims_of: Reader, text: str) -> None:
    assert not [claim for claim in claims_of(text) if claim.denies_claim is not None]


def test_who_speaks_for_another_denies_what_is_told_of_him(claims_of: Reader) -> None:
    claims = claims_of("Police said Karl Orr had fired the gun. His lawyer said he had not.")
    assert [claim.stance for claim in claims] == ["asserts", "denies"]
    assert claims[1].denies_claim == claims[0].id
