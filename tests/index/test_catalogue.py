"""The catalogue keeps what it is given, all of it or nothing, and says what changed."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, BoilerplateSpan, Passage, Span
from index.catalogue import FILE, Catalogue
from index.catalogue_rows import Changes, Container, Entry, Location
from index.catalogue_schema import SCHEMA_VERSION
from index.embedding import Vectors
from index.errors import LibraryDamaged, LibraryMissing, LibraryOutdated
from index.exact import known_hashes, load_table, vectors_of
from tests.helpers.articles import numbered_text, split_paragraphs
from tests.helpers.first_version import first_version

anything = st.text(st.characters(), max_size=60)
maybe = st.none() | anything


@st.composite
def articles(draw: st.DrawFn) -> Article:
    text = draw(st.text(st.characters(), max_size=300))
    edges = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    return Article(
        text=text,
        title=draw(anything),
        source=draw(maybe),
        published=draw(maybe),
        published_evidence=draw(maybe),
        language=draw(anything),
        path="/articles/" + draw(st.text(st.characters(exclude_characters="/:"), max_size=20)),
        url=draw(maybe),
        boilerplate=(BoilerplateSpan(edges[0], edges[1], draw(anything)),),
        author=draw(maybe),
        pages=tuple(edges),
    )


def vector(number: float) -> Vectors:
    return np.array([number, 1.0, -number, 0.5], dtype=np.float32)


def entry(article: Article, location: str | None = None) -> tuple[Entry, dict[str, Vectors]]:
    passages = tuple(split_paragraphs(article))
    hashes = tuple(passage.hash for passage in passages)
    place = Location(location or article.path or "/nowhere", article.id, 1, 2, "abc")
    vectors = {key: vector(int(key[:4], 16)) for key in hashes}
    return Entry(article, passages, hashes, place), vectors


def put(catalogue: Catalogue, article: Article, location: str | None = None) -> None:
    one, vectors = entry(article, location)
    catalogue.put([one], vectors, "model")


def numbered(number: int, paragraphs: int = 3) -> Article:
    path = f"/articles/{number}.txt"
    return Article(text=numbered_text(number, paragraphs), title=str(number), path=path)


@given(article=articles())
@settings(max_examples=60, deadline=None)
def test_an_article_of_any_characters_comes_back_as_it_was(article: Article) -> None:
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(Path(folder), write=True)
        put(catalogue, article)
        assert catalogue.article(article.id) == article
        assert catalogue.passages(article) == split_paragraphs(article)
        assert catalogue.locations()[article.path or ""].article_id == article.id
        catalogue.close()


@given(rows=st.lists(st.lists(st.floats(width=32, allow_nan=False), min_size=4, max_size=4)))
@settings(max_examples=40, deadline=None)
def test_embeddings_come_back_bit_for_bit(rows: list[list[float]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(Path(folder), write=True)
        vectors = {f"hash-{i}": np.array(row, dtype=np.float32) for i, row in enumerate(rows)}
        passages = tuple(Passage("a", i, 0, 0, "", (Span(0, 0),)) for i in range(len(rows)))
        article = Article(text="", title="", id="a")
        catalogue.put(
            [Entry(article, passages, tuple(vectors), Location("/a", "a"))], vectors, "model"
        )
        found = vectors_of(catalogue, [f"a:{i}" for i in range(len(rows))], "model", 4)
        expected = np.array(rows, dtype=np.float32).reshape(len(rows), 4)
        assert found.tobytes() == expected.tobytes()
        catalogue.close()


def test_a_change_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, write=True)
    put(catalogue, numbered(1))
    good, vectors = entry(numbered(2))
    broken = Entry(good.article, good.passages + good.passages, good.hashes * 2, good.location)
    with pytest.raises(LibraryDamaged, match="UNIQUE"):
        catalogue.put([entry(numbered(3))[0], broken], vectors, "model")
    assert catalogue.article_ids() == [numbered(1).id]
    assert catalogue.revision == 1
    assert known_hashes(catalogue, good.hashes, "model") == set()
    catalogue.close()


def test_two_locations_share_one_article_until_the_last_is_removed(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, write=True)
    article = numbered(1)
    put(catalogue, article, "/first.txt")
    put(catalogue, article, "/second.txt")
    assert catalogue.article_count == 1
    assert catalogue.remove_locations(["/first.txt"]) == 0
    stored = catalogue.article(article.id)
    assert stored is not None
    assert stored.path == "/second.txt"
    assert catalogue.remove_locations(["/second.txt"]) == 1
    assert (catalogue.article_count, catalogue.passage_count) == (0, 0)
    assert load_table(catalogue, "model", 4).ids == ()
    catalogue.close()


def test_an_embedding_lives_as_long_as_one_passage_has_its_words(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, write=True)
    shared = "The same words in both."
    first = Article(text=f"{shared}\nOnly here.", title="first", path="/first.txt")
    second = Article(text=f"{shared}\nOnly there.", title="second", path="/second.txt")
    put(catalogue, first)
    put(catalogue, second)
    hashes = [passage.hash for passage in split_paragraphs(first)]
    catalogue.remove_locations(["/first.txt"])
    assert known_hashes(catalogue, hashes, "model") == {hashes[0]}
    catalogue.remove_locations(["/second.txt"])
    assert known_hashes(catalogue, hashes, "model") == set()
    catalogue.close()


def test_an_article_that_takes_up_dropped_words_keeps_their_embedding(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, write=True)
    before = Article(text="Kept words.\nLost words.", title="t", path="/a.txt")
    after = Article(text="Kept words.\nNew words.", title="t", path="/a.txt")
    put(catalogue, before)
    kept, new = split_paragraphs(after)
    entries = [entry(after)[0]]
    catalogue.put(entries, {new.hash: vector(7)}, "model")
    assert known_hashes(catalogue, [kept.hash, new.hash], "model") == {kept.hash, new.hash}
    assert catalogue.article_ids() == [after.id]
    assert catalogue.embedded_count("model") == catalogue.passage_count == 2
    catalogue.close()


def test_passages_split_anew_replace_those_of_before(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, write=True)
    article = numbered(1, paragraphs=4)
    put(catalogue, article)
    whole = Passage(article.id, 0, 0, len(article.text), article.text, ())
    place = Location("/articles/1.txt", article.id)
    catalogue.put(
        [Entry(article, (whole,), (whole.hash,), place)], {whole.hash: vector(1)}, "model"
    )
    assert catalogue.passages(article) == [whole]
    assert load_table(catalogue, "model", 4).ids == (whole.id,)
    catalogue.close()


def test_the_log_says_what_went_and_what_came_since_any_revision(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, write=True)
    one, two = numbered(1), numbered(2)
    put(catalogue, one)
    put(catalogue, two)
    catalogue.remove_locations(["/articles/1.txt"])
    assert catalogue.changes_since(0) == Changes((one.id,), (two.id,))
    assert catalogue.changes_since(2) == Changes((one.id,), ())
    assert catalogue.changes_since(3) == Changes((), ())
    assert catalogue.changes_since(4) is None, "a revision that has not been"
    catalogue.forget_log(2)
    assert catalogue.changes_since(1) is None, "a revision that the log no longer reaches"
    assert catalogue.changes_since(2) == Changes((one.id,), ())
    catalogue.close()


def test_storing_the_same_again_gives_the_derived_indexes_nothing_to_do(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, write=True)
    put(catalogue, numbered(1))
    put(catalogue, numbered(1))
    assert catalogue.changes_since(1) == Changes((), ())
    catalogue.close()


def test_a_reader_goes_on_while_a_change_is_under_way_and_sees_it_once_it_is_whole(
    tmp_path: Path,
) -> None:
    writer = Catalogue(tmp_path, write=True)
    put(writer, numbered(1))
    reader = Catalogue(tmp_path, write=False)
    with writer.change():
        writer.set_meta("revision", "99")
        assert reader.revision == 1
    assert reader.revision == 99
    reader.close()
    writer.close()


def test_a_missing_catalogue_is_named_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match="footnote index PATH"):
        Catalogue(tmp_path, write=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [True, False])
def test_a_file_that_is_no_database_is_reported_as_damage(tmp_path: Path, write: bool) -> None:
    (tmp_path / FILE).write_bytes(b"these are no pages of a database" * 200)
    with pytest.raises(LibraryDamaged, match="not a database"):
        Catalogue(tmp_path, write=write)


def test_a_catalogue_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, write=True)
    catalogue.set_meta("schema", "99")
    catalogue.close()
    with pytest.raises(LibraryDamaged, match="schema 99"):
        Catalogue(tmp_path, write=False)


def test_a_catalogue_of_an_earlier_version_is_brought_up_to_date_by_a_writer(
    tmp_path: Path,
) -> None:
    article = first_version(tmp_path)
    with pytest.raises(LibraryOutdated, match="footnote library repair"):
        Catalogue(tmp_path, write=False)
    Catalogue(tmp_path, write=True).close()
    reader = Catalogue(tmp_path, write=False)
    assert reader.meta("schema") == str(SCHEMA_VERSION)
    assert reader.article(article.id) == article
    assert reader.revision == 1
    reader.close()


def test_an_earlier_and_a_new_catalogue_have_the_same_tables(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    first_version(tmp_path / "old")
    tables = []
    for folder in (tmp_path / "old", tmp_path / "new"):
        catalogue = Catalogue(folder, write=True)
        tables.append(catalogue.database.run("SELECT sql FROM sqlite_master ORDER BY name"))
        catalogue.close()
    assert tables[0] == tables[1]


def contained(container: str, numbers: list[int]) -> tuple[list[Entry], dict[str, Vectors]]:
    entries, vectors = [], {}
    for number in numbers:
        one, its_vectors = entry(numbered(number))
        place = Location(f"{container}#{number}", one.article.id, container=container)
        entries.append(Entry(one.article, one.passages, one.hashes, place))
        vectors.update(its_vectors)
    return entries, vectors


def finished(container: str, numbers: list[int], sha256: str = "abc") -> Container:
    members = frozenset(f"{container}#{number}" for number in numbers)
    return Container(container, 10, 20, sha256, '{"text": "body"}', members)


def test_a_finished_container_loses_the_members_that_it_no_longer_holds(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, write=True)
    entries, vectors = contained("/a.mbox", [1, 2, 3])
    catalogue.put(entries, vectors, "model", [finished("/a.mbox", [1, 2, 3])])
    assert catalogue.members("/a.mbox") == {f"/a.mbox#{n}" for n in (1, 2, 3)}
    assert (article := catalogue.article(numbered(2).id))
    assert article.path == "/a.mbox#2"
    entries, vectors = contained("/a.mbox", [2, 4])
    catalogue.put(entries, vectors, "model", [finished("/a.mbox", [2, 4], "def")])
    assert catalogue.members("/a.mbox") == {"/a.mbox#2", "/a.mbox#4"}
    assert set(catalogue.article_ids()) == {numbered(2).id, numbered(4).id}
    (container,) = catalogue.containers().values()
    assert (container.sha256, container.columns) == ("def", '{"text": "body"}')
    catalogue.close()


def test_a_container_that_loses_a_member_is_forgotten_so_that_it_is_read_again(
    tmp_path: Path,
) -> None:
    catalogue = Catalogue(tmp_path, write=True)
    entries, vectors = contained("/a.mbox", [1, 2])
    catalogue.put(entries, vectors, "model", [finished("/a.mbox", [1, 2])])
    assert catalogue.remove_locations(["/a.mbox#1"]) == 1
    assert catalogue.containers() == {}
    assert catalogue.members("/a.mbox") == {"/a.mbox#2"}
    catalogue.close()


def test_what_is_removed_is_overwritten_in_the_file(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, write=True)
    article = Article(text="The source is called Marigold.", title="secret", path="/s.txt")
    put(catalogue, article)
    catalogue.remove_locations(["/s.txt"])
    catalogue.close()
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert b"Marigold" not in (tmp_path / FILE).read_bytes()
