"""Articles in five languages: told apart, cut into sentences, dated, and found by their words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.article import Article, Span
from index.extracting import read_article, read_article_bytes
from index.languages import UNDETERMINED, language_among, language_of, word_count
from index.library import Library
from index.sentences import sentences_of
from index.splitting import PASSAGE_WORDS, sentence_spans, split_into_passages
from tests.helpers.hashing_embedder import HashingEmbedder

ARTICLES = {
    "en": """\
Harbour council votes for a second ferry

22 January 2025

The council of Westhaven voted on Tuesday to buy a second ferry for the crossing to the island of \
Skell. The vessel is to carry sixty cars and will replace buses that were cancelled in the autumn.

Mayor Helen Brandt said the decision had been prepared for two years. “Families were waiting for \
hours on the pier,” she told reporters after the meeting.
""",
    "de": """\
Stadtrat beschließt neue Radwege am Fluss

22. Januar 2025

Der Stadtrat von Lindenau hat am Dienstag beschlossen, drei neue Radwege am Fluss zu bauen. Die \
Kosten betragen rund 3,5 Mio. Euro und werden zur Hälfte vom Land getragen.

Bürgermeisterin Karin Vogt sagte, die Arbeiten beginnen im Frühjahr. Mehrere Häuser am Ufer \
müssen während der Bauzeit über eine Behelfsbrücke erreicht werden, z.B. die alte Mühle.
""",
    "fr": """\
La bibliothèque de Valmont rouvre après les travaux

Publié le 22 janvier 2025 à 10h30

La bibliothèque municipale de Valmont a rouvert ses portes mardi après dix-huit mois de travaux. \
Les nouvelles salles accueillent deux cents lecteurs et un atelier pour les enfants.

Le maire, M. Lucien Forestier, a remercié les ouvriers et les bénévoles. Les anciens rayonnages \
ont été donnés à une école voisine.
""",
    "es": """\
Los agricultores de la vega recuperan el antiguo canal

22 de enero de 2025

Los agricultores de Valdemora terminaron el martes la reparación del antiguo canal de riego. La \
obra devuelve el agua a más de cuatrocientas huertas que estaban abandonadas desde la sequía.

La presidenta de la comunidad, la Sra. Inés Robledo, explicó que los vecinos trabajaron sin \
cobrar. Las compuertas nuevas fueron construidas por un herrero del pueblo.
""",
    "ja": """\
湖畔の町で新しい図書館が開館

2025年1月22日

山あいの町、水沢町で22日、新しい図書館が開館した。建物には地元の木材が使われ、およそ五万冊の本が並ぶ。\
子どものための部屋もあり、初日から多くの家族連れが訪れた。

