"""What answers of each kind look like in a sentence: expressions over its words, English only.

`index.answer_types` says which kind a question asks for, and what of these is new to it.
"""

from __future__ import annotations

import re

_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|hundreds?|thousands?|millions?|billions?|trillions?|dozens?|half|several|twice)"
)
_FIGURE = r"\d[\d,]*(?:\.\d+)?"
_YEAR = r"(?:1[5-9]|20)\d\d"
"""A year is no number of anything."""
_UNIT_OF_TIME = (
    r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|quarters?|years?|decades?"
    r"|centur(?:y|ies)|terms?)"
)
_MONTH = (
    r"(?:Jan(?:uary|\.)|Feb(?:ruary|\.)|Mar(?:ch|\.)|Apr(?:il|\.)|May|June?|July?|Aug(?:ust|\.)"
    r"|Sept?(?:ember|\.)|Oct(?:ober|\.)|Nov(?:ember|\.)|Dec(?:ember|\.))"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_NAME = r"(?:(?:[A-Z]\.)+|[A-Z][\w’'&-]*)"

TIME = re.compile(
    rf"\b(?:{_MONTH}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?(?:,?\s+\d{{4}})?|{_WEEKDAY}"
    r"|(?:1\d|20)\d\d(?:s|\b)(?:\s*[-–—]\s*\d+)?|\d{3,4}\s*(?:BC|AD|BCE|CE)\b"
    r"|\d{1,2}(?:st|nd|rd|th)\s+(?:and\s+\d+\w\w\s+)?centur(?:y|ies)|\d{1,2}:\d\d|\d{1,2}\s*[ap]\.?m\b"
    r"|(?:mid|early|late)[- ](?:\w+)|(?:earlier|later)\s+(?:this|that)\s+\w+"
    r"|(?:this|last|next|previous|following)\s+(?:week|month|year|spring|summer|autumn|fall|winter"
    r"|day|night|season|century|decade)|(?:first|second)\s+half\s+of|yesterday|today|tomorrow|tonight"
    r"|\w+\s+(?:days?|weeks?|months?|years?)\s+(?:ago|later|earlier|after|before)"
    r"|(?:spring|summer|autumn|winter)\s+of|\w+\s+centur(?:y|ies))",
)
DURATION = re.compile(
    rf"\b(?:{_FIGURE}|{_NUMBER_WORD}|an?|few|many)(?:[\s-]+(?:and a half|to|or|of|full|more)"
    rf"[\s-]+\S+)?[\s-]+(?:\w+[\s-]+)?{_UNIT_OF_TIME}\b"
    rf"|\b(?:from|between)\s+\S*\d\S*\s+(?:to|until|and)\s+\S+|\buntil\b|\b\d{{4}}\s*[-–—]\s*\d{{2,4}}",
    re.IGNORECASE,
)
NUMBER = re.compile(
    rf"(?<![\w.])(?!{_YEAR}\b){_FIGURE}(?:\s+(?:million|billion|trillion))?"
    rf"|\b{_NUMBER_WORD}\b(?!\s+of\b)",
    re.IGNORECASE,
)
AGE = re.compile(
    rf"\b(?:{_FIGURE}|{_NUMBER_WORD})[\s-]+years?\b|\bage[ds]?\s+(?:of\s+)?{_FIGURE}|\bborn\b"
    rf"|,\s(?:1[89]|[2-9]\d|1[01]\d),",
    re.IGNORECASE,
)
CLOCK = re.compile(
    r"\b(?:\d{1,2}[:.]\d\d(?!\d)|\d{1,2}\s*(?:[ap]\.?m\b|o['’]clock)|noon|midnight|dawn|dusk|sunrise|sunset"
    r"|mornings?|afternoons?|evenings?|nights?|tonight|half past|quarter (?:to|past))",
    re.IGNORECASE,
)
DAY_OF_MONTH = re.compile(rf"(?:{_MONTH}\s+(?:\d+\s*(?:[-–—]|to|and)\s*)?)$", re.IGNORECASE)
MONEY = re.compile(
    rf"(?:US|A|C)?[$€£¥]\s?{_FIGURE}(?:\s*(?:million|billion|trillion|bn|m|k)\b)?"
    rf"|\b(?:{_FIGURE}|{_NUMBER_WORD})\s+(?:(?:million|billion|trillion|thousand)\s+)?"
    r"(?:dollars?|euros?|pounds?|yen|yuan|won|rupees?|cents?|francs?|pesos?|livres?|shillings?)\b",
    re.IGNORECASE,
)
PERCENT = re.compile(
    rf"\b(?:{_FIGURE}|{_NUMBER_WORD})[\s-]*(?:%|per\s?cent|percent|percentage points?)"
    r"|\b(?:one|two|three)[- ](?:quarters?|thirds?|fifths?|halves|half)\b|\bhalf\b|\bmajority\b",
    re.IGNORECASE,
)
PROPER = re.compile(rf"{_NAME}(?:\s+(?:(?:of|the|de|van|von|bin|al|la|and|&)\s+)*{_NAME})*")
PLACE = re.compile(
    rf"\b(?:in|at|from|near|to|of|into|across|throughout|outside|around|off|on)\s+(?:the\s+)?"
    rf"(?:\w+\s+)?{_NAME}(?:\s+{_NAME})*"
    r"|\b(?:city|country|nation|state|island|region|province|town|village|river|north|south|east|west"
    r"|northern|southern|eastern|western|capital|coast|border|street|building|university|hall"
    r"|located|headquarters|area|district|county)\b",
)
REASON = re.compile(
    r"\b(?:because|since|due\s+to|owing\s+to|thanks\s+to|as\s+a\s+result|so\s+that|in\s+order\s+to"
    r"|reasons?|caus(?:e|es|ed|ing)|led\s+to|leading\s+to|result(?:s|ed|ing)?\s+(?:in|from|of)|amid"
    r"|therefore|thus|hence|in\s+response|in\s+protest|aim(?:s|ed|ing)?\s+(?:to|at)|to\s+(?:avoid"
    r"|prevent|protect|allow|ensure|strengthen|make|help|promote|counter\w*|reaffirm|build|bolster)"
    r"|for\s+fear|over\s+concerns?|purpose|intended|meant|motivat\w+|explain\w*|concerns?|hop(?:e|es|ing)\s+to"
    r"|seek(?:s|ing)?\s+to|according\s+to\s+which|on\s+account\s+of|which\s+(?:allow|mean|enable)\w*)\b",
    re.IGNORECASE,
)
