"""Fit the coefficients of `index/cleaning.json`: which blocks of a text are its body.

    python -m eval.train_cleaning --data DIR/html_articles --write index/cleaning.json

Needs scikit-learn (`pip install footnote[train]`). Every page is seen whole and in parts:
cropped near the body, with most of its furniture taken out, and as the bare body, since a
text file may be any of these. The second stage learns from first-stage probabilities of
pages that the first stage did not see. The printed figures are cross-validated by page.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from eval.article_pages import Page, PageScore, precision_recall_f1, read_pages, score
from index.cleaning_company import COMPANY_NAMES, Numbers, company
from index.cleaning_features import Blocks, Matrix, feature_names, measure
from index.cleaning_model import Judged, logistic
from index.cleaning_rules import decide
from index.furniture import furniture_phrases
from index.html_blocks import SILENT_TAGS, kept_blocks, visible_blocks
from index.html_reading import parse_html

FOLDS, INNER_FOLDS = 8, 3
INVERSE_PENALTY = 0.02
THRESHOLD = 0.5
_CROPS, _HEADLINED = 4, 4
_KIND_WEIGHT = {
    "whole": 1.0,
    "cropped": 0.25,
    "thinned": 0.5,
    "body": 0.5,
    "headlined": 0.12,
    "fragments": 0.3,
}
# A weight of one word in the page's average block of words, and one block in its own right:
# the benchmark counts words, a reader also minds a stray line.
_BLOCKS_OF_WORDS, _OWN_RIGHT = 75.0, 0.25
_STRAY = ("advertisement", "newsletter", "sharing", "sign-in", "comments", "cookie notice")


@dataclass(frozen=True, slots=True)
class View:
    """One way in which a page may come as text, with its body marked and measured."""

    kind: str
    lines: list[str]
    body: NDArray[np.int8]
    blocks: Blocks

    @property
    def features(self) -> Matrix:
        """The first stage's features."""
        return self.blocks.features

    @property
    def words(self) -> NDArray[np.float32]:
        """How many words each block has."""
        return self.blocks.words

    @property
    def weights(self) -> NDArray[np.float32]:
        """How much each block counts in fitting."""
        share = self.words / max(1.0, float(self.words.sum()))
        return (_KIND_WEIGHT[self.kind] * (_BLOCKS_OF_WORDS * share + _OWN_RIGHT)).astype(
            np.float32
        )


@lru_cache(maxsize=1)
def _known_phrases() -> dict[str, list[str]]:
    return furniture_phrases()


def headlined(
    body: Sequence[str], headlines: Sequence[str], chance: random.Random
) -> tuple[list[str], list[int]]:
    """Return a body with other articles' headlines after it and stray furniture within it."""
    known = _known_phrases()
    phrases = [line for reason in _STRAY for line in known[reason]]
    lines, truth = list(body), [1] * len(body)
    for _ in range(chance.choice((0, 1, 2, 4))):
        place = chance.randint(min(1, len(lines)), len(lines))
        lines.insert(place, chance.choice(phrases).rstrip("…").capitalize())
        truth.insert(place, 0)
    tail = []
    if chance.random() < 0.6:
        tail.append(chance.choice(known["related"]).rstrip("…").capitalize())
    count = chance.choice((1, 2, 3, 5, 8, 14)) if tail else chance.choice((3, 5, 8, 14))
    for headline in chance.sample(list(headlines), count):
        tail += ["-", headline] if len(tail) > 3 and tail[-2] == "-" else [headline]
    return lines + tail, truth + [0] * len(tail)


def views_of(page: Page, headlines: Sequence[str], chance: random.Random) -> list[View]:
    """Return the page's views, the whole page first; `headlines` are those of other pages."""
    lines = visible_blocks(parse_html(page.html, page.name))
    body = kept_blocks(lines, page.body)
    marked = [i for i, kept in enumerate(body) if kept]
    chosen = [("whole", list(range(len(lines))))]
    if marked:
        first, last = marked[0], marked[-1] + 1
        for _ in range(_CROPS):
            start = max(0, first - chance.choice((0, 1, 3, 8)))
            end = min(len(lines), last + chance.choice((0, 2, 8, 25, 60)))
            chosen.append(("cropped", list(range(start, end))))
        near = range(max(0, first - 6), min(len(lines), last + 15))
        rate = chance.choice((0.05, 0.3))
        chosen.append(("thinned", [i for i in near if body[i] or chance.random() < rate]))
        chosen.append(("body", marked))
    parts = [(kind, [lines[i] for i in p], [int(body[i]) for i in p]) for kind, p in chosen]
    if marked:
        alone = [lines[i] for i in marked]
        parts += [("headlined", *headlined(alone, headlines, chance)) for _ in range(_HEADLINED)]
    pieces = fragments_of(page)
    parts.append(("fragments", pieces, [int(kept) for kept in kept_blocks(pieces, page.body)]))
    return [_view(*part) for part in parts]


def fragments_of(page: Page) -> list[str]:
    """Return the page's text nodes: what simple scrapers give, links and bold words apart."""
    pieces: list[str] = []
    stack = [(parse_html(page.html, page.name), False)]
    while stack:
        element, leaving = stack.pop()
        silent = not isinstance(element.tag, str) or element.tag in SILENT_TAGS
        text = element.tail if leaving or silent else element.text
        pieces += [" ".join(text.split())] if text and text.strip() else []
        if not leaving and not silent:
            stack.append((element, True))
            stack.extend((child, False) for child in reversed(list(element)))
    return pieces


