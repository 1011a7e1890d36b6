"""Furniture of web pages, known line by line from its wording alone.

The phrases are data (`furniture.yaml`); what has a form and no fixed words (dates, vote
counts, captions, copyright lines) is a pattern here. A body sentence that mentions cookies
or comments is not furniture: a phrase must make up the whole line. Every pattern is
bounded, and lines longer than `LONGEST_FURNITURE` are not looked at, so that the cost is
linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml

from index.metadata import date_in

LONGEST_FURNITURE = 400
_LONGEST_TAIL = 90

RULE = "rule"
RELATED = "related"
RELATED_LINK = "related link"
DATE_LINE = "date line"
CAPTION = "caption"
BYLINE = "byline"
COMMENTS = "comments"
VOTES = "votes"
SITE_NAME = "site name"

_I = re.IGNORECASE
_EDGES = " \t\"'()[]{}<>|•·*#»«→›‹▼▲►×+-–—_=~:;,.!?…/\\"
_STRAIGHT = str.maketrans("“”‘’«»\xa0", '""\'\'"" ')
_NUMBER = re.compile(r"\d[\d.,]*(?:[kKmM]\b)?")

_VOTES = re.compile(r"[-+]?\d{1,6} ?\( ?\+\d{1,6} ?/ ?-\d{1,6} ?\)", _I)
_COPYRIGHT = re.compile(
    r"\W{0,6}(?:©|\(c\) ?\d{4}|copyright (?:©|\(c\)|\d{4}|by\b|notice$))"
    r"|.{0,120}(?:© ?\d{4}|\ball rights reserved)",
    _I,
)
_AGO = re.compile(
    r"(?:(?:updated|published|posted|last updated)?:? ?)(?:about )?(?:\d{1,3}|an?|one) ?"
    r"(?:mins?|minutes?|hours?|hrs?|days?|weeks?|months?|years?|[hdm])(?: ago)?",
    _I,
)
_RELATED_LINK = re.compile(
    r"(?:read(?: more| also| next)?|(?:learn |see )?more|related(?: story| article| coverage)?"
    r"|full (?:story|coverage)"
    r"|see(?: also| more)?|also read|must[- ]read|watch(?: live| now| more| the video)?|video"
    r"|in pictures|photos|gallery|listen|explore|what to know|don't miss|opinion|exclusive"
    r"|special report|recommended|up next|next) ?[:|»>] ?\S",
    _I,
)
_CREDIT = (
    r"(?:getty images?|reuters|associated press|afp|ap photo|shutterstock|istock|file photo"
    r"|handout|bloomberg|xinhua|kyodo|anadolu)"
)
_CAPTION = re.compile(
    r"(?:images?|photos?|picture|credit|photograph|illustration|fotos?|фото|video)"
    r" ?(?:credits?|source|by|from|courtesy)?(?: of)? ?[:/] ?\S"
    r"|(?:photo|image|illustration|photograph)s? (?:by|courtesy of|via) \S"
    rf"|.{{0,300}}(?:\(|[/|—–-] ?|\. |via |photo by |courtesy of ){_CREDIT}(?:[ /]\S+){{0,3}}$"
    rf"|(?:[^\W\d_][\w.'’-]+ ){{1,4}}?/ ?{_CREDIT}.{{0,40}}$"
    r"|.{10,300}\((?:ap|reuters|afp|photo|photos|image|file|getty|courtesy|credit|supplied)\b"
    r"[^)]{0,80}$"
    r"|.{10,300}\b(?:image|photo|picture|credit|photograph|file photo|photo credit)s? ?: ?"
    r"[^:]{2,60}$",
    _I,
)
_PICTURED = re.compile(
    r".{10,390}\b(?:in this (?:undated |file |handout |combination )*"
    r"(?:picture|photo|photograph|image|frame|video grab|screengrab)"
    r"|(?:is|are|was|were) pictured (?:here|in this|in an undated)"
    r"|pictured (?:here|above|left|right|in))\b",
    _I,
)
_BYLINE = re.compile(
    r"(?:by|written by|reported by|story by|words by|text by|posted by|author:|by:) "
    r"(?:[^\W\d_][\w.'’-]*[, ]{0,2}){1,9}$",
    _I,
)
_BYLINE_ELSEWHERE = re.compile(
    r"(?:Von|Par|Por|Text:|Texte ?:|Autor(?:in)?:) (?:[^\W\d_a-z][\w.’'-]*[, ]{0,2}"
    r"|(?:de|del|von|van|der|la|und|et|y) ){2,8}$|(?:文|記者|執筆)[:：/／].{2,20}$"
)
_SIGNED = re.compile(r"[-–—−]{1,2} ?[A-Z][\w.'’-]+(?:,? (?:[A-Z][\w.'’-]*|and|&|de|van|von)){0,7}$")
_CONTRIBUTED = re.compile(
    r".{4,160}\bcontributed (?:reporting )?(?:to|for) this (?:report|story|article|piece)\b", _I
)
# "SPORTS NEWS: Check out our newsletter", "The Herald app gets you to the heart of the news".
_PROMOTED = re.compile(
    r"[A-Z][A-Z0-9 ,&'’/-]{5,80}: (?:Check out|Sign up|Subscribe|Download|Get our|Listen to)\b"
    r"|(?:The|Our) .{2,40} app (?:gets|brings|gives) you\b.{0,200}\b[Dd]ownload\b"
    r"|Support (?:strong |our |great )?(?:local |independent )?journalism\b.{0,200}\bsubscri"
)
_HANDLE = re.compile(r"@\w{2,30}$|[\w.+-]{2,40}@[\w.-]{2,40}\.\w{2,8}$")
_WIRE = re.compile(
    r"(?:[^\W\d_][\w.,’'-]* ){0,4}\(?(?:CNN|AP|AFP|Reuters|BBC|UPI|NPR|NBC News|CBS News|ABC News)"
    r"(?: Business| News| Newsource| Politics)?\)? ?[—–-]{0,2}$"
)
_REPORTER = re.compile(
    r".{0,300}\b(?:reach|contact|follow|email|e-mail|send|tweet|write to)\b.{1,120}"
    r"(?:@\w|\bat \(?\d{3}|twitter|on x\b|facebook)",
    _I,
)
_DATE_WORD = re.compile(
    r"\b(?:[ap]\.?m\.?|[ECMPI][SDE]?T|GMT|UTC|JST|BST|IST|today|updated?|published|posted|last"
    r"|modified|created|on|at|by|from|of|the|mon(?:day)?|tues?(?:day)?|wed(?:nesday)?"
    r"|thur?s?(?:day)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|date|first|release|min|read"
    r"|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|st|nd|rd|th|h|hrs|local|time"
    r"|veröffentlicht|aktualisiert|stand|uhr|vom|am|um|den|der|publié|mis|jour|modifié|paru|le|à"
    r"|publicado|publicada|actualizado|el|de|del|las|fecha|(?:lun|mar|mercre|jeu|vendre|same)di"
    r"|dimanche|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo|pubblicato|aggiornato)\b"
    r"|[年月日時分]|公開|更新|配信|掲載|午前|午後",
    _I,
)
_REPORTER_CUES = ("reach", "contact", "follow", "email", "e-mail", "send", "tweet", "write to")
_PROMOTED_CUES = ("check out", "sign up", "subscri", "download", "get our", "listen to")
_COPYRIGHT_CUES = ("©", "(c)", "copyright", "rights reserved")
_CUED = (
    (_REPORTER_CUES, _REPORTER, BYLINE),
    (("contributed",), _CONTRIBUTED, BYLINE),
    (_PROMOTED_CUES, _PROMOTED, "newsletter"),
    (_COPYRIGHT_CUES, _COPYRIGHT, "copyright"),
)
_BYLINES = (_BYLINE, _BYLINE_ELSEWHERE, _SIGNED, _HANDLE)
_CAPTION_CUES = (
    "image", "photo", "picture", "credit", "illustration", "foto", "фото", "video", "courtesy",
    "getty", "reuters", "associated", "afp", "shutterstock", "istock", "handout", "bloomberg",
    "xinhua", "kyodo", "anadolu", "(ap", "(file", "(supplied", "/ap", "here", "frame", "pictured",
)  # fmt: skip
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_FIGURE = re.compile(r"\d")


def bare_words(line: str) -> str:
    """Return a line as it is looked up.

    Lower case, straight quotes, no punctuation at the ends, every number 0.
    """
    return _NUMBER.sub("0", line.translate(_STRAIGHT).lower().strip(_EDGES)).strip(_EDGES)


def furniture_phrases() -> dict[str, list[str]]:
    """Return the phrases of `furniture.yaml` by reason."""
    found: dict[str, list[str]] = yaml.safe_load(
        (Path(__file__).parent / "furniture.yaml").read_text("utf-8")
    )
    return found


@lru_cache(maxsize=1)
def _phrases() -> tuple[dict[str, str], dict[str, str]]:
    """Return phrase -> reason for whole lines, and for beginnings of lines."""
    whole: dict[str, str] = {}
    beginnings: dict[str, str] = {}
    for reason, phrases in furniture_phrases().items():
        for phrase in phrases:
            words = bare_words(phrase)
            whole.setdefault(words, reason)
            if phrase.endswith("…"):
                beginnings.setdefault(words, reason)
    return whole, beginnings


def furniture_reason(line: str) -> str | None:
    """Return why a line is page furniture by its wording alone, or None.

    The reasons are those of `furniture.yaml`, and "rule" (nothing but punctuation), "votes",
    "copyright", "date line", "related link", "caption", "byline".
    """
    if len(line) > LONGEST_FURNITURE:
        return None
    words = bare_words(line)
    if not words:
        return RULE
    whole, beginnings = _phrases()
    if words in whole:
        return whole[words]
    if len(words) <= 160:
        parts = words.split(" ", 6)
        # The site's or section's name before the words: '"Politics" popular article'.
        for drop in (1, 2):
            if drop + 2 <= len(parts) <= 6 and whole.get(" ".join(parts[drop:])) == RELATED:
                return RELATED
        for count in range(min(len(parts) - 1, 6), 0, -1):
            head = " ".join(parts[:count]).rstrip(_EDGES)
            if head in beginnings and len(words) - len(head) <= _LONGEST_TAIL:
                return beginnings[head]
    return _formed(line)


def _formed(line: str) -> str | None:
    small = line.lower()
    if len(line) <= 100:
        if is_date_line(line):
            return DATE_LINE
        if "(" in line and _VOTES.fullmatch(line.strip()):
            return VOTES
        if _WIRE.match(line):
            return SITE_NAME
        if any(form.match(line) for form in _BYLINES):
            return BYLINE
    # The patterns are tried only on lines with one of their words: most lines have none.
    for cues, pattern, reason in _CUED:
        if _has(small, cues) and pattern.match(line):
            return reason
    if len(line) <= 200 and _has(line[:40], ":|»>") and _RELATED_LINK.match(line):
        return RELATED_LINK
    if _has(small, _CAPTION_CUES):
        bare = line.strip("()[]. ")
        if _CAPTION.match(bare) or _PICTURED.match(bare):
            return CAPTION
    return None


def _has(text: str, cues: Iterable[str]) -> bool:
    return any(cue in text for cue in cues)


def is_date_line(line: str) -> bool:
    """Whether a line holds a date, or "2 hours ago", and hardly anything else."""
    if len(line) > 100 or not _FIGURE.search(line):
        return _AGO.fullmatch(line.strip()) is not None if len(line) < 30 else False
    if _AGO.fullmatch(line.strip(_EDGES)):
        return True
    if date_in(line) is None:
        return False
    return sum(map(len, _LETTERS.findall(_DATE_WORD.sub(" ", line)))) <= 14
