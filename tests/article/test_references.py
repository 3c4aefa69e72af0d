"""What refers to something said elsewhere: figures, pronouns, names cut short."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nli.article.figures import is_bare_figure, with_figure
from nli.records import Claim

Reader = Callable[[str], tuple[Claim, ...]]


def test_a_figure_put_for_another_is_written_out(claims_of: Reader) -> None:
    text = "Chad says Malian guards are holding six herders. Mali puts the number at four."
    assert [(claim.speaker, claim.text) for claim in claims_of(text)] == [
        ("Chad", "Malian guards are holding six herders."),
        ("Mali", "Malian guards are holding four herders."),
    ]


def test_a_share_put_for_another_is_written_out(claims_of: Reader) -> None:
    text = "The union Acta said 92% of staff had joined the walkout. The airline Sudair put participation at 31%."
    assert claims_of(text)[-1].text == "31% of staff had joined the walkout."


def test_a_figure_of_nothing_is_marked(claims_of: Reader) -> None:
    (claim,) = claims_of("The clerk Ann Poe said that the correct number was 12.")
    assert not claim.resolved


@pytest.mark.parametrize(
    ("text", "value", "wanted"),
    [
        ("The spill released about 1,200 cubic metres.", "The volume was 90 cubic metres.", "90 cubic"),
        ("It killed 41 people and hurt 60 others.", "The toll was 50.", None),
        ("The bill was $3 million.", "The number was four.", None),
        ("Stoppages were planned for August 9.", "The total was 3.", None),
    ],
    ids=["same unit", "two figures", "other unit", "a date"],
)
def test_only_the_one_figure_of_its_unit_is_replaced(text: str, value: str, wanted: str | None) -> None:
    written = with_figure(text, value)
    assert written is None if wanted is None else written is not None and wanted in written


def test_a_figure_with_its_thing_is_no_bare_one() -> None:
    assert is_bare_figure("The figure was 14.")
    assert is_bare_figure("It was 93%.")
    assert not is_bare_figure("The number of strikers was 2,310.")
    assert not is_bare_figure("It was a lie.")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The family said he was holding a phone.", "He was holding a phone."),
        ("Chad says they will be freed soon.", "They will be freed soon."),
        ("The ministry said it was unfit for human consumption.", "It was unfit for human consumption."),
    ],
    ids=["a family is no he", "a country is no they", "a ministry is not unfit"],
)
def test_a_pronoun_that_cannot_be_the_speaker_is_left_and_marked(claims_of: Reader, text: str, wanted: str) -> None:
    (claim,) = claims_of(text)
    assert (claim.text, claim.resolved) == (wanted, False)


def test_what_was_just_spoken_of_is_it(claims_of: Reader) -> None:
    text = "Larkmet said that river water was safe to drink. The ministry said it was unfit for human consumption."
    assert claims_of(text)[-1].text == "River water was unfit for human consumption."


def test_a_first_name_tells_he_from_she(claims_of: Reader) -> None:
    text = (
        "Marcus Ellroy was shot on Sunday. Denise Okada, the family's lawyer, spoke to reporters. "
        "Carla Jones said the officers had hit him."
    )
    assert claims_of(text)[-1].text == "The officers had hit Marcus Ellroy."


def test_who_is_spoken_of_in_a_quotation_is_not_taken_for_somebody_named_before(claims_of: Reader) -> None:
    text = 'Anna Roe slept badly. "Our guard waited an hour," Ben Oak said. "She noted the time."'
    (claim,) = [claim for claim in claims_of(text) if "time" in claim.text]
    assert (claim.text, claim.resolved) == ("She noted the time.", False)


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Bridget Ackers was at home. Her second statement says that the car was stolen.", "Bridget Ackers"),
        ("Simon Adey KC said the letter was forged. Adey said the bank was told.", "Simon Adey"),
        ("Opening the case for the Crown, Ann Poe said that the driver was drunk.", "Ann Poe"),
        ("Conneely said he had counted 340 on his screen.", "Conneely"),
    ],
    ids=["her statement", "letters behind a name", "beside another name", "like an adverb"],
)
def test_who_speaks(claims_of: Reader, text: str, speaker: str) -> None:
    assert claims_of(text)[-1].speaker == speaker


def test_what_the_speaker_did_next_is_not_what_he_said(claims_of: Reader) -> None:
    claims = claims_of("Kirsten Dahl told analysts the group had 14 clients but said later that it had 12.")
    assert claims[0].text == "The group had 14 clients."
    assert {claim.speaker for claim in claims} == {"Kirsten Dahl"}


def test_blame_is_a_statement_of_a_cause(claims_of: Reader) -> None:
    claims = claims_of("The collector blamed the outbreak on water drawn from an open well.")
    assert claims[0].text == "Water drawn from an open well caused the outbreak."


def test_workers_quoted_as_saying_something_say_it(claims_of: Reader) -> None:
    claims = claims_of("Four workers are quoted in the complaint as saying that Boles had locked the door.")
    assert [(claim.speaker, claim.text) for claim in claims] == [("four workers", "Boles had locked the door.")]


def test_an_hour_ends_a_sentence_before_a_quotation(claims_of: Reader) -> None:
    claims = claims_of(
        'Domingos Freitas told supporters the seals had been cut at 4 a.m. "We went to bed winning," he said.'
    )
    assert claims[0].text == "The seals had been cut at 4 am."
    assert {claim.speaker for claim in claims} == {"Domingos Freitas"}


def test_who_corrects_himself_goes_on_speaking(claims_of: Reader) -> None:
    claims = claims_of(
        "A spokesman said the lines had been down since Monday, but later corrected himself and said the trouble "
        "started on Saturday. They were working again, he said."
    )
    assert [claim.speaker for claim in claims] == ["spokesman"] * 3


def test_a_winner_declared_is_one_who_won(claims_of: Reader) -> None:
    claims = claims_of(
        "The commission on Wednesday declared Wyson Kanda the winner of the vote, but the opposition said he had lost."
    )
    assert [claim.text for claim in claims] == ["Wyson Kanda was the winner of the vote.", "Wyson Kanda had lost."]


def test_what_came_of_a_statement_is_no_part_of_it(claims_of: Reader) -> None:
    claims = claims_of("The father said on Friday that the shot had killed his girl, prompting the ministry to answer.")
    assert claims[0].text == "The shot had killed the father's girl."


def test_no_sign_of_something_is_no_claim(claims_of: Reader) -> None:
    assert claims_of("The company has found no sign that card numbers were taken.") == ()


def test_an_executive_speaks_for_the_company_just_named(claims_of: Reader) -> None:
    claims = claims_of('Meridale said 200 records were taken. "We paid nothing," chief executive Joan Prutt said.')
    assert claims[-1].text == "Meridale paid nothing."


def test_a_task_in_a_title_is_no_side(claims_of: Reader) -> None:
    (claim,) = claims_of("Chief Financial Officer Kirsten Dahl said the deal was signed.")
    assert claim.side is None


def test_a_director_speaks_for_the_body_just_named(claims_of: Reader) -> None:
    claims = claims_of(
        "The National Testing Authority said its officer had rung.\n\n"
        "Bernhard Zwett, the authority's director, said he was there."
    )
    assert claims[-1].side == claims[0].speaker
