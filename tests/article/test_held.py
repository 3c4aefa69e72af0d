"""What a denial says that others hold, what a clause behind a sentence denies of it, and parentheses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nli.records import Claim

Reader = Callable[[str], tuple[Claim, ...]]


def sides(claims: tuple[Claim, ...]) -> list[tuple[str, str, str]]:
    """Who asserts what and who denies it, of every denial with a claim that it answers."""
    known = {claim.id: claim for claim in claims}
    return [
        (known[c.denies_claim].speaker, known[c.denies_claim].text, c.speaker)
        for c in claims
        if c.denies_claim is not None
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "The governor dismissed the argument that Ann Cruz would not get along with Congress.",
            ("accusers", "Ann Cruz would not get along with Congress.", "governor"),
        ),
        (
            "Tom Lee rejected attacks from Jan Bush and other candidates that he was not a conservative.",
            ("Jan Bush", "Tom Lee was not a conservative.", "Tom Lee"),
        ),
        (
            "He published a letter.\n\nTom Lee denounced the council and rejected rumors that Ann Poe might resign.",
            ("accusers", "Ann Poe might resign.", "Tom Lee"),
        ),
        (
            "The university rebutted Exxon's accusation that articles about the company, produced by journalists from "
            "the school, were misleading.",
            (
                "Exxon",
                "Articles about the company, produced by journalists from the school, were misleading.",
                "university",
            ),
        ),
        (
            "Ann Poe published a letter strongly disputing accusations by Exxon Mobil that journalists from the "
            "school had produced misleading articles.",
            ("Exxon Mobil", "Journalists from the school had produced misleading articles.", "Ann Poe"),
        ),
        (
            "The documents raised new questions about whether the foundation worked to reward its donors, a charge "
            "that Ann Poe has always denied.",
            ("accusers", "The foundation worked to reward its donors.", "Ann Poe"),
        ),
    ],
)
def test_what_is_denied_is_held_by_somebody(claims_of: Reader, text: str, wanted: tuple[str, str, str]) -> None:
    assert sides(claims_of(text)) == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "Ann Poe denied that the bridge was unsafe.",
        "The ministry rejected any suggestion that the bridge was unsafe.",
        "The ministry rejected the offer that Ann Poe had made.",
        "Tom Lee told Ann Poe in Monday's phone call that Mali was reviewing its stance.",
        "Tom Lee dismissed the claims that Ann Poe made in court on Monday.",
        "Ann Poe said that prices rose in May. Tom Lee denied it would happen again.",
        "Ann Poe said that the ward was dirty. Tom Lee denied the war claims.",
        "Tom Lee signed the contract, although the ministry later disputed it.",
    ],
    ids=["nobody held it", "any suggestion", "an offer", "a call", "a relative clause", "again", "a war", "a contract"],
)
def test_nobody_is_made_to_hold_it(claims_of: Reader, text: str) -> None:
    claims = claims_of(text)
    assert not sides(claims)
    assert {claim.speaker for claim in claims} <= {"Ann Poe", "Tom Lee", "ministry", "article", "Mali"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "The east of the city is occupied territory under international law, although Israel disputes this.",
            ("article", "The east of the city is occupied territory under international law.", "Israel"),
        ),
        (
            "Ann Poe said that the economy had hit bottom this year, though Tom Lee, in a report issued this month, "
            "has contested that view.",
            ("Ann Poe", "The economy had hit bottom this year.", "Tom Lee"),
        ),
        (
            "Ann Poe said that Tom Lee had grabbed her arm. The campaign has denied it happened.",
            ("Ann Poe", "Tom Lee had grabbed her arm.", "campaign"),
        ),
        (
            "Ann Poe said in her suit that she was fired for taking leave. Tom Lee assured reporters that all of the "
            "claims in her suit are false.",
            ("Ann Poe", "Ann Poe was fired for taking leave.", "Tom Lee"),
        ),
        (
            'Exxon said that the reporters had misled readers. "Your allegations are unsupported by evidence," Tom Lee '
            "wrote.",
            ("Exxon", "The reporters had misled readers.", "Tom Lee"),
        ),
        (
            'Ann Poe said the bank had cheated her. "We disagree strongly with those claims," the bank said.',
            ("Ann Poe", "The bank had cheated Ann Poe.", "bank"),
        ),
    ],
)
def test_what_real_copy_denies(claims_of: Reader, text: str, wanted: tuple[str, str, str]) -> None:
    assert sides(claims_of(text)) == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "Tom Lee agreed to the deal, but the board rejected it.",
        "Many voters said they will not vote for Tom Lee. Ann Poe believes they are wrong.",
        "Ann Poe is out of office, although Tom Lee never denied this.",
        'Tom Lee wants a ban on ferries, he said. "I reject Tom Lee\'s comments," Ann Poe wrote.',
    ],
    ids=["a deal", "what voters will do", "never denied", "a wish"],
)
def test_no_denial_where_nothing_is_true_or_false(claims_of: Reader, text: str) -> None:
    assert not sides(claims_of(text))


def test_a_parenthesis_with_a_clause_is_a_claim_of_its_own(claims_of: Reader) -> None:
    claims = claims_of(
        "Tom Lee cited his followers for his recent claim that 81 percent of the victims were women (the actual number "
        "is closer to 15 percent, according to Factcheck). Ann Poe (left) did not say so."
    )
    said = {(claim.speaker, claim.text) for claim in claims}
    assert ("Tom Lee", "81 percent of the victims were women.") in said
    assert ("Factcheck", "The actual number is closer to 15 percent.") in said


def test_claims_of_a_year_are_nobodys(claims_of: Reader) -> None:
    claims = claims_of("The ministry rejected claims from 2014 that the bridge was unsafe.")
    assert sides(claims) == [("accusers", "The bridge was unsafe.", "ministry")]


def test_who_is_named_in_a_parenthesis_speaks_there(claims_of: Reader) -> None:
    claims = claims_of(
        "Tom Lee dismissed accusations from Ann Poe that he had hidden the report (Tom Lee received it in May, "
        "according to the ministry)."
    )
    assert sides(claims) == [("Ann Poe", "Tom Lee had hidden the report.", "Tom Lee")]
    assert {claim.text for claim in claims if claim.speaker == "ministry"} == {"Tom Lee received it in May."}


def test_a_parenthesis_that_is_no_sentence_stays_where_it_is(claims_of: Reader) -> None:
    claims = claims_of("Tom Lee thanked Ann Poe (who has been in office in the city since 2010) for her help.")
    assert [claim.text for claim in claims] == ["Tom Lee thanked Ann Poe for her help."]


def test_a_parenthesis_keeps_its_place(claims_of: Reader) -> None:
    text = (
        "Tom Lee never gave a source for his claim in November that Ann Poe wants to take in 250,000 refugees (Ms Poe "
        "has proposed accepting 10,000 people). The town was calm."
    )
    claims = {claim.text.replace("Ms Poe", "Ann Poe"): claim for claim in claims_of(text)}
    told = claims["Ann Poe wants to take in 250,000 refugees."]
    assert told.speaker == "Tom Lee"
    assert told.quote == "Ann Poe wants to take in 250,000 refugees"
    assert (
        claims["Ann Poe has proposed accepting 10,000 people."].quote == "Ms Poe has proposed accepting 10,000 people"
    )
    assert claims["The town was calm."].quote == "The town was calm"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Students have alleged they were misled and defrauded. Tom Lee has vigorously denied the fraud claims.",
            ("students", "Students were misled and defrauded.", "Tom Lee"),
        ),
        (
            "Students said that the university had cheated them. Ann Poe said in March that the allegations had no "
            "substance.",
            ("students", "The university had cheated them.", "Ann Poe"),
        ),
    ],
)
def test_what_allegations_are_about(claims_of: Reader, text: str, wanted: tuple[str, str, str]) -> None:
    assert sides(claims_of(text)) == [wanted]


def test_neither_nor_is_kept(claims_of: Reader) -> None:
    claims = claims_of(
        "Ann Poe testified, for example, that she neither sent nor received emails marked classified, and that she "
        "turned over all her emails."
    )
    assert claims[0].text == "Ann Poe neither sent nor received emails marked classified."
