"""Which files are meant by the folders that a person names."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import FootnoteError
from index.walking import find_files

SUFFIXES = {".txt", ".md"}


def names(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in find_files([folder], SUFFIXES).files]


def write(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("words", encoding="utf-8")


def test_folders_are_walked_and_other_files_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a.md", "deep/er/c.TXT", "picture.png", ".hidden.txt", ".git/d.txt")
    assert names(tmp_path) == ["a.md", "b.txt", "deep/er/c.TXT"]


def test_what_footnoteignore_lists_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "SOURCES.md", "old.txt", "drafts/x.txt", "kept/SOURCES.md")
    (tmp_path / ".footnoteignore").write_text("# not articles\nSOURCES.md\nold*\ndrafts\n", "utf-8")
    assert names(tmp_path) == ["a.txt", "kept/SOURCES.md"]


def test_a_file_named_by_itself_is_taken_whatever_the_ignore_file_says(tmp_path: Path) -> None:
    write(tmp_path, "old.txt")
    (tmp_path / ".footnoteignore").write_text("old.txt\n", "utf-8")
    assert [p.name for p in find_files([tmp_path / "old.txt"], SUFFIXES).files] == ["old.txt"]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path, "folder/a.txt")
    (tmp_path / "folder" / "again").symlink_to(tmp_path)
    assert "folder/a.txt" in names(tmp_path)


def test_a_missing_path_is_an_error_before_anything_starts(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    with pytest.raises(FootnoteError, match=r"nowhere does not exist"):
        find_files([tmp_path / "a.txt", tmp_path / "nowhere"], SUFFIXES)


def test_the_samples_are_the_five_articles(seeds: Path) -> None:
    assert len(find_files([seeds], SUFFIXES).files) == 5
