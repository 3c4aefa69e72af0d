from __future__ import annotations

import random

from nli.training import roles
from nli.training.examples import Example, allowed, exchange_some, exchanged


def entailed(a: str, b: str) -> Example:
    return Example(a, b, "entailment", "s", a)


def test_roles_are_exchanged_but_not_where_it_changes_nothing() -> None:
    pool = [
        entailed("In May, Barcelona beat Arsenal by two goals.", "Barcelona beat Arsenal."),
        entailed("In May, Barcelona met Arsenal in Rome.", "Barcelona met Arsenal."),
        entailed("Barcelona and Arsenal won.", "Barcelona and Arsenal won."),
    ]
    made = roles.roles_exchanged(pool, 5, random.Random(0))
    assert [(e.b, e.label) for e in made] == [("Arsenal beat Barcelona.", "not_entailment")]


def test_names_are_replaced_by_others_that_stand_behind_the_same_word() -> None:
    pool = [
        entailed("The talks were held in Geneva on Monday.", "The talks were held in Geneva."),
        entailed("The fire broke out in Florida.", "There was a fire in Florida."),
    ]
    made = roles.names_replaced(pool, 5, random.Random(0))
    assert {(e.b, e.label) for e in made} <= {
        ("The talks were held in Florida.", "not_entailment"),
        ("There was a fire in Geneva.", "not_entailment"),
    }
    assert made


def test_a_predicate_belongs_to_its_own_subject() -> None:
    pool = [entailed("A man with a dog is running in the park.", "x y z")]
    made = {(e.b, e.label) for e in roles.attachments(pool, 5, random.Random(0))}
    assert made == {
        ("A man is running in the park.", "entailment"),
        ("A dog is running in the park.", "not_entailment"),
    }


def test_contradiction_alone_survives_an_exchange_of_the_sides() -> None:
    for label, after in (
        ("contradiction", "contradiction"),
        ("entailment", "not_contradiction"),
        ("neutral", "not_contradiction"),
    ):
        other = exchanged(Example("one", "two", label, "s", "g"))  # type: ignore[arg-type]
        assert (other.a, other.b, other.label) == ("two", "one", after)
    pool = [Example("one", "two", "neutral", "s", str(n)) for n in range(1000)]
    share = sum(e.a == "two" for e in exchange_some(pool, 0.2, random.Random(0))) / 1000
    assert 0.15 < share < 0.25


def test_what_a_target_leaves_possible() -> None:
    assert allowed("neutral") == (False, True, False)
    assert allowed("not_contradiction") == (True, True, False)
    assert allowed("not_entailment") == (False, True, True)


def test_a_passive_is_entailed_with_its_roles_and_not_with_exchanged_ones() -> None:
    pool = [entailed("The company was founded by Kiichiro Toyoda in 1937.", "The house stands by the river.")]
    made = {(e.b, e.label) for e in roles.passives(pool, 5, random.Random(0))}
    assert made == {
        ("Kiichiro Toyoda founded the company.", "entailment"),
        ("The company founded Kiichiro Toyoda.", "not_entailment"),
    }
