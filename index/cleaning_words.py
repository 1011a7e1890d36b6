"""The wording by which furniture of web pages is known, line by line, with its reason.

A pattern here must hold for the whole line (most are anchored at both ends): a body
sentence that mentions cookies or comments is not furniture. The patterns are bounded, so
that a line of any length is matched in linear time.
"""

from __future__ import annotations

import re

from index.metadata import date_in

LONGEST_FURNITURE = 400

_I = re.IGNORECASE
_BRACKETS = "\"'“”‘’«»()[]|•·*#>:–—- \t"

# (reason, pattern); the first that matches gives the reason.
_WHOLE_LINE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("copyright", re.compile(r"(?:©|\(c\)|copyright\b)(?!.{250})", _I)),
    ("copyright", re.compile(r".{0,80}\ball rights reserved\b.{0,80}$", _I)),
    (
        "comments",
        re.compile(
            r"(?:view |show |see |read |hide |all )*(?:\d[\d,]*|no|leave a|add a|post a|join the)?\s?(?:comments?|replies|conversation|discussion)(?: \(?\d+\)?)?$",
            _I,
        ),
    ),
    (
        "comments",
        re.compile(
            r"(?:log ?in|sign ?in|register|login) (?:or register )?to (?:leave a |post a |add a )?(?:comment|reply)",
            _I,
        ),
    ),
    ("comments", re.compile(r"-?\d{1,5} \( ?\+\d{1,5} ?/ ?-\d{1,5} ?\)$")),
    (
        "sign-in",
        re.compile(
            r"(?:log ?in|sign ?in|log ?out|sign ?up|login|register|create (?:an? )?(?:free )?account|user registration|my account|forgot(?:ten)? (?:your )?password|facebook connect|facebook users|connect with facebook)(?: (?:with|using|via|to|for|here|now|or)\b.{0,60})?$",
            _I,
        ),
    ),
    (
        "sign-in",
        re.compile(r"(?:use|with) your (?:facebook|google|apple|twitter) account\b.{0,250}$", _I),
    ),
    (
        "newsletter",
        re.compile(
            r"(?:sign up|subscribe|register|get|join|receive)\b.{0,120}\b(?:newsletters?|inbox|email alerts?|news alerts?|daily briefing)\b.{0,120}$",
            _I,
        ),
    ),
    (
        "newsletter",
        re.compile(
            r"(?:subscribe|subscribe (?:now|today|here)|email address|your email|enter your email.{0,40}|newsletters?)$",
            _I,
        ),
    ),
    (
        "sharing",
        re.compile(
            r"(?:share|tweet|email|print|whatsapp|facebook|twitter|linkedin|pinterest|reddit|flipboard|copy link|save|follow us|instagram|messenger|telegram|x)(?: (?:this|on|via|us|article|story|link|to)\b.{0,40})?$",
            _I,
        ),
    ),
    (
        "advertisement",
        re.compile(
            r"(?:advertise?ment|ad|ads|sponsored(?: content)?|paid post|promoted|story continues below.{0,40}|article continues (?:below|after).{0,40}|(?:the )?(?:story|article) continues.{0,30}|scroll (?:down )?to continue.{0,60}|continue reading.{0,80})$",
            _I,
        ),
    ),
    ("cookie notice", re.compile(r"(?:we|this (?:web)?site) uses? cookies\b.{0,300}$", _I)),
    (
        "cookie notice",
        re.compile(
            r"(?:accept(?: all)?(?: cookies)?|cookie (?:policy|settings|preferences)|manage (?:cookies|preferences))$",
            _I,
        ),
    ),
    (
        "site links",
        re.compile(
            r"(?:privacy policy|terms(?: (?:of|and) (?:use|service|conditions))?|contact us|about us|advertise(?: with us)?|careers|help|faqs?|site ?map|skip to (?:main )?content|home|menu|search|more|back to top|next|previous|close|top)$",
            _I,
        ),
    ),
)

