"""`footnote index` and `footnote library`: what they print, and their exit codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from index.catalogue import Catalogue
from index.library import Library
from tests.helpers.web_server import Page, web_site
from ui.cli import run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for a library, which every command takes as its own."""
    monkeypatch.setenv("FOOTNOTE_LIBRARY", str(tmp_path / "library"))
    return tmp_path / "library"


@pytest.fixture
def indexed(folder: Path, samples_folder: Path) -> Path:
    """A copy of the sample library, to be changed."""
    shutil.copytree(samples_folder, folder)
    return folder


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_indexing_twice_adds_once(
    folder: Path, seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["index", str(seeds), "--json"]) == 0
    first = json.loads(printed(capsys))
    assert (first["schema"], first["added"], first["failed"]) == (1, 5, [])
    assert first["embedded"] > 5
    assert run(["index", str(seeds)]) == 0
    assert printed(capsys).startswith("0 added, 0 updated, 5 unchanged")


def test_a_missing_path_is_one_line_and_makes_no_library(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["index", "no-such-folder"]) == 1
    assert "no-such-folder does not exist" in capsys.readouterr().err
    assert not folder.exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["https://example.org/a", "--offline"], "which --offline forbids"),
        (["seeds", "--feed"], "--feed is for web addresses"),
        (["https://example.org/a", "--limit", "0"], "--limit"),
    ],
)
def test_options_at_odds_are_wrong_usage(
    folder: Path, arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["index", *arguments]) == 2
    assert reason in capsys.readouterr().err
    assert not folder.exists()


