"""A catalogue as the first version of the tool made it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from index.article import Article
from index.catalogue import FILE
from index.catalogue_schema import STEPS


def first_version(folder: Path) -> Article:
    """Make such a catalogue in the folder, with one article; return the article."""
    folder.mkdir(exist_ok=True)
    article = Article(text="Report 1 on the harbour.", title="1", path="/articles/1.txt")
    connection = sqlite3.connect(folder / FILE)
    for statement in STEPS[0]:
        connection.execute(statement)
    facts = {"schema": "1", "library": "abcd", "revision": "1", "log_start": "0"}
    connection.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
    values = (article.id, 1, article.text.encode(), article.title, None, None, None, "en", None)
    connection.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '[]')", values)
    place = (article.path, article.id, 1, 2, "abc")
    connection.execute("INSERT INTO locations VALUES (?, ?, ?, ?, ?)", place)
    connection.commit()
    connection.close()
    return article
