from __future__ import annotations

from dataclasses import replace

from nli.article.lexicon import load_lexicon
from nli.article.restating import beyond_polarity, retold
from nli.records import Claim, Span


def test_who_says_that_nobody_did_it_does_not_assert_what_is_denied() -> None:
    text = "No manager ignored a warning."
    said = Claim("c1", "Dana Whitlock", "asserts", text, text, Span(0, 9))
    denied = replace(said, id="c2", speaker="Brennick", stance="denies", text="Managers had ignored the warnings.")
    assert beyond_polarity(said, denied)
    assert beyond_polarity(denied, said)
    assert not beyond_polarity(replace(said, text="Managers ignored a warning."), denied)
    assert not beyond_polarity(said, replace(denied, denies_claim="c1"))
    assert not beyond_polarity(said, replace(denied, stance="asserts"))


def test_what_one_party_tells_again_with_more_of_it() -> None:
    text = "Ghana tried to attack the residence of President Kone in the north."
    told = Claim("c1", "Togo", "asserts", text, text, Span(0, 9))
    more = replace(told, id="c2", text="Ghana had tried to attack Kone's residence near Dapaong in May with 91 drones.")
    lexicon = load_lexicon()
    assert retold(told, more, lexicon)
    assert not retold(told, replace(more, text="Ghana had not tried to attack Kone's residence in May."), lexicon)
    assert not retold(told, replace(more, text="Ghana closed the border near Kone's residence."), lexicon)
