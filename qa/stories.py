"""Articles that carry one story are one source: what is said twice by them is said once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from qa.answer import Citation


def origins_among(citations: Iterable[Citation], origins: Mapping[str, str]) -> dict[str, str]:
    """Return the origin of those cited articles that share theirs with another article."""
    cited = (citation.article for citation in citations)
    return {article: origins[article] for article in cited if article in origins}


def of_other_origins(
    citations: Sequence[Citation], origins: Mapping[str, str]
) -> tuple[Citation, ...]:
    """Return the first citation of each origin, in order.

    Two carriers of one story do not disagree: one of them was changed.
    """
    kept: dict[str, Citation] = {}
    for citation in citations:
        kept.setdefault(origins.get(citation.article, citation.article), citation)
    return tuple(kept.values())
