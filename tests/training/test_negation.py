from __future__ import annotations

import random
import re

import pytest

from nli.training import negation, wording
from nli.training.examples import Example


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("The bridge is open.", "The bridge is not open."),
        ("The bridge is not open.", "The bridge is open."),
        ("The talks were held in Geneva.", "The talks were not held in Geneva."),
        ("The minister can resign.", "The minister cannot resign."),
        ("The minister cannot resign.", "The minister can resign."),
        ("The deal has been signed.", "The deal has not been signed."),
        ("The deal hasn't been signed.", "The deal has been signed."),
        ("It isn’t true.", "It is true."),
        ("Some people are asleep.", None),  # "some are not" does not negate "some are"
        ("Nobody is here.", None),
        ("The bridge, which is old, is open.", None),
        ("The bridge is open and the road is closed.", None),
        ("The minister resigned.", None),
        ("Is it open?", None),
    ],
)
def test_a_sentence_is_negated_only_where_a_plain_rule_is_exact(text: str, other: str | None) -> None:
    assert wording.negated(text) == other


def test_what_is_said_otherwise_keeps_its_words() -> None:
    rng = random.Random(0)
    for say in (
        wording.affirmed,
        wording.denied,
        wording.attributed,
        wording.rejected,
        wording.left_open,
        wording.hedged,
    ):
        for _ in range(20):
            said = say("The bridge fell into the river.", rng)
            assert said is not None
            assert "bridge fell into the river" in said
            assert said[0].isupper() or said[0] == "“"
            assert said.endswith((".", "”"))
    assert wording.denied("Who is there? Nobody.", rng) is None
    assert "that Smith left at noon" in (wording.rejected("Smith left at noon.", random.Random(1)) or "")


POOL = [
    Example(f"The {n} bridge in town {n} is closed.", f"Bridge {n} is {word}.", label, "s", str(n))
    for n in range(60)
    for word, label in (("closed", "entailment"), ("open", "contradiction"), ("old", "neutral"))
]


def label_of(example: Example) -> str:
    return next(word for word in ("closed", "open", "old") if word in example.b)


def test_a_negated_second_text_turns_entailment_and_contradiction_round() -> None:
    made = negation.negated(POOL, 60, random.Random(0))
    assert len(made) == 60
    for example in made:
        if " not " in example.a:
            assert example.label == ("entailment" if example.a == example.b else "contradiction")
        else:
            wanted = {"closed": "contradiction", "open": "entailment", "old": "neutral"}[label_of(example)]
            assert (" not " in example.b, example.label) == (True, wanted)


def test_a_denial_turns_the_label_round_and_an_open_question_makes_it_neutral() -> None:
    made = negation.attributed(POOL, 300, random.Random(0)) + negation.denied(POOL, 150, random.Random(0))
    denying = ("deni", "dismiss", "reject", "not true", "baseless", "disput", "lie", "false", "untrue", "made up")
    denying += ("fabrication", "no truth", "wrong", "not the case")
    open_ = ("confirm that", "nor denied", "clear whether", "say whether", "on whether", "no evidence", "asked whether")
    for example in made:
        denied = any(word in example.b for word in denying)
        if any(word in example.b for word in open_) and "confirmed that" not in example.b:
            assert example.label == "neutral"
        elif any(word in example.a for word in denying):
            assert example.label == "contradiction"
        else:
            straight = {"closed": "entailment", "open": "contradiction", "old": "neutral"}[label_of(example)]
            turned = {"entailment": "contradiction", "contradiction": "entailment", "neutral": "neutral"}[straight]
            assert example.label == (turned if denied else straight), example
    assert {example.label for example in made} == {"entailment", "neutral", "contradiction"}


def test_a_possibility_is_entailed_by_what_entails_it_and_entails_nothing() -> None:
    for example in negation.hedged(POOL, 60, random.Random(0)):
        maybe_is_b = example.a.startswith("The ") and "bridge in town" in example.a
        assert example.label == ("entailment" if maybe_is_b and label_of(example) == "closed" else "neutral")


def test_a_condition_says_neither_of_its_clauses_and_a_reason_says_both() -> None:
    made = negation.joined(POOL, 60, random.Random(0))
    assert {e.label for e in made} == {"entailment", "neutral"}
    for example in made:
        uncertain = re.search(r"\b(?:if|unless|either|or)\b", example.a, re.IGNORECASE) is not None
        assert example.label == ("neutral" if uncertain else "entailment"), example
