"""What is read as an article, and what is refused with a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from nli.article.reading import MAX_BYTES, find_articles, given_article, parse_article, read_article
from nli.errors import ArticleError
from nli.records import Span


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
        (bytes(range(128, 256)) * 3 + b"\0", "no text in an encoding"),
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


@pytest.mark.parametrize(("encoding", "warned"), [("utf-8", False), ("utf-16", False), ("cp1252", True)])
def test_encodings_are_told(tmp_path: Path, encoding: str, warned: bool) -> None:
    text = "The mayor said the café would “reopen” – but it didn’t."
    file = tmp_path / "a.txt"
    file.write_bytes(text.encode(encoding))
    article = read_article(file)
    assert article.text == text
    assert bool(article.warnings) == warned


PAGE = """<html><head><title>Herald</title></head><body><nav><p>Home and politics.</p></nav>
<article><h1>Mayor denies it</h1><figure><figcaption>The mayor in May.</figcaption></figure>
<p>Prosecutors accused <b>Daniel Okoro</b> &amp; his wife on Tuesday of taking bribes from a firm in the town.</p>
<p>Okoro denied the charges&hellip; He said that &#8220;nobody&#8221; had ever paid him anything at all.</p></article>
<footer><p>All rights reserved.</p></footer></body></html>"""

NOTE = """# Mayor denies it

Prosecutors accused **Daniel Okoro** & his wife on [Tuesday](http://a.example) of taking
bribes.

Okoro denied the charges&hellip;
"""


@pytest.mark.parametrize(("name", "source"), [("a.html", PAGE), ("a.md", NOTE)])
def test_markup_is_taken_off_and_places_are_those_of_the_file(tmp_path: Path, name: str, source: str) -> None:
    file = tmp_path / name
    file.write_text(source, "utf-8")
    article = read_article(file)
    read = [article.text[item.start : item.end] for item in article.paragraphs if item.kind == "body"]
    assert len(read) == 2
    assert read[0].startswith("Prosecutors accused Daniel Okoro & his wife on Tuesday of taking bribes")
    assert "charges…" in read[1]
    assert article.title == "Mayor denies it"
    start = article.text.index("Okoro & his")
    span = article.original_span(Span(start, start + len("Okoro")))
    assert source[span.start : span.end] == "Okoro"
    assert article.position(span.start)[0] == source[: span.start].count("\n") + 1


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(ArticleError, match="no readable text"):
        parse_article("<html><body><img src=a></body></html>")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("FILE PHOTO: The mayor in May 2024. REUTERS/Jane Roe", "caption"),
        ("(Reporting by Jane Roe; Editing by Tom Poe)", "boilerplate"),
        ("By Jane Roe", "boilerplate"),
        ("© 2026 Herald. All rights reserved.", "boilerplate"),
    ],
)
def test_captions_and_boilerplate_are_set_aside(line: str, kind: str) -> None:
    kinds = [item.kind for item in parse_article(f"The mayor spoke.\n\n{line}\n\nHe left.").paragraphs]
    assert kinds == ["body", kind, "body"]


def test_date_and_title() -> None:
    article = parse_article("Mayor denies it\n\nPARIS, May 3 (Newswire) - The mayor spoke.\n\nHe left.")
    assert (article.title, article.date) == ("Mayor denies it", "May 3")
    assert parse_article("2026-05-03 The mayor spoke.").date == "2026-05-03"


def test_other_languages_are_warned_of() -> None:
    text = (
        "Der Minister sagte am Montag in Berlin, die Brücke sei sicher und niemand habe etwas anderes behauptet, "
        "wie er vor Journalisten erklärte."
    )
    assert any("English" in warning for warning in parse_article(text).warnings)
    assert any("English" in warning for warning in parse_article("部长说桥是安全的。反对派否认了这一点。" * 3).warnings)
    assert not parse_article(
        "The minister said that the bridge is safe and that nobody had ever denied it there, " * 2
    ).warnings


def test_a_string_that_names_a_file_is_read_as_one(tmp_path: Path) -> None:
    file = tmp_path / "a b.txt"
    file.write_text("The mayor spoke.")
    assert given_article(str(file)).text == "The mayor spoke."
    assert given_article("The mayor spoke.").text == "The mayor spoke."
    with pytest.raises(ArticleError, match="no article at"):
        given_article("nowhere/none.txt")


def test_folders(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="has no article"):
        find_articles(tmp_path)
    for name in ("b.md", "a.txt", "c.png"):
        (tmp_path / name).touch()
    assert [file.name for file in find_articles(tmp_path)] == ["a.txt", "b.md"]


def test_front_matter_gives_title_and_date_and_is_no_text() -> None:
    text = "---\ntitle: Ferry ran aground\ndate: 2024-03-05\n---\n\nThe captain said it hit a rock.\n"
    article = parse_article(text, form="markdown")
    assert (article.title, article.date) == ("Ferry ran aground", "2024-03-05")
    assert article.text == "The captain said it hit a rock."
    assert text[article.original_span(Span(0, 11)).start :].startswith("The captain")
    rules = parse_article("---\nThe captain: it hit a rock.\n\nHe left.\n\n---\n\nHe came.", form="markdown")
    assert "He left." in rules.text
