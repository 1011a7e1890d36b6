"""The word tables of the support check, from `lexicon.toml`: read once, on first use."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files("qa").joinpath("lexicon.toml").read_text("utf-8"))


@lru_cache(maxsize=64)
def word_set(section: str, table: str) -> frozenset[str]:
    """Return the words of a table.

    Raises:
        KeyError: there is no such table.

    """
    return frozenset(_tables()[section][table].split())


def lines(section: str, table: str) -> list[str]:
    """Return the lines of a table that has one entry a line.

    Raises:
        KeyError: there is no such table.

    """
    return [line.strip() for line in _tables()[section][table].splitlines() if line.strip()]


def keyed(section: str, table: str) -> list[tuple[str, str]]:
    """Return the (key, rest) pairs of a table whose lines read "key: rest".

    Raises:
        KeyError: there is no such table.

    """
    pairs = []
    for line in lines(section, table):
        key, _, rest = line.partition(": ")
        pairs.append((key.strip(), rest.strip()))
    return pairs
