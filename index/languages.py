"""Which language a text is in, and which of its letters are written without spaces.

Languages are ISO 639-1 codes. A text too short or too strange to tell is `UNDETERMINED`: it is
split and stemmed as English, and said to be unknown. The only importer of py3langid, the
classifier of Lui and Baldwin ("langid.py", ACL 2012, https://aclanthology.org/P12-3005), held to
the languages that articles are commonly written in, which is what keeps it right on short texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNDETERMINED = "und"
"""The code of ISO 639-2 for "undetermined"."""
NAMES = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew",
    "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""The languages that are told apart, with their English names."""

UNSPACED_LETTERS = "\u3005\u3006\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""The letters of scripts without spaces, as ranges for a regular expression's brackets."""

_READ = 3_000
_FEWEST_LETTERS = 12
_LEAST_SURE = 0.6
# Against the page's own statement, the text alone must be this long and this sure.
_LONG, _CERTAIN = 300, 0.95
_ENGLISH_UNLESS = 2.0
_LETTERS = re.compile(r"[^\W\d_]")
_UNSPACED_RUN = re.compile(rf"([{UNSPACED_LETTERS}]+)")
_UNSPACED_LETTER = re.compile(rf"[{UNSPACED_LETTERS}]")
_HIRAGANA = re.compile(r"[\u3040-\u309f]+")
_UNSPACED_LETTERS_A_WORD = 2
"""English and Japanese of the same news: about two letters stand for a word."""


def language_of(text: str, stated: str | None = None) -> str:
    """Return the code of the text's language, judged by its beginning, else `UNDETERMINED`.

    `stated` is what a page says of itself ("de-AT"). It decides where the text alone leaves a
    doubt: templates are copied with the language of their makers.
    """
    head = text[:_READ]
    claimed = (stated or "").replace("_", "-").partition("-")[0].strip().lower()
    claimed = {"nb": "no", "nn": "no"}.get(claimed, claimed)
    letters = len(_LETTERS.findall(head))
    if letters < _FEWEST_LETTERS and not _UNSPACED_LETTER.search(head):
        return claimed if claimed in NAMES else UNDETERMINED
    language, probability = _identifier().classify(head)
    if claimed in NAMES and not (letters >= _LONG and probability >= _CERTAIN):
        return claimed
    return str(language) if probability >= _LEAST_SURE else UNDETERMINED


def language_among(text: str, languages: Collection[str]) -> str:
    """Return the likeliest of some languages for a short text such as a question.

    English, where it is one of them, unless another is twice as likely: names and figures
    are of no language. The first of them in the alphabet where none can be told.
    """
    if len(languages) == 1:
        return next(iter(languages))
    ranked = {code: p for code, p in _identifier().rank(text) if code in languages}
    if not ranked:
        return "en" if "en" in languages else min(languages)
    best = max(ranked, key=lambda code: ranked[code])
    doubtful = ranked[best] < _ENGLISH_UNLESS * ranked.get("en", 0.0)
    return "en" if doubtful and "en" in languages else best


def language_name(code: str) -> str:
    """Return a language for people: "German"; what `UNDETERMINED` means; else the code."""
    if code == UNDETERMINED:
        return "unknown, read as English"
    return NAMES.get(code, code)


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    # Imported here because its model takes half a second to load.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(NAMES))
    return identifier


# Text without spaces


def word_count(text: str) -> int:
    """Return how many words a text has; two letters of a script without spaces count as one."""
    if text.isascii():
        return len(text.split())
    unspaced = len(_UNSPACED_LETTER.findall(text))
    if not unspaced:
        return len(text.split())
    return len(_UNSPACED_RUN.sub(" ", text).split()) + -(-unspaced // _UNSPACED_LETTERS_A_WORD)


def is_unspaced(text: str) -> bool:
    """Whether a text holds Chinese, Japanese or Korean letters."""
    return not text.isascii() and _UNSPACED_LETTER.search(text) is not None


def unspaced_parts(text: str) -> list[tuple[str, bool]]:
    """Cut a text at the edges of its runs of unspaced letters: (part, whether it is such a run).

    Full-width letters and figures become ordinary ones (Unicode's NFKC).
    """
    parts = _UNSPACED_RUN.split(unicodedata.normalize("NFKC", text))
    return [(part, bool(place % 2)) for place, part in enumerate(parts) if part]


def bigrams(run: str) -> list[str]:
    """Return the overlapping pairs of a run's letters; the letter of a run of one.

    The usual way to index text without spaces when no dictionary is at hand (Lucene's
    CJKBigramFilter does the same).
    """
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def is_inflection(term: str) -> bool:
    """Whether a term of Japanese is hiragana alone: particles and endings, hardly ever a word."""
    return _HIRAGANA.fullmatch(term) is not None
