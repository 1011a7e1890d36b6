"""Furniture that only the collection shows: a line that recurs in many articles of one source.

"We may earn a commission from links" reads like a sentence, and no page says what it is; that
every tenth article of the paper holds it does. Learnt anew from the articles as they were read
whenever a source's articles change, so that the order in which they came makes no difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

import numpy as np

from index.article import Article, BoilerplateSpan
from index.blocks import lines
from index.catalogue import Catalogue
from index.origins import candidate_pairs, origins_of, sketches

RECURS = "recurs in this source"
FEWEST_STORIES = 4
"""In fewer articles than this a line recurs by chance, or in a series."""
LEAST_SHARE = 0.1
"""Of a source's stories; state names head sections of every fiftieth article."""
MOST_OF_ARTICLE = 0.4
"""An article that would lose more than this share of its body is left as it is."""
_SHORTEST = 8
_MOST_VERSIONS, _SAME_STORY_FROM = 12, 0.4
_LEARNT_TO = "furniture learnt to"


def relearnt(catalogue: Catalogue) -> list[Article]:
    """Return the articles whose marks change by what their sources show now, as they are then."""
    done = int(catalogue.meta(_LEARNT_TO) or 0)
    if done == catalogue.revision:
        return []
    rows = catalogue.database.run("SELECT id, source, url, revision FROM articles ORDER BY rowid")
    ids: dict[str, list[str]] = defaultdict(list)
    changed: set[str] = set()
    for article_id, source, url, revision in rows:
        name = source or (urlsplit(url).hostname if url else None)
        if name:
            ids[name].append(article_id)
            if revision > done:
                changed.add(name)
    found: list[Article] = []
    for name in sorted(changed):
        if len(ids[name]) >= FEWEST_STORIES or done:
            articles = [a for each in ids[name] if (a := catalogue.article(each)) is not None]
            marked = with_learnt(articles)
            found += [new for old, new in zip(articles, marked, strict=True) if new != old]
    return found


def learnt(catalogue: Catalogue) -> None:
    """Record that everything stored by now has been learnt from."""
    if int(catalogue.meta(_LEARNT_TO) or 0) != catalogue.revision:
        with catalogue.database.transaction():
            catalogue.set_meta(_LEARNT_TO, str(catalogue.revision))


def with_learnt(articles: Sequence[Article]) -> list[Article]:
    """Return the articles of one source with exactly those lines marked that recur in it."""
    as_read = [_as_read(article) for article in articles]
    recurring = recurring_lines(as_read)
    return [_marked(article, recurring) for article in as_read]


def recurring_lines(articles: Sequence[Article]) -> frozenset[str]:
    """Return the body lines, plain, that recur in enough of a source's stories.

    Versions of one story count once: all their lines recur.
    """
    if len(articles) < FEWEST_STORIES:
        return frozenset()
    lines_of = [frozenset(line for _, line in _body_lines(article)) for article in articles]
    stories = _stories([article.id for article in articles], lines_of)
    holders: dict[str, set[str]] = defaultdict(set)
    for own, story in zip(lines_of, stories, strict=True):
        for line in own:
            holders[line].add(story)
    least = max(FEWEST_STORIES, LEAST_SHARE * len(set(stories)))
    return frozenset(line for line, held in holders.items() if len(held) >= least)


def _stories(ids: Sequence[str], lines_of: Sequence[frozenset[str]]) -> list[str]:
    """Return a name for the story of each article: versions share many of their lines.

    By the longer one's letters, lest a notice of one line make one story of all that carry it.

    Lines of very many articles say nothing of a story, and are left out.
    """
    counts = Counter(line for own in lines_of for line in own)
    rare = [frozenset(line for line in own if counts[line] <= _MOST_VERSIONS) for own in lines_of]
    made = sketches([[(line,) for line in own] for own in rare])
    numbers = [number for number, sketch in enumerate(made) if sketch is not None]
    pairs: list[tuple[str, str]] = []
    if numbers:
        matrix = np.stack([sketch for sketch in made if sketch is not None])
        for a, b in candidate_pairs(matrix, matrix):
            one, other = numbers[a], numbers[b]
            most = max(_letters(rare[one]), _letters(rare[other]))
            if one < other and _letters(rare[one] & rare[other]) >= _SAME_STORY_FROM * most:
                pairs.append((ids[one], ids[other]))
    origins = origins_of(pairs)
    return [origins.get(article_id, article_id) for article_id in ids]


def _letters(some: Iterable[str]) -> int:
    return sum(map(len, some))


def _as_read(article: Article) -> Article:
    spans = tuple(span for span in article.boilerplate if span.reason != RECURS)
    return article if spans == article.boilerplate else replace(article, boilerplate=spans)


def _marked(article: Article, recurring: frozenset[str]) -> Article:
    if not recurring:
        return article
    spans = [span for span, line in _body_lines(article) if line in recurring]
    lost = sum(span.end - span.start for span in spans)
    body = sum(span.end - span.start for span in article.body_spans())
    if not spans or lost > MOST_OF_ARTICLE * body:
        return article
    return replace(article, boilerplate=tuple(sorted((*article.boilerplate, *spans))))


def _body_lines(article: Article) -> Iterable[tuple[BoilerplateSpan, str]]:
    """Yield the whole lines of the body with their places; a line partly marked is none."""
    marked = sorted(article.boilerplate)
    at = 0
    for line in lines(article.text):
        while at < len(marked) and marked[at].end <= line.start:
            at += 1
        if at < len(marked) and marked[at].start < line.end:
            continue
        plain = " ".join(line.of(article.text).casefold().split())
        if sum(character.isalpha() for character in plain) >= _SHORTEST:
            yield BoilerplateSpan(line.start, line.end, RECURS), plain


def summary(articles: Sequence[Article]) -> Counter[str]:
    """Return in how many articles each learnt line is marked."""
    return Counter(
        line
        for article in articles
        for line in {
            " ".join(article.text[s.start : s.end].casefold().split())
            for s in article.boilerplate
            if s.reason == RECURS
        }
    )