佐野町長は式典で「町の未来を育てる場所にしたい。」と述べた。図書館は午前九時から午後八時まで開いている。\
駐車場は建物の裏にあり、来月からは巡回バスも走る予定だ。
""",
}
# What is asked, with words that the article has in another form.
QUESTIONS = {
    "en": ("Which vote was about ferries?", "second ferry"),
    "de": ("Welcher Radweg kostet am meisten Kosten?", "drei neue Radwege"),
    "fr": ("Quel ancien rayonnage est donné aux écoles?", "anciens rayonnages"),
    "es": ("¿Quién construyó la compuerta?", "compuertas nuevas"),
    "ja": ("町長は図書館について何と言ったか", "図書館"),
}
SENTENCES = {"en": 4, "de": 4, "fr": 4, "es": 4, "ja": 6}


def article(language: str) -> Article:
    return read_article_bytes(ARTICLES[language].encode(), f"{language}.txt")


@pytest.mark.parametrize("language", ARTICLES)
def test_language_title_and_date_are_read(language: str) -> None:
    read = article(language)
    assert read.language == language
    assert read.published == "2025-01-22"
    assert read.title == ARTICLES[language].split("\n")[0]


@pytest.mark.parametrize("language", ARTICLES)
def test_every_paragraph_is_body_and_cut_at_its_sentences(language: str) -> None:
    read = article(language)
    paragraphs = ARTICLES[language].strip().split("\n\n")[2:]
    assert [span.of(read.text).strip() for span in read.body_spans() if span.of(read.text).strip()]
    sentences = [span.of(read.text) for span in sentence_spans(read)]
    assert len(sentences) == SENTENCES[language], sentences
    glue = "" if language == "ja" else " "
    assert glue.join(sentences) == glue.join(paragraphs)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("languages")
    for language, text in ARTICLES.items():
        (folder / f"{language}.txt").write_text(text, "utf-8")
    with Library.create_or_open(folder / "library", embedder=HashingEmbedder()) as opened:
        report = opened.index(sorted(folder.glob("*.txt")))
        assert report.added == len(ARTICLES)
        yield opened


@pytest.mark.parametrize("language", QUESTIONS)
def test_an_inflected_question_finds_the_article_in_its_own_language(
    library: Library, language: str
) -> None:
    question, words = QUESTIONS[language]
    passage_id, score = library.keyword(question, 5)[0]
    passage = library.passage(passage_id)
    found = library.article(passage.article_id)
    assert found.language == language
    assert score > 0
    assert words in passage.text


@pytest.mark.parametrize("language", ARTICLES)
def test_offsets_of_what_is_found_are_those_of_the_file(library: Library, language: str) -> None:
    found = library.article(library.article_id(f"{language}.txt"))
    assert found.path is not None
    file = Path(found.path).read_text("utf-8")
    for passage in library.passages(found.id):
        assert file[passage.start : passage.end] == passage.text
        for sentence in passage.sentences:
            assert sentence.of(file).strip() == sentence.of(file) != ""


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("Die Häuser wurden geändert", "Haus"),
        ("Les élections ont été annoncées", "election annonce"),
        ("Las nuevas elecciones", "eleccion nueva"),
        ("The elections were cancelled", "election cancelling"),
    ],
)
def test_endings_and_accents_make_no_difference(tmp_path: Path, written: str, sought: str) -> None:
    languages = ["de", "en", "es", "fr"]
    language = language_among(written, languages)
    with Library.create_or_open(tmp_path, embedder=HashingEmbedder()) as opened:
        opened.add([Article(text=f"{written}.", title="x", language=language)])
        opened.add([Article(text="Nothing of the kind here.", title="y", language="en")])
        assert len(opened.keyword(sought, 5)) == 1


def test_a_word_of_one_language_is_no_stop_word_of_another(tmp_path: Path) -> None:
    with Library.create_or_open(tmp_path, embedder=HashingEmbedder()) as opened:
        opened.add([Article(text="Der Tod kam im Winter.", title="x", language="de")])
        opened.add([Article(text="The die is cast.", title="y", language="en")])
        assert opened.keyword("Winter", 5)
        assert opened.keyword("der die das", 5)


def test_a_long_japanese_article_has_passages_of_the_usual_size() -> None:
    sentence = "町の図書館には地元の木材が使われ、多くの家族連れが訪れた。"
    read = Article(text="\n".join([sentence * 6] * 12), title="図書館", language="ja")
    passages = split_into_passages(read)
    assert len(passages) > 3
    assert all(0.5 < word_count(p.text) / PASSAGE_WORDS < 1.6 for p in passages)


def test_a_japanese_quotation_stays_with_who_said_it() -> None:
    text = "「町の未来だ。」と述べた。式は終わった。"
    found = [s.of(text) for s in sentences_of(text, Span(0, len(text)), "ja")]
    assert found == ["「町の未来だ。」と述べた。", "式は終わった。"]


def test_a_french_title_and_a_short_month_end_no_sentence() -> None:
    text = "Hier M. Dupont est parti le 3 janv. 2025 pour Lyon. Il revient lundi."
    found = [s.of(text) for s in sentences_of(text, Span(0, len(text)), "fr")]
    assert found == ["Hier M. Dupont est parti le 3 janv. 2025 pour Lyon.", "Il revient lundi."]


def test_the_page_says_its_language_where_the_text_leaves_a_doubt() -> None:
    assert language_of("Museum Kontakt Information", "de-AT") == "de"
    assert language_of("12 345", "fr") == "fr"
    assert language_of("12 345", "xx") == UNDETERMINED
    english = ARTICLES["en"]
    assert language_of(english, "de") == "en"
    page = f'<html lang="fr"><body><article><p>{ARTICLES["fr"]}</p></article></body></html>'
    assert read_article_bytes(page.encode(), "a.html").language == "fr"


def test_a_text_too_short_to_tell_is_said_to_be_unknown(tmp_path: Path) -> None:
    path = tmp_path / "short.txt"
    path.write_text("Rubio: 12", "utf-8")
    assert read_article(path).language == UNDETERMINED
