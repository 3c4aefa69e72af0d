"""Who is meant by "he", "him", "it", a surname or a title."""

from __future__ import annotations

from collections.abc import Callable

from nli.records import Claim

Reader = Callable[[str], tuple[Claim, ...]]


def test_he_is_no_club(claims_of: Reader) -> None:
    claims = claims_of(
        "FC Rheinau have lost the striker Idris Belhadj. Belhadj was not with the squad on Wednesday. Rheinau said in "
        "a short statement that he had stayed away without permission."
    )
    assert claims[-1].text == "Idris Belhadj had stayed away without permission."
    assert claims[-1].speaker == "FC Rheinau"


def test_he_who_expects_is_not_whom_he_expects(claims_of: Reader) -> None:
    claims = claims_of("Kyle Bremer is on paid leave. Jim Sadowski said he expected him to be back this spring.")
    assert claims[-1].text == "Jim Sadowski expected Kyle Bremer to be back this spring."


def test_a_surname_that_two_have_is_whose_the_pronoun_fits(claims_of: Reader) -> None:
    claims = claims_of(
        "The police shot Terrence Whitlow on Saturday.\n\n"
        "Raymond Colvin, the police chief, said he was waiting.\n\n"
        "Denise Whitlow said she wanted the officer charged.\n\n"
        "Whitlow, a forklift operator, had two daughters. He was convicted of shoplifting in 2013, court files show."
    )
    assert any(claim.text.startswith("Terrence Whitlow was convicted") for claim in claims)


def test_a_knight_goes_by_his_first_name(claims_of: Reader) -> None:
    claims = claims_of("The chairman, Sir Alan Pryce, said the offer was low. Sir Alan said the door was shut.")
    assert {claim.speaker for claim in claims} == {"Alan Pryce"}


def test_a_managing_director_speaks_for_nothing_called_managing(claims_of: Reader) -> None:
    claims = claims_of('"Our vessel touched nothing that night," Managing Director Peter Lamptey told a radio station.')
    assert claims[0].text == "Peter Lamptey's vessel touched nothing that night."


def test_a_panel_is_no_company(claims_of: Reader) -> None:
    claims = claims_of(
        "Harwick Holdings reported a loss. The Takeover Panel said it would wait.\n\n"
        "The company said it had made no mistake."
    )
    assert claims[-1].speaker == "Harwick Holdings"


def test_a_name_behind_said_with_an_age_is_whom_it_is_about(claims_of: Reader) -> None:
    claims = claims_of('Jim Sadowski, president of the union, said Bremer, 27, was "a good officer who meant well."')
    assert claims[0].speaker == "Jim Sadowski"


def test_whoever_is_accused_is_not_the_accusation(claims_of: Reader) -> None:
    claims = claims_of(
        "A rebel group accused the army of bombing a camp, an allegation that the defence ministry dismissed."
    )
    assert [claim.text for claim in claims] == ["The army bombed a camp.", "The army bombed a camp."]
    assert claims[1].denies_claim == claims[0].id


def test_that_statement_is_the_one_just_made(claims_of: Reader) -> None:
    claims = claims_of(
        "Alicia Moreno said nobody went near Terrence Whitlow. A police statement released Monday said two officers "
        "began to help him at once. Marcus Bell, a lawyer for the family, called that statement fiction."
    )
    assert claims[-1].denies_claim == claims[-2].id


def test_wanting_a_thing_done_asks_for_it(claims_of: Reader) -> None:
    claims = claims_of("Denise Whitlow said she wanted Bremer fired and charged with murder.")
    assert claims[-1].text == "Bremer should be fired and charged with murder."
    claims = claims_of("The hotel opened in 2022. A conservation group wants it pulled down.")
    assert claims[-1].text.endswith("should be pulled down.")


def test_what_is_told_in_writing_is_told(claims_of: Reader) -> None:
    claims = claims_of("Nada Jurin testified that she had told the mayor in writing that the plot lay on the shore.")
    assert [claim.text for claim in claims] == ["The plot lay on the shore."]


def test_it_is_what_the_sentence_before_was_about(claims_of: Reader) -> None:
    claims = claims_of(
        "The hospital's lawyer, Stephen Garrow, said the death rate had been in line with that of others.\n\n"
        "Ewan Laidlaw, a statistician, said it was too high."
    )
    assert claims[0].resolved
    assert claims[1].text == "The death rate was too high."


def test_a_firm_cut_short_is_the_firm(claims_of: Reader) -> None:
    claims = claims_of(
        "Copperline Resources, the owner, said that it was sorry. Copperline said the pumps were working."
    )
    assert {claim.speaker for claim in claims} == {"Copperline Resources"}


def test_the_joining_word_is_no_part_of_what_was_told(claims_of: Reader) -> None:
    claims = claims_of("Joseph Mwila told reporters that shift leaders had written to the mine's managers.")
    assert claims[0].text == "Shift leaders had written to the mine's managers."


def test_a_name_that_the_tagger_does_not_know(claims_of: Reader) -> None:
    claims = claims_of(
        "Norlund, which makes pumps and valves, described its offer of 640 pence a share as full and fair and said it "
        "was considering its options."
    )
    assert claims[0].speaker == "Norlund"
    assert claims[0].text == "Norlund's offer of 640 pence a share was full and fair."


def test_short_shrift_is_a_denial(claims_of: Reader) -> None:
    claims = claims_of("Paco Arrieta said the deal was done.\n\nHolger Brandis gave that short shrift on Wednesday.")
    assert claims[1].stance == "denies"
    assert claims[1].denies_claim == claims[0].id


def test_an_army_s_spokesman_speaks_for_its_country(claims_of: Reader) -> None:
    claims = claims_of('"We did not fire," the Russian defence ministry\'s spokesman, Ivan Petrov, said.')
    assert claims[0].text == "Russia did not fire."


def test_a_union_is_not_the_firm_it_is_in(claims_of: Reader) -> None:
    claims = claims_of("Amazon said it would appeal. The Amazon Labor Union said the vote was fair.")
    assert [claim.speaker for claim in claims] == ["Amazon", "Amazon Labor Union"]
