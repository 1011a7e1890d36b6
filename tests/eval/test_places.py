"""Documents are found by what people call them, and named alike on every machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.case import Gold
from eval.places import Documents, GoldError, Place
from index.article import Article


def documents() -> Documents:
    return Documents.of_articles(
        [
            Article("One met two.", "First", path="/x/001_ab.txt"),
            Article("Two met three.", "Second", path="/x/002_cd.txt"),
            Article("Three met four.", "Third", path="/x/0021.txt"),
            Article("Four met five.", "Fourth", url="https://example.org/four"),
        ]
    )


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("001", "001_ab.txt"),
        ("001_ab.txt", "001_ab.txt"),
        ("0021", "0021.txt"),
        ("Second", "002_cd.txt"),
        ("https://example.org/four", "https://example.org/four"),
    ],
)
def test_a_document_is_found_by_name_beginning_title_or_address(reference: str, name: str) -> None:
    assert documents().find(reference).name == name


def test_an_id_names_a_document() -> None:
    known = documents()
    document = known.find("001")
    assert known.find(document.id) == document
    assert known.name(document.id) == "001_ab.txt"
    assert known.name("unknown") == "unknown"


@pytest.mark.parametrize(
    ("reference", "message"), [("002", "2 articles fit '002'"), ("9", "no article fits '9'")]
)
def test_what_fits_none_or_several_is_refused(reference: str, message: str) -> None:
    with pytest.raises(GoldError, match=message):
        documents().find(reference)


def test_a_quotation_that_is_not_there_word_for_word_is_refused() -> None:
    assert documents().place(Gold("001", "met two")) == Place("001_ab.txt", 4, 11)
    assert documents().place(Gold("001")) == Place("001_ab.txt", 0, 12)
    with pytest.raises(GoldError, match=r"001_ab\.txt does not hold, word for word: 'met 2'"):
        documents().place(Gold("001", "met 2"))


def test_files_of_one_name_are_told_apart_by_their_folders() -> None:
    known = Documents.of_articles(
        [
            Article("A", "A", path="/x/a/index.txt"),
            Article("B", "B", path="/x/b/index.txt"),
        ]
    )
    assert sorted(known.by_name) == ["a/index.txt", "b/index.txt"]


def test_the_text_is_read_from_the_file_itself(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text("what the file says", encoding="utf-8")
    (document,) = Documents.of_articles(
        [Article("what the library says", "t", path=str(path))]
    ).by_name.values()
    assert document.text == "what the file says"
