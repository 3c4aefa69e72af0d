from __future__ import annotations

from dataclasses import replace

from nli.article.restating import beyond_polarity
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
