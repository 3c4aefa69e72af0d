"""What turns a meaning around: negations, denials that are none, pronouns that stand for somebody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nli.records import Claim

Reader = Callable[[str], tuple[Claim, ...]]


def only(claims: tuple[Claim, ...], speaker: str) -> Claim:
    """The one claim of a speaker."""
    (found,) = [claim for claim in claims if claim.speaker == speaker]
    return found


@pytest.mark.parametrize(
    "text",
    [
        "The firm Kemra could not confirm or deny that it dumped acid.",
        "The minister declined to confirm or deny that he took the money.",
        "Jane Roe stopped short of denying that the dam leaked.",
        "The army neither confirmed nor denied that it raided the village.",
    ],
)
def test_what_is_not_said_is_no_denial(claims_of: Reader, text: str) -> None:
    assert all(claim.stance != "denies" for claim in claims_of(text))


@pytest.mark.parametrize(
    ("text", "speaker", "wanted"),
    [
        ("Lund promised not to raise taxes.", "Lund", "Lund will not raise taxes."),
        ("The union urged members not to accept the offer.", "union", "Members should not accept the offer."),
        ("Osk vowed never to sell the plant.", "Osk", "Osk will never sell the plant."),
    ],
)
def test_a_negation_before_to_is_kept(claims_of: Reader, text: str, speaker: str, wanted: str) -> None:
    assert only(claims_of(text), speaker).text == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The clerk denied that passwords had ever been stored there.", "Passwords had been stored there."),
        ("The guard denied threatening anyone.", "The guard threatened someone."),
        ("The army denied a report that two soldiers had deserted.", "Two soldiers had deserted."),
    ],
)
def test_what_is_denied_is_written_as_it_would_be_asserted(claims_of: Reader, text: str, wanted: str) -> None:
    (denial,) = [claim for claim in claims_of(text) if claim.stance == "denies"]
    assert denial.text == wanted


def test_he_is_not_the_tribunal(claims_of: Reader) -> None:
    claim = only(claims_of("A tribunal ruled that she had forged the documents."), "tribunal")
    assert (claim.text, claim.resolved) == ("She had forged the documents.", False)


def test_a_speaker_of_no_known_kind_may_be_he(claims_of: Reader) -> None:
    claim = only(claims_of("The 27-year-old said he was hurt."), "27-year-old")
    assert (claim.text, claim.resolved) == ("27-year-old was hurt.", True)


def test_a_sentence_without_its_verb_is_marked(claims_of: Reader) -> None:
    claim = only(claims_of("Asked whether he took the money, Peter Roe said he did not."), "Peter Roe")
    assert not claim.resolved


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ('"We did not ask him to sail," the captain said.', "asserts"),
        ('"Nobody needs to worry," the captain said.', "asserts"),
        ('"We need to sail," the captain said.', "demands"),
        ("The captain seemed to suggest that the ship was lost.", "hedges"),
        ("The captain demanded Lund's resignation.", "demands"),
    ],
)
def test_stances(claims_of: Reader, text: str, stance: str) -> None:
    assert only(claims_of(text), "captain").stance == stance


@pytest.mark.parametrize(
    "denial",
    [
        "Kemra denied doing so.",
        "Kemra said that was not the case.",
        "Kemra denied it.",
        "Kemra rejected the accusation.",
        "Kemra called the charge unsubstantiated.",
        "Kemra called that nonsense.",
        "That claim was wrong, according to Kemra.",
    ],
)
def test_denials_that_point_back(claims_of: Reader, denial: str) -> None:
    said, denied = claims_of(f"The union said that the plant had dumped acid. {denial}")
    assert (denied.stance, denied.denies_claim, denied.text) == ("denies", said.id, said.text)


def test_the_accused_denies_the_charge(claims_of: Reader) -> None:
    claims = claims_of("Maria Quintero accused the ministry of lying, a charge it denied.")
    denial = only(claims, "ministry")
    assert denial.stance == "denies"
    assert denial.denies_claim == only(claims, "Maria Quintero").id


def test_what_comes_later_is_not_what_is_denied(claims_of: Reader) -> None:
    claims = claims_of("Jane Ott branded the remark a slur, and Ida Lund said the plan was unfair.")
    assert only(claims, "Jane Ott").denies_claim is None


def test_a_denial_of_what_nobody_claims_is_reported_as_unlinked(claims_of: Reader) -> None:
    (denial,) = [claim for claim in claims_of("The mayor denied the affair.") if claim.stance == "denies"]
    assert (denial.denies_claim, denial.resolved) == (None, False)
    assert not claims_of("The mayor denied the request.")


def test_a_comment_between_commas_brings_the_whole_sentence(claims_of: Reader) -> None:
    claims = claims_of("Grainne Mulcahy told him to look again. Over three years, she said, it had gone down by 11%.")
    assert any(
        claim.text == "Over three years it had gone down by 11%." for claim in claims if claim.speaker != "article"
    )


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("The study, which notes that 58 companies paid nothing, was released on Tuesday.", "study"),
        ("Ann Keaty, the librarian, who said that five would shut, left at noon.", "Ann Keaty"),
        ("Spanish police said the van was empty.", "Spanish police"),
        ("Beijing's envoy Li Wei said the talks failed.", "Li Wei"),
    ],
)
def test_who_speaks(claims_of: Reader, text: str, speaker: str) -> None:
    assert speaker in [claim.speaker for claim in claims_of(text)]


def test_a_capital_stands_for_its_country_before_an_envoy(claims_of: Reader) -> None:
    assert only(claims_of("Beijing's envoy Li Wei said the talks failed."), "Li Wei").side == "China"


def test_a_past_tense_that_was_tagged_as_a_participle(claims_of: Reader) -> None:
    claims = claims_of("Peabody filed for bankruptcy, adding that its market value quadrupled in less than a year.")
    assert [claim.text for claim in claims if claim.speaker == "Peabody"] == [
        "Peabody's market value quadrupled in less than a year."
    ]
