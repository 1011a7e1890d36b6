"""Which article a person means: by id, by path, or by the end of a path."""

from __future__ import annotations

from pathlib import Path

from index.errors import UsageError
from index.library import Library

SHORTEST_ID = 4


def article_ids(library: Library, names: tuple[str, ...]) -> list[str]:
    """Return the ids of the articles named, each once, in the order given.

    A name is an id (or its first four characters and more), a path as it is on this
    machine, or a path's end ("seeds/003_x.txt", "003_x.txt").

    Raises:
        UsageError: no article has that name, or several have.
    """
    return list(dict.fromkeys(_one(library, name) for name in names))


def _one(library: Library, name: str) -> str:
    known = library.article_ids()
    matching = [i for i in known if i == name or (len(name) >= SHORTEST_ID and i.startswith(name))]
    if not matching:
        places = {i: library.locations(i) for i in known}
        absolute = str(Path(name).absolute())
        matching = [i for i in known if name in places[i] or absolute in places[i]]
        matching = matching or [
            i for i in known if any(place.endswith(f"/{name}") for place in places[i])
        ]
    if len(matching) == 1:
        return matching[0]
    problem = "fits several articles" if matching else "is no article of this library"
    raise UsageError(f"{name} {problem}; see: footnote library list")
