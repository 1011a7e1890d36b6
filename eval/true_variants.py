"""Makes true sentences read differently, to measure that the support check still knows them.

`rewrite` changes how things are written (abbreviations, number words, contractions); `compress`
leaves out what can be left out (a clause, a bracket, an adverbial). Both keep the meaning.
"""

from __future__ import annotations

import random
import re

_SAME_MEANING = (
    (r"\bU\.S\.(?=[ ,])", r"US"),
    (r"\bUnited States\b", r"U.S."),
    (r"\bpercent\b", r"per cent"),
    (r"(\d) ?%", r"\1 percent"),
    (r"\b(is|are|was|were|did|does|has|have|would|could) not\b", r"\1n't"),
    (r"\b(is|are|was|were|did|does|has|have|would|could)n['’]t\b", r"\1 not"),
    (r"\bJanuary (?=\d)", r"Jan. "),
    (r"\bAugust (?=\d)", r"Aug. "),
    (r"\bSeptember (?=\d)", r"Sept. "),
    (r"\bOctober (?=\d)", r"Oct. "),
    (r"\bNovember (?=\d)", r"Nov. "),
    (r"\bDecember (?=\d)", r"Dec. "),
    (r"\bFebruary (?=\d)", r"Feb. "),
    (r"(?<!-)\bthree\b", r"3"),
    (r"(?<!-)\bfour\b", r"4"),
    (r"(?<!-)\bfive\b", r"5"),
    (r"(?<!-)\bsix\b", r"6"),
    (r"(?<!-)\bseven\b", r"7"),
    (r"(?<=[a-z] )12(?= [a-z])", r"twelve"),
    (r"(?<=[a-z] )20(?= [a-z])", r"twenty"),
    (r"(\d) million\b", r"\1m"),
    (r"(\d) billion\b", r"\1bn"),
    (r" \((?:[^()]*)\)", r""),
    (r"[“”]", r'"'),
    (r"’", r"'"),
    (r", (?:however|meanwhile|for example|of course),", r""),
    (r"^(?:However|Meanwhile|In addition|Moreover|Also|But|And),? (?=[a-z])", r""),
)


def rewrite(sentence: str) -> str | None:
    """Return the sentence written otherwise with the same meaning, None where no rule fits.

    What stands between quotation marks is left as it is.
    """
    parts = re.split(r"([\"“][^\"”]*[\"”])", sentence)
    for pattern, replacement in _SAME_MEANING:
        parts[::2] = [re.sub(pattern, replacement, part) for part in parts[::2]]
    changed = "".join(parts)
    changed = changed[:1].upper() + changed[1:]
    return None if changed == sentence else changed


_OPENING = re.compile(
    r"^(?:In|On|At|After|Before|During|Since|However|Meanwhile|When|While|As|For|By|With)\b"
    r"[\w' -]{0,38}, (?=\w)"
)
_LAST_CLAUSE = re.compile(
    r", (?:which|who|where|when|while|as|with|including|after|before|despite|although|though"
    r"|because|but|and) [^,]{10,}\.$"
)
_INSERTION = re.compile(r", (?:who|which|a|an|the) [^,]{5,60}, ")
_LAST_ADVERBIAL = re.compile(r" (?:in|on|at|during|since|after|before) [^,.]{5,40}\.$")
_BRACKET = re.compile(r" \([^()]*\)")


def compress(sentence: str, chance: random.Random) -> str | None:
    """Return the sentence with one part left out, None where nothing can be."""
    plain = _BRACKET.sub("", sentence)
    shorter = []
    if (match := _OPENING.match(plain)) is not None:
        shorter.append(plain[match.end()].upper() + plain[match.end() + 1 :])
    if (match := _LAST_CLAUSE.search(plain)) is not None:
        shorter.append(plain[: match.start()] + ".")
    if (match := _INSERTION.search(plain)) is not None:
        shorter.append(f"{plain[: match.start()]} {plain[match.end() :]}")
    if (match := _LAST_ADVERBIAL.search(plain)) is not None and match.start() > 40:
        shorter.append(plain[: match.start()] + ".")
    return chance.choice(shorter) if shorter else None
