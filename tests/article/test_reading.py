"""What is read as an article, and what is refused with a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from nli.article.reading import MAX_BYTES, parse_article, read_article
from nli.errors import ArticleError


def bodies(text: str) -> list[str]:
    return [text[item.start : item.end] for item in parse_article(text).paragraphs if item.kind == "body"]


def test_blank_lines_part_paragraphs_and_offsets_are_those_of_the_text() -> None:
    text = "  First one.\nStill the first.\n \n\n  Second.\n"
    assert bodies(text) == ["First one.\nStill the first.", "Second."]


def test_windows_line_ends() -> None:
    assert bodies("One here.\r\n\r\nTwo here.\r\n") == ["One here.", "Two here."]


@pytest.mark.parametrize("heading", ["WHAT HAPPENS NEXT", "Court opens bribery trial of former mayor"])
def test_headings_are_set_aside(heading: str) -> None:
    assert bodies(f"A sentence.\n\n{heading}\n\nAnother one.") == ["A sentence.", "Another one."]


def test_a_text_of_headings_only_is_read_all_the_same() -> None:
    assert bodies("The mayor denied it") == ["The mayor denied it"]


@pytest.mark.parametrize(
    "stamp", [" date 2025-12-30 ", "2025-12-30 ", "LONDON, May 3 (Newswire) - ", "VALMERE (Newswire) — ", "PARIS – "]
)
def test_a_dateline_is_no_part_of_the_first_sentence(stamp: str) -> None:
    assert bodies(f"{stamp}The mayor spoke.\n\nHe left.") == ["The mayor spoke.", "He left."]


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("\ufeffThe mayor spoke.".encode())
    assert read_article(file).text == "The mayor spoke."


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"abc\0def", "NUL"),
        ("caf\u00e9".encode("latin-1"), "UTF-8"),
        (b"a" * (MAX_BYTES + 1), "larger than 2 MB"),
    ],
)
def test_files_that_are_no_article(tmp_path: Path, data: bytes, said: str) -> None:
    file = tmp_path / "bad.txt"
    file.write_bytes(data)
    with pytest.raises(ArticleError, match=said) as caught:
        read_article(file)
    assert str(file) in str(caught.value)


def test_missing_file_and_directory(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="no article at"):
        read_article(tmp_path / "none.txt")
    with pytest.raises(ArticleError, match="is a directory"):
        read_article(tmp_path)
    with pytest.raises(ArticleError, match="cannot be read"):
        read_article("a\0b")


def test_half_characters_are_refused() -> None:
    with pytest.raises(ArticleError, match="surrogate"):
        parse_article("Jane said \ud800 it.")


def test_position_counts_lines_and_columns_from_one() -> None:
    article = parse_article("One.\n\nTwo.")
    assert article.position(0) == (1, 1)
    assert article.position(6) == (3, 1)