# From here on, a list of other articles follows.
_RELATED = re.compile(
    r"(?:[\"“]?[\w' &]{1,20}[\"”]? )?(?:related(?: (?:topics?|articles?|stories|news|posts?|content|coverage|links?|reading|items?))?"
    r"|(?:most |more )?(?:popular|read|viewed|trending|recommended)(?: (?:articles?|stories|news|posts?|now|today|for you))?"
    r"|(?:access )?ranking|(?:read|see|you may|you might) (?:also|next|more)(?: like| be interested in)?"
    r"|more (?:from|on|in|news|stories|articles)\b.{0,40}|recommended(?: for you)?|trending(?: now)?|latest(?: news| stories| articles)?"
    r"|editors?['’]? (?:picks?|choice)|what to read next|don['’]t miss|up next|around the web|from (?:our|the) (?:web|partners?|sponsors?)"
    r"|articles, offers.{0,40}|a mix of what['’]s trending.{0,60}|top stories|in other news|you may have missed)[:.…]?$",
    _I,
)

_SECTIONS = frozenset(
    [
        "politics",
        "world",
        "business",
        "sport",
        "sports",
        "opinion",
        "technology",
        "tech",
        "science",
        "health",
        "entertainment",
        "culture",
        "lifestyle",
        "national",
        "local",
        "travel",
        "money",
        "markets",
        "economy",
        "video",
        "videos",
        "photos",
        "news",
        "us",
        "uk",
        "asia",
        "europe",
        "africa",
        "americas",
        "middle",
        "environment",
        "climate",
        "education",
    ]
)
_SECTION = re.compile(
    r"(?:(?:world|local|national|breaking|latest|top|business|sports?|us|u\.s\.|uk|asia|europe) news|news)$",
    _I,
)

_CAPTION = re.compile(
    r"(?:.{0,300}\b(?:image|photo|picture|file photo|credit|photograph)s?(?: credit)?\s?:\s?[\w ./&-]{2,60}"
    r"|(?:photo|image|picture|credit|source|photograph|illustration)s?(?: (?:by|from|courtesy of|credit))?\s?[:/]\s?.{2,100}"
    r"|(?:photo|image|illustration)s? (?:by|courtesy of) .{2,100}"
    r"|.{10,300}\((?:ap|afp|reuters|getty|file)\b[^)]{0,60}\)"
    r"|.{10,400}\b(?:in this (?:picture|photo|image|file photo|handout|frame)|pictured (?:here|above|left|right))\b.{0,200}"
    r"|.{10,400}(?:getty images|/reuters|/ap|/afp|ap photo|afp via getty)\b.{0,60})[)\].]?$",
    _I,
)
_BYLINE = re.compile(
    r"(?:by|written by|reported by|story by|from) (?:[A-Z][\w.'’-]*,?\s?(?:and |& |of )?){1,8}$"
)
_TIME_WORD = re.compile(
    r"\b(?:\d{1,2}[:.]\d{2}|[ap]\.?m\.?|[ECMP][SD]?T|GMT|UTC|JST|BST|today|updated|published|posted|last|modified|on|at|by|from"
    r"|mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thur?s?(?:day)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|date|first|ist|edt|est)\b",
    _I,
)
_AGO = re.compile(
    r"(?:(?:updated|published|posted):? )?(?:\d{1,3}|an?) (?:min(?:ute)?|hour|day|week|month|year|hr)s? ago$",
    _I,
)


def furniture_reason(line: str) -> str | None:
    """Return why a line is page furniture by its wording alone, or None."""
    if len(line) > LONGEST_FURNITURE:
        return None
    bare = line.strip(_BRACKETS)
    if not bare:
        return "rule"
    for reason, pattern in _WHOLE_LINE:
        if pattern.match(bare if reason != "copyright" else line):
            return reason
    if is_date_line(line):
        return "date line"
    if is_section(bare):
        return "section label"
    if _BYLINE.match(bare):
        return "byline"
    return None


def opens_related(line: str) -> bool:
    """Whether a line announces a list of other articles."""
    return len(line) <= 100 and _RELATED.match(line.strip(_BRACKETS)) is not None


def is_section(bare: str) -> bool:
    """Whether a line is the name of a newspaper's section."""
    return bare.lower() in _SECTIONS or _SECTION.match(bare) is not None


def is_caption(line: str) -> bool:
    """Whether a line reads like the caption or credit of a picture."""
    return len(line) <= LONGEST_FURNITURE and _CAPTION.match(line) is not None


def is_date_line(line: str) -> bool:
    """Whether a line holds a date and hardly anything else."""
    if len(line) > 100:
        return False
    if _AGO.match(line):
        return True
    if date_in(line) is None:
        return False
    rest = _TIME_WORD.sub(" ", line)
    return sum(len(word) for word in re.findall(r"[^\W\d_]{2,}", rest)) <= 12