def _view(kind: str, lines: list[str], body: list[int]) -> View:
    return View(kind, lines, np.array(body, dtype=np.int8), measure(lines))


def headline_of(page: Page) -> str:
    """Return the page's own title, without the site's name."""
    found = parse_html(page.html, page.name).findtext(".//title") or ""
    return " ".join(re.split(r" [|–—-] ", " ".join(found.split()))[0].split())


def fit(
    features: Sequence[Matrix], views: Sequence[View], penalty: float = INVERSE_PENALTY
) -> NDArray[np.float32]:
    """Fit one logistic model; the first feature is the constant."""
    from sklearn.linear_model import LogisticRegression

    rows = np.concatenate(features)
    truth = np.concatenate([view.body for view in views])
    weights = np.concatenate([view.weights for view in views])
    centre, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    centre[0], spread[0] = 0.0, 1.0
    model = LogisticRegression(C=penalty, max_iter=500)
    model.fit(((rows - centre) / spread)[:, 1:], truth, sample_weight=weights)
    slopes = model.coef_[0] / spread[1:]
    constant = model.intercept_[0] - float(slopes @ centre[1:])
    return np.concatenate(([constant], slopes)).astype(np.float32)


def fit_both(pages: Sequence[Sequence[View]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Fit both stages on the views of some pages."""
    views = [view for page in pages for view in page]
    rows: list[Matrix] = []
    seen: list[View] = []
    for fold in range(INNER_FOLDS):
        others = [v for i, page in enumerate(pages) if i % INNER_FOLDS != fold for v in page]
        own = [v for i, page in enumerate(pages) if i % INNER_FOLDS == fold for v in page]
        weights = fit([view.features for view in others], others)
        rows += [together_rows(view, weights) for view in own]
        seen += own
    return fit([view.features for view in views], views), fit(rows, seen)


def together_rows(view: View, alone: NDArray[np.float32]) -> Matrix:
    """Return the second stage's features of a view."""
    return company(view.lines, logistic(view.features, alone), view.words)


def cross_validate(
    pages: Sequence[Page], views: Sequence[Sequence[View]], report: Callable[[str], None]
) -> dict[str, float]:
    """Print and return precision, recall and F1 of pages not learned from, by kind of view."""
    folds = np.random.default_rng(0).permutation(len(views)) % FOLDS
    found: list[list[Numbers]] = [[] for _ in views]
    for fold in range(FOLDS):
        alone, together = fit_both([v for v, f in zip(views, folds, strict=True) if f != fold])
        for place in np.flatnonzero(folds == fold).tolist():
            found[place] = [logistic(together_rows(view, alone), together) for view in views[place]]
    figures: dict[str, float] = {}
    for kind in _KIND_WEIGHT:
        for threshold in (0.4, THRESHOLD, 0.6):
            scores = [
                _score(page, view, probability, threshold)
                for page, its_views, its_found in zip(pages, views, found, strict=True)
                for view, probability in zip(its_views, its_found, strict=True)
                if view.kind == kind
            ]
            precision, recall, f1 = precision_recall_f1(scores)
            report(f"{kind:9} {threshold:.2f}  P {precision:.4f}  R {recall:.4f}  F1 {f1:.4f}")
            if threshold == THRESHOLD:
                figures[kind] = round(f1, 4)
    return figures


def _score(page: Page, view: View, probability: Numbers, threshold: float) -> PageScore:
    """Compare what is kept of a view with the page's body, or with the view's where it is known."""
    kept = decide(view.lines, Judged(view.blocks, probability), threshold)
    lines = [line for line, keep in zip(view.lines, kept, strict=True) if keep]
    if view.kind in ("body", "headlined"):
        true = "\n".join(x for x, body in zip(view.lines, view.body, strict=True) if body)
    else:
        true = page.body
    return score(true, "\n".join(lines))


def main(arguments: Sequence[str] | None = None) -> None:
    """Cross-validate, fit on all pages, and write the coefficients when asked to."""
    parser = argparse.ArgumentParser(description="Fit index/cleaning.json")
    parser.add_argument("--data", type=Path, required=True, help="folder with ground-truth.json")
    parser.add_argument("--write", type=Path, help="where to write the coefficients")
    options = parser.parse_args(arguments)
    pages = read_pages(options.data)
    titles = [headline_of(page) for page in pages]
    views = [
        # A generator of its own, so that a change to one page leaves the others' views alone.
        views_of(page, [t for t in titles if t and t != own], random.Random(page.name))
        for page, own in zip(pages, titles, strict=True)
    ]
    figures = cross_validate(pages, views, lambda line: click.echo(line, err=True))
    if options.write is None:
        return
    alone, together = fit_both(views)
    data = {
        "provenance": {
            "written by": "python -m eval.train_cleaning",
            "pages": len(pages),
            "data": "part of the article-extraction benchmark (scrapinghub), as text",
            "penalty": f"L2, C = {INVERSE_PENALTY}, standardised features",
            "cross-validated F1 by view": figures,
        },
        "threshold": THRESHOLD,
        "alone": _rounded(feature_names(), alone),
        "together": _rounded(COMPANY_NAMES, together),
    }
    options.write.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _rounded(names: Sequence[str], weights: NDArray[np.float32]) -> dict[str, float]:
    return {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)}


if __name__ == "__main__":
    main()
