"""Names of one party in several articles."""

from __future__ import annotations

import pytest

from nli.article.lexicon import Lexicon
from nli.article.merging import merge
from nli.records import Claim, Span


def said(speaker: str) -> Claim:
    return Claim("c1", speaker, "asserts", "It rained.", "It rained", Span(0, 9))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Lavrov", "Sergei Lavrov"], ["Sergei Lavrov", "Sergei Lavrov"]),
        (["Selvia", "Selvia Motors"], ["Selvia Motors", "Selvia Motors"]),
        (["Israel", "Israel Katz"], ["Israel", "Israel Katz"]),
        (["Jordan", "Jordan Henderson"], ["Jordan", "Jordan Henderson"]),
        (["Lavrov", "Sergei Lavrov", "Ivan Lavrov"], ["Lavrov", "Sergei Lavrov", "Ivan Lavrov"]),
    ],
)
def test_one_name_is_completed_by_the_only_fuller_one(lexicon: Lexicon, names: list[str], expected: list[str]) -> None:
    merged = merge([[said(name)] for name in names], lexicon)
    assert [claim.speaker for claim in merged] == expected
    assert [claim.id for claim in merged] == [f"{number}.c1" for number in range(1, len(names) + 1)]