def test_files_and_addresses_in_one_go(
    folder: Path, seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = sorted(seeds.glob("*.txt"))[0]
    page = Page(sample.read_bytes(), "text/plain; charset=utf-8")
    listed = "<item><link>/report.txt</link></item><item><link>/gone</link></item>"
    feed = f"<rss version='2.0'><channel>{listed}</channel></rss>"
    pages = {"/report.txt": page, "/feed": Page(feed.encode(), "application/rss+xml")}
    with web_site(pages) as site:
        here = ["--allow-private", "--pause", "0"]
        assert run(["index", str(sample), site.url("/feed"), *here, "--json"]) == 1
        out, err = capsys.readouterr()
        report = json.loads(out)
        assert (report["added"], report["failed"][0][0]) == (2, site.url("/gone"))
        assert err == f"footnote: {report['failed'][0][1]}\n"
        assert run(["index", site.url("/feed"), *here, "--limit", "1"]) == 0
        out, err = capsys.readouterr()
        assert out.startswith("0 added, 0 updated, 1 unchanged")
        assert "of which the first 1 were taken: take more with --limit" in err
        assert run(["index", site.url("/report.txt")]) == 1
        assert "give --allow-private" in capsys.readouterr().err
        address = site.url("/report.txt")
    assert run(["library", "show", address]) == 0
    assert f"{sample}, {address}\n" in printed(capsys)
    assert run(["library", "remove", f"{address}#part"]) == 0
    assert printed(capsys) == "Removed: 1 path, 0 articles.\n"


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_indexed(
    folder: Path, seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    shutil.copy(next(seeds.glob("*.txt")), mixed)
    (mixed / "empty.txt").touch()
    assert run(["index", str(mixed)]) == 1
    out, err = capsys.readouterr()
    assert "1 added" in out
    assert "1 not readable" in out
    assert err.count("\n") == 1
    assert "empty.txt" in err


def test_pruning_and_reading_again(
    indexed: Path, seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(seeds, mine, ignore=shutil.ignore_patterns("*.py", "*.md"))
    assert run(["index", str(mine), "--json"]) == 0
    assert json.loads(printed(capsys))["embedded"] == 0, "the same words as the samples"
    next(mine.glob("*.txt")).unlink()
    assert run(["index", str(mine), "--prune", "--again", "--json"]) == 0
    report = json.loads(printed(capsys))
    assert (report["removed"], report["updated"], report["embedded"]) == (1, 4, 0)


@pytest.mark.parametrize(
    "command", [["list"], ["show", "x"], ["remove", "x"], ["check"], ["repair"]]
)
def test_without_a_library_every_command_says_how_to_make_one(
    folder: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["library", *command]) == 1
    assert "footnote index PATH" in capsys.readouterr().err
    assert not folder.exists()


def test_the_list_in_both_forms(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["library", "list"]) == 0
    lines = printed(capsys).splitlines()
    assert len(lines) == 6
    assert lines[-1].startswith("5 articles")
    assert run(["library", "list", "--json"]) == 0
    document = json.loads(printed(capsys))
    assert document["schema"] == 1
    for article, line in zip(document["articles"], lines, strict=False):
        assert line.startswith(article["id"])
        assert article["title"] in line
        assert article["passages"] > 0
        assert Path(article["locations"][0]).is_file()


def test_showing_an_article_by_path_and_by_id(
    indexed: Path, seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sorted(seeds.glob("*.txt"))[0]
    assert run(["library", "show", str(path), "--json"]) == 0
    shown = json.loads(printed(capsys))
    assert shown["text"] == path.read_text("utf-8")
    for passage in shown["passages"]:
        assert shown["text"][passage["start"] : passage["end"]] == passage["text"]
    assert run(["library", "show", shown["id"]]) == 0
    text = printed(capsys)
    assert shown["title"] in text
    assert shown["passages"][0]["text"] in text


def test_removing_by_path_and_what_is_not_there(
    indexed: Path, seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(sorted(seeds.glob("*.txt"))[0])
    assert run(["library", "remove", path]) == 0
    assert printed(capsys) == "Removed: 1 path, 1 article.\n"
    assert run(["library", "remove", path]) == 1
    assert "footnote library list" in capsys.readouterr().err


def test_checking_and_repairing(indexed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["library", "check"]) == 0
    assert printed(capsys) == "Everything holds.\n"
    catalogue = Catalogue(indexed, write=True)
    catalogue.database.run("DELETE FROM embeddings WHERE rowid = 1")
    catalogue.close()
    shutil.rmtree(indexed / "keywords")
    assert run(["library", "check", "--json"]) == 1
    problems = json.loads(printed(capsys))["problems"]
    assert ["1 passages" in problem for problem in problems].count(True) == 1
    assert any("keyword index" in problem for problem in problems)
    assert run(["library", "repair"]) == 0
    assert printed(capsys) == "Everything holds.\n"
    assert run(["library", "check"]) == 0


def test_rebuilding_says_how_much_was_embedded(
    indexed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = Catalogue(indexed, write=True)
    catalogue.set_meta("embedding", "an older way")
    catalogue.database.run("UPDATE embeddings SET embedder = 'an older way'")
    catalogue.close()
    assert run(["library", "rebuild"]) == 0
    assert "embedded again by all-MiniLM-L6-v2" in printed(capsys)
    with Library.open(indexed) as library:
        assert library.check() == []


def test_a_library_goes_into_a_file_and_comes_out_the_same(
    indexed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, elsewhere = tmp_path / "mine.zip", tmp_path / "elsewhere"
    assert run(["library", "export", str(file)]) == 0
    assert printed(capsys).startswith(f"{file}: 5 articles, ")
    assert run(["search", "tariffs", "--json"]) == 0
    before = json.loads(printed(capsys))
    assert run(["library", "import", str(file), "--library", str(elsewhere), "--json"]) == 0
    report = json.loads(printed(capsys))
    assert (report["articles"], report["library"]) == (5, str(elsewhere))
    assert run(["search", "tariffs", "--json", "--library", str(elsewhere)]) == 0
    assert json.loads(printed(capsys))["hits"] == before["hits"]
    assert run(["library", "check", "--library", str(elsewhere)]) == 0
    assert run(["library", "import", str(file)]) == 1
    assert "holds something already" in capsys.readouterr().err
    assert run(["library", "export", str(file)]) == 1
    assert "is there already" in capsys.readouterr().err
