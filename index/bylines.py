"""Who wrote an article, where a line above its body says so: "By Jane Miller", "Von Anna Vogt"."""

from __future__ import annotations

import re

_NAME = r"[^\W\d_a-z][\w.’'-]*"
_BETWEEN = r"(?: |, | and | und | et | y |/|&| & )(?:(?:de|van|von|der|del|la|di|al|bin) )*"
_NAMES = rf"{_NAME}(?:{_BETWEEN}{_NAME}){{0,9}}"
_BYLINE = re.compile(
    r"^\W{0,3}(?:(?:[Ww]ritten |[Rr]eported |[Ss]tory |[Ww]ords |[Tt]ext |[Pp]osted )?[Bb][Yy]:?"
    r"|[Aa]uthors?:|[Vv]on|[Pp]ar|[Pp]or|[Tt]ext:|[Aa]utor(?:in|a)?:|[Aa]uteure?:|文[:：])"
    rf"\s+(?P<names>{_NAMES})"
)
# What stands below an article: "Jane Miller covers the coast. Reach her at …".
_NOTE = re.compile(
    r"(?:(?:Follow|Contact|Reach|Email)(?: [A-Z]{2,}){0,3}(?: columnist| reporter)? )?"
    rf"(?P<names>{_NAME}(?: {_NAME}){{1,3}})(?:,? (?:is|are) (?:an?|the)\b|,? (?:covers|writes"
    r"|reports)\b| on (?:social media|X|Twitter|Instagram)\b| at \S+@|: \S+@)"
)
_JAPANESE = re.compile(
    r"(?:文|記者|執筆)[:：/／]\s*(?P<names>[\u3040-\u30ff\u4e00-\u9fff 　・]{2,20})$"
)
# What stands behind the names, and is none.
_AFTER = re.compile(
    r"(?:,| and|/|&)? (?:Staff|The|Associated|Special|Updated|Published|Senior|Chief|Political"
    r"|Correspondent|Reporter|Editor|Writer|Contributor|Business|BBC|CNN|AP|AFP|Reuters|USA|UPI|NPR"
    r"|Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr|Jul(?:y)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?|(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
    r")\b.*$|(?:,|/) (?:April|May|June?|Aug(?:ust)?)\b.*$"  # these are names of people too
)
_NO_NAME = re.compile(
    r"^(?:The|A|An|Our|My|This|Staff|Now|Then|Far|Email|Phone|Subscribing|Continuing|Clicking"
    r"|Signing)\b|https?:|www\.|@|\d"
)
_LONGEST = 100


def author_in(line: str) -> str | None:
    """Return the names that a byline states, None for a line that is no byline."""
    if len(line) > 3 * _LONGEST:
        return None
    line = " ".join(line.split())
    match = _BYLINE.match(line) or _JAPANESE.search(line)
    return plain_author(match["names"]) if match else None


def author_of_note(line: str) -> str | None:
    """Return whom a note below an article presents as its reporter, None for other lines."""
    match = _NOTE.match(" ".join(line[: 3 * _LONGEST].split()))
    return plain_author(match["names"]) if match else None


def plain_author(stated: str) -> str | None:
    """Return a stated author without "By" and titles; None where it is no name."""
    names = re.sub(r"^(?:[Bb][Yy]:?|[Vv]on|[Pp]ar|[Pp]or)\s+", "", " ".join(stated.split()))
    names = _AFTER.sub("", names).strip(" ,;|/&-")
    if not names or len(names) > _LONGEST or _NO_NAME.search(names):
        return None
    return _ordinary_case(names)


def _ordinary_case(names: str) -> str:
    """Return names that are all in capitals as people write them."""
    if not names.isupper() or len(names) < 5:
        return names
    return re.sub(r"[^\W\d_]+", lambda word: word.group().capitalize(), names)
