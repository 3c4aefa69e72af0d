"""Which quotations are statements, and that masking loses no place."""

from __future__ import annotations

import pytest

from nli.article.quotations import find_quotations, mask, statements


def found(text: str) -> list[tuple[str, bool]]:
    return [(text[item.inner_start : item.inner_end], item.whole) for item in find_quotations(text, 0, len(text))]


@pytest.mark.parametrize("marks", ["“”", '""', "«»"])
def test_statement_and_quoted_words(marks: str) -> None:
    text = '"We will go," he said, calling the "thorny" issue "a trap".'
    pieces = text.split('"')
    text = "".join(piece + (marks[place % 2] if place + 1 < len(pieces) else "") for place, piece in enumerate(pieces))
    assert found(text) == [("We will go,", True), ("thorny", False), ("a trap", False)]


def test_an_interrupted_quotation_is_one_statement() -> None:
    text = "“We went,” he said, “and we lost.” “Badly so.”"
    groups = statements(find_quotations(text, 0, len(text)), text)
    assert [len(group) for group in groups] == [2, 1]


@pytest.mark.parametrize("text", ["“", "”", '"', "a “ b", "““““", "””", '" " "', "“a” “", "“”", "«“»”"])
def test_unmatched_marks_are_harmless(text: str) -> None:
    quotations = find_quotations(text, 0, len(text))
    masked = mask(text, 0, len(text), quotations)
    assert len(masked.offsets) == len(masked.text) + 1


def test_a_quotation_may_go_on_in_the_next_paragraph() -> None:
    (only,) = find_quotations("“We went there and we stayed.", 0, 29)
    assert only.open_end
    assert only.whole


def test_masking_keeps_every_place() -> None:
    text = "He said: “We won’t go.” Then he “left” the\nroom."
    masked = mask(text, 0, len(text), find_quotations(text, 0, len(text)))
    assert "won" not in masked.text
    place = masked.text.index("left")
    assert text[masked.offsets[place] : masked.offsets[place] + 4] == "left"
    assert masked.offsets[-1] == len(text)
