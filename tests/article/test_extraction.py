"""Who is found to say what: on the seed article, on articles of other subjects, and on single sentences."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from overlap_scorer import FIXTURES, SEED

from nli.article.extraction import Extraction
from nli.records import Claim

Reader = Callable[[str], tuple[Claim, ...]]


def pick(claims: tuple[Claim, ...], speaker: str, *words: str) -> list[Claim]:
    """The claims of a speaker whose text has all the words."""
    return [claim for claim in claims if speaker in claim.speaker and all(word in claim.text for word in words)]


def summary(claims: tuple[Claim, ...]) -> set[tuple[str, str, str]]:
    return {(claim.speaker, claim.stance, claim.text) for claim in claims}


# --- the seed article ---


def test_seed_quotes_are_the_words_at_their_offsets(seed: Extraction) -> None:
    text = SEED.read_text("utf-8")
    assert len(seed.claims) > 40
    for claim in seed.claims:
        assert text[claim.span.start : claim.span.end] == claim.quote
    assert [claim.id for claim in seed.claims] == [f"c{place}" for place in range(1, len(seed.claims) + 1)]
    starts = [claim.span.start for claim in seed.claims]
    assert starts == sorted(starts)


def test_seed_russia_and_lavrov_assert_the_attack(seed: Extraction) -> None:
    (accusation,) = pick(seed.claims, "Russia", "Ukraine tried to attack", "residence")
    assert accusation.stance == "asserts"
    assert accusation.text == "Ukraine tried to attack President Vladimir Putin's residence."
    (attack,) = pick(seed.claims, "Lavrov", "residence")
    assert (attack.speaker, attack.side, attack.stance) == ("Sergei Lavrov", "Russia", "asserts")
    assert attack.text.startswith("Ukraine had tried to attack Putin's residence in the Novgorod region")


def test_seed_three_denials(seed: Extraction) -> None:
    (accusation,) = [claim for claim in pick(seed.claims, "Russia", "residence") if claim.stance == "asserts"]
    denials = [claim for claim in seed.claims if claim.stance == "denies"]
    assert [(claim.speaker, claim.side) for claim in denials] == [
        ("Ukraine", "Ukraine"),
        ("Volodymyr Zelenskiy", "Ukraine"),
        ("Volodymyr Zelenskiy", "Ukraine"),
    ]
    kyiv, dismissed, planned = denials
    assert kyiv.quote.startswith("claim Kyiv dismissed as baseless") or "Kyiv dismissed as baseless" in kyiv.quote
    assert (kyiv.denies_claim, kyiv.text) == (accusation.id, accusation.text)
    assert "a complete fabrication" in dismissed.quote
    assert (dismissed.denies_claim, dismissed.text) == (accusation.id, accusation.text)
    assert planned.text == "Ukraine had planned an attack on Putin's residence."
    assert planned.resolved


def test_seed_speakers_by_title_pronoun_and_aide(seed: Extraction) -> None:
    assert pick(seed.claims, "Sergei Lavrov", "No one was injured")  # "he said"
    assert pick(seed.claims, "Volodymyr Zelenskiy", "Two main issues")  # "the Ukrainian president"
    assert pick(seed.claims, "Volodymyr Zelenskiy", "preparing the ground for strikes")  # "He added:"
    assert pick(seed.claims, "Donald Trump", "Putin had told Donald Trump")
    assert any("second hand" in warning for warning in seed.warnings)
    assert pick(seed.claims, "Vladimir Putin", "was reviewing its stance")


def test_seed_the_writers_words_are_not_the_speakers(seed: Extraction) -> None:
    assert not any("invaded" in claim.text for claim in seed.claims if claim.speaker != "article")
    assert not any("could not independently verify" in claim.text for claim in seed.claims)
    assert not any("offered any evidence" in claim.text for claim in seed.claims)
    assert sum(claim.speaker == "article" for claim in seed.claims) <= 5


# --- made-up articles of other subjects ---


def test_court(claims_of: Reader) -> None:
    claims = claims_of((FIXTURES / "court.txt").read_text("utf-8"))
    bribes = "Former mayor Daniel Okoro took bribes from a construction firm in exchange for a bridge contract."
    assert {
        ("prosecutors", "asserts", bribes),
        ("Daniel Okoro", "denies", bribes),
        ("Daniel Okoro", "asserts", "Daniel Okoro has never taken a cent from anyone."),
        ("Ruth Feldman", "denies", bribes),
        ("Maria Lindqvist", "asserts", "Okoro destroyed emails that investigators had asked for."),
    } <= summary(claims)
    # Two accusations about different things: nobody denied the second, and no comment is no denial. A plea of
    # not guilty is one.
    denials = [claim for claim in claims if claim.stance == "denies"]
    assert [claim.text for claim in denials] == [bribes] * 3
    assert not any("verify" in claim.text or "comment" in claim.text for claim in claims)
    assert not any("Halden" in claim.speaker for claim in claims)  # neither confirmed nor denied


def test_company(claims_of: Reader) -> None:
    claims = claims_of((FIXTURES / "company.txt").read_text("utf-8"))
    assert pick(claims, "Northwind Motors", "would open in May")[0].stance == "asserts"
    assert pick(claims, "Metalworkers Union", "would not open before autumn")[0].stance == "asserts"
    assert ("Tom Reyes", "denies", "Machines were missing.") in summary(claims)
    assert ("Metalworkers Union", "asserts", "Machines were missing.") in summary(claims)
    assert ("Tom Reyes", "asserts", "All the machines have arrived.") in summary(claims)
    assert {claim.side for claim in claims if claim.speaker == "Tom Reyes"} == {"Northwind Motors"}
    (hidden,) = pick(claims, "regulators", "hiding test results")
    (dismissed,) = [claim for claim in claims if claim.speaker == "Northwind Motors" and claim.stance == "denies"]
    assert dismissed.denies_claim == hidden.id
    assert pick(claims, "Metalworkers Union", "should send inspectors")[0].stance == "demands"
    assert not any("state aid" in claim.text or "?" in claim.text for claim in claims)


def test_sport(claims_of: Reader) -> None:
    claims = claims_of((FIXTURES / "sport.txt").read_text("utf-8"))
    assert ("Peter Holt", "denies", "Peter Holt promised the striker a new contract.") in summary(claims)
    assert ("Luis Amado", "asserts", "Luis Amado did not ask for money.") in summary(claims)
    assert ("Peter Holt", "asserts", "Luis asked for more money.") in summary(claims)
    assert ("Peter Holt", "asserts", "Luis Amado wanted to leave.") in summary(claims)
    assert ("Sara Nilsen", "hedges", "The striker was tired.") in summary(claims)
    assert pick(claims, "Sara Nilsen", "missed six training sessions")
    assert not any("agents had been paid" in claim.text for claim in claims)


def test_health(claims_of: Reader) -> None:
    claims = claims_of((FIXTURES / "health.txt").read_text("utf-8"))
    excluded = "The trial had excluded older patients."
    assert ("Helen Marsh", "asserts", excluded) in summary(claims)
    assert ("health ministry", "denies", excluded) in summary(claims)
    assert ("Helen Marsh", "asserts", "The vaccine prevented only half of infections.") in summary(claims)
    assert pick(claims, "Karl Vogt", "ignored older patients")[0].stance == "denies"
    assert pick(claims, "Selvia", "No serious side effects had been seen")
    assert pick(claims, "doctors", "supply will run out")[0].stance == "hedges"


def test_border(claims_of: Reader) -> None:
    claims = claims_of((FIXTURES / "border.txt").read_text("utf-8"))
    (first_shot,) = pick(claims, "Thailand's army", "Cambodian soldiers opened fire first")
    (account,) = [claim for claim in pick(claims, "Maly Socheata") if claim.stance == "denies"]
    assert account.denies_claim == first_shot.id
    assert account.side == "Cambodia"
    assert pick(claims, "Maly Socheata", "Cambodia did not fire first")
    assert ("Anan Chaiyo", "denies", "Thai jets had bombed a hospital.") in summary(claims)
    munitions = "Thailand used cluster munitions."
    assert {("Cambodia", "asserts", munitions), ("Thailand", "denies", munitions)} <= summary(claims)
    assert not any("verify" in claim.text or "Each other" in claim.text for claim in claims)


def test_election(claims_of: Reader) -> None:
    claims = claims_of((FIXTURES / "election.txt").read_text("utf-8"))
    (paid,) = pick(claims, "Ada Bello", "The government had paid thugs")
    (staged,) = [claim for claim in pick(claims, "Musa Ibrahim", "staged") if claim.stance == "asserts"]
    denials = {(claim.speaker, claim.denies_claim) for claim in claims if claim.stance == "denies"}
    assert {("Musa Ibrahim", paid.id), ("Ada Bello", staged.id)} <= denials
    (bias,) = pick(claims, "Ada Bello", "The commission is guilty of bias")
    assert ("election commission", bias.id) in denials
    assert not any("soldiers" in claim.text for claim in claims)


def test_railway(claims_of: Reader) -> None:
    claims = claims_of((FIXTURES / "railway.txt").read_text("utf-8"))
    assert pick(claims, "National Safety Board", "The crew was not told.")
    assert ("Great Lakes Rail", "asserts", "Great Lakes Rail's crew had been warned.") in summary(claims)
    assert ("Carla Ortiz", "asserts", "No alert was received.") in summary(claims)
    assert ("Jim Hale", "asserts", "The crew received an alert.") in summary(claims)
    assert ("Carla Ortiz", "asserts", "The company lied.") in summary(claims)
    assert pick(claims, "Great Lakes Rail", "will pay $5 million")
    (wheel,) = pick(claims, "Neil Watts", "inspected in January")
    assert "1998" not in wheel.text  # the writer's aside
    assert not any("not immediately clear" in claim.text for claim in claims)


# --- single constructions ---


def test_a_paragraph_that_ends_in_a_colon_brings_the_next_one(claims_of: Reader) -> None:
    text = "Jane Roe met Tom Poe on Monday.\n\nTom Poe added:\n\n{}\n\nThe town has 9,000 people."
    for words in ("“The bridge was closed. It is safe now.”", "The bridge was closed. It is safe now."):
        claims = summary(claims_of(text.format(words)))
        assert ("Tom Poe", "asserts", "The bridge was closed.") in claims
        assert ("article", "asserts", "The town has 9,000 people.") in claims


def test_what_is_said_beside_is_not_told_at_second_hand(claims_of: Reader) -> None:
    claims = claims_of("An aide said the reforms were not complete, and Jane Roe warned that the army was strong.")
    (warning,) = pick(claims, "Jane Roe", "army")
    assert warning.via == ()


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ("falsely claiming that the bank was broke", "Tom Roe falsely claimed that the bank was broke."),
        ("denying that the bank was broke", "Tom Roe denied that the bank was broke."),
    ],
)
def test_what_somebody_is_accused_of_saying_is_no_claim_of_the_accuser(claims_of: Reader, told: str, text: str) -> None:
    claims = claims_of(f"Ann Poe accused Tom Roe of {told}.")
    assert [(claim.speaker, claim.stance, claim.text) for claim in claims] == [("Ann Poe", "asserts", text)]


def test_whom_one_accuses_is_somebody_else(claims_of: Reader) -> None:
    claims = claims_of("Mary Roe met Ann Poe. Mr Roe's wife Mary accused her of lying.")
    assert not any(claim.text.startswith("Mary") and "lied" in claim.text for claim in claims)
    (wish,) = pick(claims_of("The council wants it published without delay."), "council")
    assert not wish.resolved


def test_a_plain_claim_is_denied_where_it_was_just_made(claims_of: Reader) -> None:
    for text in (
        "Jane Roe said the engines were safe, a claim Tom Poe flatly rejected.",
        "Jane Roe said the engines were safe. Tom Poe called the claim baseless.",
    ):
        assert ("Tom Poe", "denies", "The engines were safe.") in summary(claims_of(text))


def test_a_past_wish_is_no_promise(claims_of: Reader) -> None:
    (told,) = claims_of("Anna Berg said she had wanted to resign in May.")
    assert (told.stance, told.text) == ("asserts", "Anna Berg had wanted to resign in May.")


def test_what_declined_or_refused_is_told_and_who_declined_to_say_is_silent(claims_of: Reader) -> None:
    told = summary(claims_of("Profits at Northwind declined 12 percent last year. The pilot refused to take off."))
    assert {text for _, _, text in told} == {
        "Profits at Northwind declined 12 percent last year.",
        "The pilot refused to take off.",
    }
    assert not claims_of("The company declined to comment. The minister refused to say where it was.")


def test_he_who_says_it_is_not_whom_it_is_about(claims_of: Reader) -> None:
    claims = claims_of("Tom Poe denied that the forward had been dropped. Ivan Han has a sore hamstring, he said.")
    assert ("Tom Poe", "asserts", "Ivan Han has a sore hamstring.") in summary(claims)


@pytest.mark.parametrize(
    "answer",
    [
        "A spokesman for Hartley Foods said the accusations were without foundation.",
        "Hartley Foods insisted this never happened.",
        "The company said the watchdog's claims were untrue.",
    ],
)
def test_ways_to_deny(claims_of: Reader, answer: str) -> None:
    claims = claims_of(f"The watchdog said Hartley Foods sold spoiled meat to schools. {answer}")
    assert [(claim.stance, claim.denies_claim) for claim in claims] == [("asserts", None), ("denies", "c1")]


def test_an_account_may_be_told_by_another(claims_of: Reader) -> None:
    claims = claims_of(
        "Prosecutor Anna Berg spoke first. Tom Poe would testify that he had counted the notes himself, she said. "
        "The defence lawyer, Jane Roe, dismissed Poe's account as a fairy tale."
    )
    (told,) = [claim for claim in claims if claim.speaker == "Anna Berg"]
    assert [claim.denies_claim for claim in claims if claim.stance == "denies"] == [told.id]


def test_a_spokesman_for_a_body_has_a_name(claims_of: Reader) -> None:
    (claim,) = claims_of("A spokesman for Brennick, Paul Greer, said the tools were safe.")
    assert claim.speaker == "Paul Greer"


def test_his_is_nobody_who_is_a_body(claims_of: Reader) -> None:
    claims = claims_of("The inquiry found that its lead author had deleted data which did not fit his argument.")
    assert not any("inquiry's argument" in claim.text for claim in claims)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Roe said the bridge was safe.", ("Jane Roe", "asserts", "The bridge was safe.")),
        ("The bridge was safe, Jane Roe said.", ("Jane Roe", "asserts", "The bridge was safe.")),
        ("“The bridge is safe,” said Jane Roe.", ("Jane Roe", "asserts", "The bridge is safe.")),
        ('"The bridge is safe," Jane Roe told reporters.', ("Jane Roe", "asserts", "The bridge is safe.")),
        ("Jane Roe said: “The bridge is safe.”", ("Jane Roe", "asserts", "The bridge is safe.")),
        ("Jane Roe denied that the bridge was safe.", ("Jane Roe", "denies", "The bridge was safe.")),
        ("Jane Roe denied stealing the money.", ("Jane Roe", "denies", "Jane Roe stole the money.")),
        ("Jane Roe may resign, according to Tom Poe.", ("Tom Poe", "hedges", "Jane Roe may resign.")),
        ("According to the police, the bridge had cracks.", ("police", "asserts", "The bridge had cracks.")),
        ("Jane Roe hopes that the bridge is safe.", ("Jane Roe", "hedges", "The bridge is safe.")),
        ("Poland urged Hungary to open the border.", ("Poland", "demands", "Hungary should open the border.")),
        ("Warsaw said the border was open.", ("Poland", "asserts", "The border was open.")),
        ("The Kremlin said the border was open.", ("Russia", "asserts", "The border was open.")),
        ("Ghana accused Togo of closing the border.", ("Ghana", "asserts", "Togo closed the border.")),
        ("Ghana accused Togo of having starved the line.", ("Ghana", "asserts", "Togo had starved the line.")),
        ("Jane Roe denied having paid any fees.", ("Jane Roe", "denies", "Jane Roe had paid some fees.")),
        ("Police said on Tuesday that a pipe burst at the mine.", ("police", "asserts", "A pipe burst at the mine.")),
        ("Jane Roe promised to pay the workers.", ("Jane Roe", "asserts", "Jane Roe will pay the workers.")),
        ("Jane Roe described the plan as a disaster.", ("Jane Roe", "asserts", "The plan was a disaster.")),
        ("The talks are continuing, Jane Roe said.", ("Jane Roe", "asserts", "The talks are continuing.")),
        (
            "Jane Roe put the number of strikers at 2,310.",
            ("Jane Roe", "asserts", "The number of strikers was 2,310."),
        ),
        ("Poland insisted that Hungary stop the raids.", ("Poland", "demands", "Hungary should stop the raids.")),
        (
            "Insurers asked that the portrait be tested again.",
            ("Insurers", "demands", "The portrait should be tested again."),
        ),
        ("Jane Roe said Tom Poe must have sent it.", ("Jane Roe", "hedges", "Tom Poe must have sent it.")),
        (
            "Tom Poe, who was envoy to Ghana until May, said Roe left the room in 2009.",
            ("Tom Poe", "asserts", "Roe left the room in 2009."),
        ),
        (
            "“The bridge was closed all of last winter.” – Jane Roe, a teacher",
            ("Jane Roe", "asserts", "The bridge was closed all of last winter."),
        ),
    ],
)
def test_constructions(claims_of: Reader, text: str, expected: tuple[str, str, str]) -> None:
    assert expected in summary(claims_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "Jane Roe declined to comment on the report.",
        "Jane Roe neither confirmed nor denied that the bridge was closed.",
        "Jane Roe did not say that the bridge was closed.",
        "Jane Roe did not deny that the bridge was closed.",
        "Jane Roe refused to say whether the bridge was closed.",
        "The newspaper could not independently verify the claims.",
        "Jane Roe asked if the bridge was closed.",
        "Asked whether the bridge was closed, Jane Roe said: “Who knows?”",
        "It was not clear whether the bridge was closed.",
        "Jane Roe offered no evidence for the allegation.",
    ],
)
def test_silence_claims_nothing(claims_of: Reader, text: str) -> None:
    assert claims_of(text) == ()


ACCUSED = "Ghana accused Togo of closing the border.\n\n"


@pytest.mark.parametrize(
    "denial",
    [
        "Togo denied the accusation.",
        "Togo dismissed Ghana's allegation as a fabrication.",
        "Togo denied it.",
        "Togo called the allegations baseless.",
        "Togo rejected the claim as false.",
        "Togo said the accusation was false.",
        "The accusation was rejected by Togo.",
        "“The allegation is a lie,” said Jane Roe, a spokeswoman for Togo.",
    ],
)
def test_denials_by_reference_take_the_text_of_what_they_deny(claims_of: Reader, denial: str) -> None:
    claims = claims_of(ACCUSED + denial)
    (made,) = [claim for claim in claims if claim.stance == "denies"]
    assert made.text == "Togo closed the border."
    assert made.denies_claim == claims[0].id
    assert made.resolved


def test_a_denial_of_one_of_two_accusations_finds_the_one_it_names(claims_of: Reader) -> None:
    text = (
        "Ghana accused Togo of closing the border. Ghana also accused Togo of jailing journalists.\n\n"
        "Togo denied the accusation about the journalists."
    )
    (made,) = [claim for claim in claims_of(text) if claim.stance == "denies"]
    assert made.text == "Togo jailed journalists."


def test_a_denial_that_fits_two_accusations_is_not_guessed(claims_of: Reader) -> None:
    text = (
        "Ghana accused Togo of closing the border. Ghana also accused Togo of jailing journalists.\n\n"
        "Togo denied the accusation."
    )
    (made,) = [claim for claim in claims_of(text) if claim.stance == "denies"]
    assert not made.resolved
    assert made.denies_claim is None


def test_a_denial_of_nothing_said_before_is_reported_as_such(claims_of: Reader) -> None:
    (made,) = [claim for claim in claims_of("Togo rejected the allegation as a lie.") if claim.stance == "denies"]
    assert not made.resolved


def test_rejecting_an_offer_denies_nothing(claims_of: Reader) -> None:
    claims = claims_of(ACCUSED + "Togo rejected the offer. Togo denied bail to the men.")
    assert not [claim for claim in claims if claim.stance == "denies"]


def test_first_person_becomes_the_speaker(claims_of: Reader) -> None:
    text = "“I don’t trust the council and I’m sure that it lied,” said Jane Roe."
    assert any(claim.text.startswith("Jane Roe does not trust the council") for claim in claims_of(text))


def test_an_interrupted_quotation_is_one_claim_over_the_whole_stretch(claims_of: Reader) -> None:
    text = "“The bridge was closed,” said Jane Roe, “because of the storm.”"
    (claim,) = claims_of(text)
    assert claim.text == "The bridge was closed, because of the storm."
    assert claim.quote.startswith("The bridge")
    assert claim.quote.endswith("storm")


def test_a_pronoun_that_cannot_be_settled_is_marked(claims_of: Reader) -> None:
    (claim,) = claims_of("Jane Roe said they had left.")
    assert not claim.resolved
