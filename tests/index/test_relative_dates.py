"""Times that sentences name, worked out from the day of publication, on sentences made by hand.

The day of publication is Wednesday, 22 January 2025 unless a test says otherwise.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.article import Article, BoilerplateSpan
from index.extracting import read_article
from index.relative_dates import dates_in_article, dates_in_sentence
from index.splitting import sentence_spans

WEDNESDAY = date(2025, 1, 22)

# Sentence | what it names, as words=first or words=first..last, separated by ";".
SENTENCES = """
The minister met union leaders on Tuesday. | Tuesday=2025-01-21
Sources close to the ministry said Sunday that talks had failed. | Sunday=2025-01-19
The council will vote on Tuesday. | Tuesday=2025-01-28
On Friday, the court will hear the appeal. | Friday=2025-01-24
On Friday, the court heard the appeal. | Friday=2025-01-17
The mayor said Monday that she will resign on Friday. | Monday=2025-01-20;Friday=2025-01-24
The two sides agreed to meet on Thursday in Oslo. | Thursday=2025-01-23
He was arrested on Wednesday. | Wednesday=2025-01-22
The strike is scheduled for Monday. | Monday=2025-01-27
The ferry sank last Wednesday. | last Wednesday=2025-01-15
The hearing will resume next Monday. | next Monday=2025-01-27
The bridge will reopen this Saturday. | this Saturday=2025-01-25
Tuesday’s vote was the closest in a decade. | Tuesday=2025-01-21
The flight, which landed Thursday night, was diverted twice. | Thursday night=2025-01-16
The vaccine is expected to arrive on Sunday. | Sunday=2025-01-26
Applicants must reply by Friday. | Friday=2025-01-24
The exhibition opens on Saturday. | Saturday=2025-01-25
She told reporters on Saturday that the budget would pass. | Saturday=2025-01-18
The band, who played in Leeds on Sunday, will tour in summer. | Sunday=2025-01-19
Rescuers were searching the valley Tuesday evening. | Tuesday evening=2025-01-21
The price of bread rose yesterday. | yesterday=2025-01-21
The president spoke to the nation last night. | last night=2025-01-21
The committee meets today. | today=2025-01-22
Voters go to the polls tomorrow. | tomorrow=2025-01-23
The summit was called off this morning. | this morning=2025-01-22
She had resigned the day before yesterday. | the day before yesterday=2025-01-20
The factory closed last week. | last week=2025-01-13..2025-01-19
The team will travel next week. | next week=2025-01-27..2025-02-02
Prices fell this week. | this week=2025-01-20..2025-01-26
The law was passed earlier this month. | earlier this month=2025-01-01..2025-01-22
A decision is due later this month. | later this month=2025-01-23..2025-01-31
Exports fell last month. | last month=2024-12-01..2024-12-31
The museum will reopen next month. | next month=2025-02-01..2025-02-28
The fund was set up last year. | last year=2024-01-01..2024-12-31
The elections next year will be decisive. | next year=2026-01-01..2026-12-31
He joined earlier this year. | earlier this year=2025-01-01..2025-01-22
The tunnel should open later this year. | later this year=2025-01-23..2025-12-31
Thousands marched over the weekend. | the weekend=2025-01-18..2025-01-19
Snow will fall at the weekend. | the weekend=2025-01-25..2025-01-26
They won both games last weekend. | last weekend=2025-01-18..2025-01-19
The pilot retired three days ago. | three days ago=2025-01-19
The bank failed two weeks ago. | two weeks ago=2025-01-06..2025-01-12
The company was founded ten years ago. | ten years ago=2015-01-01..2015-12-31
The trial will begin in two weeks. | in two weeks=2025-02-03..2025-02-09
Sales have fallen over the past six months. | the past six months=2024-07-22..2025-01-22
The port was shut for the last three days. | the last three days=2025-01-19..2025-01-22
The treaty was signed on January 22, 2025. | January 22, 2025=2025-01-22
It was founded on 3 May 1998 by two brothers. | 3 May 1998=1998-05-03
The inauguration took place on Jan. 20. | Jan. 20=2025-01-20
The storm hit the coast on Dec. 28. | Dec. 28=2024-12-28
The festival will be held on June 14. | June 14=2025-06-14
The envoys will meet on Tuesday, Jan. 28. | Tuesday, Jan. 28=2025-01-28
The fair runs on 8 February in the old town. | 8 February=2025-02-08
The leaders will meet on Feb. 6-7 in Rome. | Feb. 6-7=2025-02-06..2025-02-07
The minister took office in October. | October=2024-10-01..2024-10-31
The company will publish its results in March. | March=2025-03-01..2025-03-31
A visit is planned for mid-February. | mid-February=2025-02-11..2025-02-20
It is to be finished by early April. | early April=2025-04-01..2025-04-10
Talks are being arranged for the first half of February. \
| the first half of February=2025-02-01..2025-02-15
The party has governed since 2012. | 2012=2012-01-01..2012-12-31
He left in March 2019 after a dispute. | March 2019=2019-03-01..2019-03-31
The flood of late July 2021 killed forty. | late July 2021=2021-07-21..2021-07-31
The team trains every Tuesday. |
The shop is closed on Sundays. |
Shops were full on Black Friday. |
The Sunday Times reported the deal. |
It may rain, and they may march. |
The film took in two days more than its sequel. |
The court rejected 20 of the claims. |
May he rest in peace. |
In two days the team found nothing. |
The museum is open Monday to Friday. |
"""
ROWS = [
    tuple(part.strip() for part in line.split(" |"))
    for line in SENTENCES.replace("\\\n", "").strip().split("\n")
]


def named(sentence: str, published: date | None = WEDNESDAY) -> list[str]:
    """Return what a sentence names, as the table writes it."""
    mentions = dates_in_sentence(sentence, published)
    for mention in mentions:
        assert sentence[mention.start : mention.end] == mention.words
    return [f"{m.words}={m.first}" + (f"..{m.last}" if m.last != m.first else "") for m in mentions]


def test_there_are_at_least_sixty_sentences() -> None:
    assert len(ROWS) >= 60


@pytest.mark.parametrize(("sentence", "expected"), ROWS)
def test_the_times_of_a_sentence_are_worked_out(sentence: str, expected: str) -> None:
    assert named(sentence) == [each for each in expected.split(";") if each]


@pytest.mark.parametrize(
    "sentence",
    ["She left on Tuesday.", "It closed last week.", "Jan. 20 was cold.", "He left yesterday."],
)
def test_without_a_day_of_publication_nothing_is_worked_out(sentence: str) -> None:
    assert named(sentence, None) == []


def test_a_full_date_needs_no_day_of_publication() -> None:
    assert named("It was signed on 3 May 1998.", None) == ["3 May 1998=1998-05-03"]
    assert named("The war began in August 2008 in the south.", None) == [
        "August 2008=2008-08-01..2008-08-31"
    ]


def test_a_month_far_behind_a_verb_is_the_nearest_one() -> None:
    assert named("He is now focused on a visit in February.") == ["February=2025-02-01..2025-02-28"]


def test_a_paper_s_name_is_no_day() -> None:
    assert named("He told USA TODAY and Japan Today that it is over.") == []
    assert named("Today the council meets.") == ["Today=2025-01-22"]


def test_a_day_without_a_verb_is_not_far_ahead() -> None:
    assert named("The attacks of April 7 were the worst.") == ["April 7=2024-04-07"]
    assert named("The meeting of March 3 is open to all.") == ["March 3=2025-03-03"]


def test_the_same_day_is_the_day_named_last() -> None:
    article = Article(
        text="The minister resigned on Sunday.\n\nHis deputy left the same day. She returned the "
        "next day, and on Jan. 3 the office closed; the following day it was sold.",
        title="t",
        published="2025-01-22",
    )
    found = {m.words: m.first for m in dates_in_article(article)}
    assert found == {
        "Sunday": "2025-01-19",
        "the same day": "2025-01-19",
        "the next day": "2025-01-20",
        "Jan. 3": "2025-01-03",
        "the following day": "2025-01-04",
    }


def test_the_same_day_without_a_day_before_it_is_nothing() -> None:
    assert named("He left the same day.") == []


@pytest.mark.parametrize(
    ("sentence", "language", "expected"),
    [
        ("Er wurde am 3. März 2021 gewählt.", "de", ["3. März 2021=2021-03-03"]),
        ("Elle est née le 1er mai 1990 à Lyon.", "fr", ["1er mai 1990=1990-05-01"]),
        ("El puente abrió el 5 de mayo de 2003.", "es", ["5 de mayo de 2003=2003-05-05"]),
        ("橋は2003年5月5日に開通した。", "ja", ["2003年5月5日=2003-05-05"]),
    ],
)
def test_full_dates_of_other_languages_are_found(
    sentence: str, language: str, expected: list[str]
) -> None:
    found = dates_in_sentence(sentence, WEDNESDAY, language=language)
    assert [f"{m.words}={m.first}" for m in found] == expected


ELSEWHERE = """
de | Der Rat stimmte am Dienstag zu. | Dienstag=2025-01-21
de | Der Rat wird am Dienstag abstimmen. | Dienstag=2025-01-28
de | Er kam am vergangenen Mittwoch. | vergangenen Mittwoch=2025-01-15
de | Sie sagte gestern, die Brücke bleibe gesperrt. | gestern=2025-01-21
de | Am Montagabend brannte die Mühle. | Montagabend=2025-01-20
de | Am 28. Dezember fiel Schnee. | 28. Dezember=2024-12-28
de | Der Markt ist jeden Freitag offen. |
fr | Le conseil a voté mardi. | mardi=2025-01-21
fr | Le conseil votera, le scrutin est prévu jeudi. | jeudi=2025-01-23
fr | Il est parti lundi dernier. | lundi dernier=2025-01-20
fr | Elle a démissionné hier. | hier=2025-01-21
fr | La fête aura lieu le 14 juin. | 14 juin=2025-06-14
fr | Le musée ferme le lundi. |
es | El consejo votó el martes. | martes=2025-01-21
es | La feria será el sábado. | sábado=2025-01-25
es | El puente cayó ayer por la mañana. | ayer=2025-01-21
es | Abrirá mañana. | mañana=2025-01-23
es | La ley se aprobó el 28 de diciembre. | 28 de diciembre=2024-12-28
es | Cierra los lunes. |
ja | 町長は22日に会見した。 | 22日=2025-01-22
ja | 橋は25日に閉鎖された。 | 25日=2024-12-25
ja | 式典は25日に行われる予定だ。 | 25日=2025-01-25
ja | 会議は昨日開かれた。 | 昨日=2025-01-21
ja | 火曜日に雪が降った。 | 火曜日=2025-01-21
ja | 12月28日に開館した。 | 12月28日=2024-12-28
ja | 工事は10日間続いた。 |
"""
ELSEWHERE_ROWS = [
    tuple(part.strip() for part in f"{line} ".split(" |")) for line in ELSEWHERE.strip().split("\n")
]


@pytest.mark.parametrize(("language", "sentence", "expected"), ELSEWHERE_ROWS)
def test_days_are_worked_out_in_other_languages(
    language: str, sentence: str, expected: str
) -> None:
    found = dates_in_sentence(sentence, WEDNESDAY, language=language)
    assert all(sentence[m.start : m.end] == m.words for m in found)
    assert [f"{m.words}={m.first}" for m in found] == [e for e in [expected] if e]
    assert dates_in_sentence(sentence, None, language=language) == []


def test_offsets_are_those_of_the_article_and_boilerplate_names_nothing() -> None:
    text = "Posted on Monday\n\nThe council met on Tuesday and will meet on Friday."
    article = Article(
        text=text,
        title="t",
        published="2025-01-22",
        boilerplate=(BoilerplateSpan(0, 16, "date line"),),
    )
    found = dates_in_article(article)
    assert [(m.words, text[m.start : m.end], m.first) for m in found] == [
        ("Tuesday", "Tuesday", "2025-01-21"),
        ("Friday", "Friday", "2025-01-24"),
    ]


def test_an_article_without_a_date_has_only_full_dates() -> None:
    article = Article(text="It met on Tuesday. It was founded on 3 May 1998.", title="t")
    assert [m.words for m in dates_in_article(article)] == ["3 May 1998"]


def test_overlap_with_a_range_of_days() -> None:
    (mention,) = dates_in_sentence("Exports fell last month.", WEDNESDAY)
    assert mention.overlaps("2024-12-31", None)
    assert mention.overlaps(None, "2024-12-01")
    assert not mention.overlaps("2025-01-01", None)
    assert not mention.overlaps(None, "2024-11-30")


# The two samples that state their date; the day each sentence means, read by hand.
SAMPLES = {
    "003": {
        "Tuesday": "2025-01-21",
        "the first half of February": "2025-02-01",
        "Monday": "2025-01-20",
    },
    "004": {
        "mid-February": "2025-02-11",
        "January 20": "2025-01-20",
        "January 21": "2025-01-21",
        "2004": "2004-01-01",
    },
}


@pytest.mark.parametrize("number", SAMPLES)
def test_the_times_of_a_sample_are_those_that_a_reader_finds(seeds: Path, number: str) -> None:
    article = read_article(next(seeds.glob(f"{number}_*.txt")))
    assert {m.words: m.first for m in dates_in_article(article)} == SAMPLES[number]


def test_every_mention_of_a_sample_lies_in_one_of_its_sentences(seeds: Path) -> None:
    for path in seeds.glob("*.txt"):
        article = read_article(path)
        spans = sentence_spans(article)
        for mention in dates_in_article(article):
            assert any(s.start <= mention.start < mention.end <= s.end for s in spans)
