"""What a denial by reference answers, and what is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from denied_claims import denied

from nli.records import Claim

Reader = Callable[[str], tuple[Claim, ...]]


@pytest.mark.parametrize(
    ("text", "speaker", "wanted"),
    [
        (
            "Chad accused Mali on Friday of shelling a village in breach of a truce, a charge Mali called baseless.",
            "Mali",
            "Mali shelled a village in breach of a truce.",
        ),
        (
            "The airline Sudair said it had ended the contract.\n\n"
            "The caterer Foodex gave a different account on Tuesday.",
            "Foodex",
            "Sudair had ended the contract.",
        ),
        (
            "Coach Paul Orr said he had warned the player in August.\n\n"
            '"That conversation is an invention," Anna Berg said.',
            "Anna Berg",
            "Paul Orr had warned the player in August.",
        ),
        (
            "Police said the officers gave three warnings. Carla Jones, who watched from a balcony, disputed that.",
            "Carla Jones",
            "The officers gave three warnings.",
        ),
        (
            "Janet Prow, 57, denies eight counts of fraud. Her trial opened on Monday.\n\n"
            "The prosecution says Prow emptied a widow's account.",
            "Janet Prow",
            "Prow emptied a widow's account.",
        ),
        (
            '"They robbed us of the vote in Sarno," said Rita Kert.\n\nThe count goes on.\n\n'
            "Jan Abel, who ran the campaign, called the charge baseless.",
            "Jan Abel",
            "They robbed Rita Kert's side of the vote in Sarno.",
        ),
        (
            "Fiona Garry told the inquiry that two nurses had looked after the whole ward.\n\n"
            "The manager, Karl Orr, contradicted her. He spoke for an hour.",
            "Karl Orr",
            "Two nurses had looked after the whole ward.",
        ),
        (
            "The hackers said they had stolen the records of 4 million people, a number the company said was far from "
            "the truth.",
            "company",
            "Hackers had stolen the records of 4 million people.",
        ),
        (
            "The Front said that ballot boxes had been swapped on the way to Sarno.\n\n"
            "The head of the commission, Rita Kert, called the allegation baseless.",
            "Rita Kert",
            "Ballot boxes had been swapped on the way to Sarno.",
        ),
        (
            "The party complained that its agents were shut out of the hall.\n\nKert said that was not so.",
            "Kert",
            "The party's agents were shut out of the hall.",
        ),
        (
            'Mali accused its southern neighbour of holding an officer. "He was driven away in a lorry," '
            "Modibo Keita, the spokesman of Mali's army, said.\n\nAccra denied this.",
            "Ghana",
            "Mali's southern neighbour held an officer.",
        ),
        (
            "Fiona Garry said the union had written a letter to the hospital in January.\n\n"
            '"No such letter ever reached us," Karl Orr said.',
            "Karl Orr",
            "The union had written a letter to the hospital in January.",
        ),
        (
            "Lachlan Dunn has pleaded not guilty to both counts.\n\n"
            "Opening the case for the Crown, Priya Venkat said that Dunn had been at the wheel of a grey Land Cruiser.",
            "Lachlan Dunn",
            "Dunn had been at the wheel of a grey Land Cruiser.",
        ),
        (
            '"Our observers were marched out at midnight," Rita Kert said. "One of them is sixty-eight."\n\n'
            "Glenn Sed's account is another.",
            "Glenn Sed",
            "Rita Kert's observers were marched out at midnight.",
        ),
        (
            "The family of Marcus Ellroy said he was holding a phone, contradicting the department's account that he "
            "pointed a gun at officers. The department said Ellroy had pointed a gun at officers.",
            "family",
            "Ellroy had pointed a gun at officers.",
        ),
        (
            "Ann Poe said the stones had been broken by falling rocks.\n\nJan Abel rejected the criticism.",
            "Jan Abel",
            "The stones had been broken by falling rocks.",
        ),
        (
            "Ann Poe says the bank hid its losses, a claim that the mayor of Orlow strongly disputes.",
            "mayor",
            "The bank hid its losses.",
        ),
        (
            "Ann Poe has said that the letters were open on arrival - a point that postal workers have contested.",
            "postal workers",
            "The letters were open on arrival.",
        ),
        ("Ann Poe told police that Jan Abel hit her, which he denies.", "Jan Abel", "Jan Abel hit Ann Poe."),
        (
            "The union says managers ignored warnings, something the company has repeatedly denied.",
            "company",
            "Managers ignored warnings.",
        ),
        (
            "Ann Poe said the mine was unsafe. Jan Abel has pushed back on those charges.",
            "Jan Abel",
            "The mine was unsafe.",
        ),
        (
            "Ann Poe said that orders fell 20% before the deal closed. Jan Abel, who was the finance chief until "
            "September, called the 20% figure nonsense.",
            "Jan Abel",
            "Orders fell 20% before the deal closed.",
        ),
        (
            "Ann Poe said the plants were running. Jan Abel dismissed that as a fairy tale.",
            "Jan Abel",
            "The plants were running.",
        ),
        (
            "The prosecutor said Jan Abel had stolen the money. Jan Abel maintains his innocence.",
            "Jan Abel",
            "Jan Abel had stolen the money.",
        ),
        (
            "The prosecutor said Jan Abel had stolen the money. Jan Abel insisted he did nothing wrong.",
            "Jan Abel",
            "Jan Abel had stolen the money.",
        ),
        (
            'The prosecutor said Jan Abel had stolen the money. "Nothing like that happened," Jan Abel said.',
            "Jan Abel",
            "Jan Abel had stolen the money.",
        ),
        (
            "Ann Poe said the driver had nodded off. Jan Abel, the owner, would not accept that.",
            "Jan Abel",
            "The driver had nodded off.",
        ),
        (
            "Ann Poe said managers had walked out on Sunday.\n\nThat is not how the company tells it.",
            "company",
            "Managers had walked out on Sunday.",
        ),
        (
            "Ann Poe said she had warned the management in October about batteries that ran hot.\n\n"
            "The firm denied having received any such warning.",
            "firm",
            "Ann Poe had warned the management in October about batteries that ran hot.",
        ),
        (
            "Ann Poe accused the mayor and his aides of taking bribes. Tom Lee, a driver, said he had seen two "
            "envelopes.\n\nThe mayor dismissed the accusation as nonsense.",
            "mayor",
            "The mayor and his aides took bribes.",
        ),
        (
            "Jan Abel has been dogged by allegations that he beat his wife, which he has denied.",
            "Jan Abel",
            "Jan Abel beat Jan Abel's wife.",
        ),
        (
            "Jan Abel has falsely claimed that thousands of voters were turned away.",
            "article",
            "Thousands of voters were turned away.",
        ),
        (
            "Jan Abel repeated the debunked claim that thousands of voters were turned away.",
            "article",
            "Thousands of voters were turned away.",
        ),
    ],
    ids=[
        "set before its verb",
        "another account",
        "an invention",
        "that",
        "a plea",
        "the charge",
        "a person contradicted",
        "a number far from the truth",
        "the nearest of several",
        "not so",
        "this, of one side",
        "no such letter",
        "the Crown's case",
        "an account that is another",
        "contradicting",
        "criticism",
        "a claim that",
        "behind a dash",
        "which",
        "something",
        "pushed back",
        "a figure called nonsense",
        "a fairy tale",
        "innocence",
        "nothing wrong",
        "nothing like that",
        "not accepted",
        "not how it is told",
        "any such warning",
        "an accusation among other claims",
        "allegations by nobody named",
        "falsely",
        "a debunked claim",
    ],
)
def test_what_a_denial_answers(claims_of: Reader, text: str, speaker: str, wanted: str) -> None:
    assert denied(claims_of(text), speaker) == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "The two sides gave different accounts of the night.",
        "Ann Poe said the pit was shut. Tom Lee said the road was shut.\n\nJan Abel called the charge baseless.",
        "Ann Poe said the road was shut, which nobody denied.",
        "Ann Poe said she had asked for a visa, which the embassy denied on Monday.",
        "Ann Poe said the mine was unsafe. Tom Lee was fined on Monday, a verdict that the firm rejects.",
        "Officials said the plant leaked, a claim that the company has not disputed.",
        "Officials said the plant leaked, which the company has never denied.",
        "Ann Poe said the bridge was safe, a claim that no serious engineer disputes.",
        "Ann Poe said she wrote the book, a story of land disputes in Kenya.",
        "Prosecutors said Jan Abel falsely claimed that he was a doctor.",
        "Ann Poe said the dam burst in an hour. Jan Abel said he had seen nothing like this in 30 years.",
        "Ann Poe said the office had closed. The council does not accept complaints by post.",
        "Ann Poe said the office had closed. Jan Abel pushed back a vote on the allegation.",
        "Ann Poe said three boys stole a car. Jan Abel insisted on the innocence of the three boys.",
        'Ann Poe said she would resign. "That won\'t happen," Jan Abel said.',
        "The prosecutor said Jan Abel had stolen money. Two voters said he did nothing wrong.",
    ],
    ids=[
        "both sides",
        "two tellers",
        "nobody",
        "a visa",
        "a verdict of its own",
        "not disputed",
        "never denied",
        "no engineer",
        "land disputes",
        "falsely, as others say",
        "nothing like this",
        "complaints",
        "a vote put off",
        "the innocence of others",
        "what may not happen",
        "voters",
    ],
)
def test_no_denial_is_guessed(claims_of: Reader, text: str) -> None:
    assert all(claim.denies_claim is None for claim in claims_of(text))


@pytest.mark.parametrize(
    "answer",
    [
        "Carla Jones remembers it differently.",
        "Carla Jones would have none of it.",
        "Carla Jones said nothing of the sort had happened.",
        "Carla Jones said she had done nothing of the kind.",
        "Carla Jones said there was no truth in the allegation.",
        "Carla Jones said there was nothing to it.",
        "Carla Jones said that was news to her.",
        "Carla Jones said Orr had it wrong.",
        "Carla Jones said Orr was making things up.",
        "Carla Jones said Orr was lying.",
        "Carla Jones brushed aside the claim.",
        "Carla Jones laughed off the claim.",
        "Carla Jones poured scorn on the claim.",
        '"What Mr Orr says is not so," Carla Jones said.',
        '"Absolutely not," Carla Jones said.',
        '"Utter nonsense," said Carla Jones.',
    ],
)
def test_denials_in_a_turn_of_phrase(claims_of: Reader, answer: str) -> None:
    text = f"Coach Paul Orr said Carla Jones had paid the referee in May.\n\n{answer} She left the room."
    assert denied(claims_of(text), "Carla Jones") == ["Carla Jones had paid the referee in May."]


@pytest.mark.parametrize(
    "answer",
    [
        "Carla Jones said the bill was lying on her desk.",
        "Carla Jones said the news was sent to her.",
        "Carla Jones said Orr was wrong to leave.",
        "Carla Jones told it to everyone.",
        "Carla Jones waved to the crowd.",
        "Carla Jones said there was nothing in the drawer.",
    ],
)
def test_what_looks_like_a_turn_of_phrase_denies_nothing(claims_of: Reader, answer: str) -> None:
    text = f"Coach Paul Orr said Carla Jones had paid the referee in May.\n\n{answer}"
    assert denied(claims_of(text), "Carla Jones") == []


def test_a_figure_is_rubbished_in_its_own_sentence(claims_of: Reader) -> None:
    claims = claims_of("Sixty girls fell ill, the administration said on Sunday, a figure rubbished by parents.")
    assert denied(claims, "parents") == ["Sixty girls fell ill."]


def test_what_one_is_accused_of_by_nobody_named_is_what_he_pleads_to(claims_of: Reader) -> None:
    claims = claims_of("Hendra Lat, 52, is accused of causing the deaths of 71 people. He has pleaded not guilty.")
    assert denied(claims, "Hendra Lat") == ["Hendra Lat caused the deaths of 71 people."]


def test_a_plea_is_not_to_what_others_are_accused_of(claims_of: Reader) -> None:
    claims = claims_of(
        "The mayor took 200,000 kroner in return for a permit, prosecutors said on Tuesday.\n\n"
        "The builder, Jens Moe, is accused of hiding the payment. He has pleaded not guilty."
    )
    assert denied(claims, "Jens Moe") == ["The builder hid the payment."]


def test_those_statements_are_all_that_one_has_just_said(claims_of: Reader) -> None:
    claims = claims_of(
        "Clinton told them that she had sent no classified email and that she had turned over all her messages.\n\n"
        "Paul Orr, the bureau's director, said those statements were wrong."
    )
    assert denied(claims, "Paul Orr") == [
        "Clinton had sent no classified email.",
        "Clinton had turned over all Clinton's messages.",
    ]


@pytest.mark.parametrize(
    "answer",
    [
        '"History has proved them wrong," said Mary Poe, a chemist.',
        "Mary Poe, a chemist, said the samples had proved the company wrong.",
    ],
)
def test_who_was_proved_wrong_is_answered(claims_of: Reader, answer: str) -> None:
    claims = claims_of(f"The company said its critics had tampered with the samples.\n\n{answer}")
    assert denied(claims, "Mary Poe") == ["The company's critics had tampered with the samples."]


def test_nobody_is_wrong_who_is_yet_to_be_proved_so(claims_of: Reader) -> None:
    claims = claims_of(
        "The company said its critics had tampered with the samples.\n\n"
        "Mary Poe said she would prove the company wrong."
    )
    assert not denied(claims, "Mary Poe")


def test_who_is_proved_wrong_in_what_he_thinks_said_nothing_of_it(claims_of: Reader) -> None:
    claims = claims_of(
        "On Monday, Karl Orr said the port would close in May.\n\n"
        '"Karl Orr thinks that nobody needs ports, and London has proved him wrong," Mary Poe said.'
    )
    assert not denied(claims, "Mary Poe")
