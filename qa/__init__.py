"""From a question to a cited, checked answer.

from qa import Footnote
answer = Footnote.open("my-library").ask("When did they meet?")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.assembly import Footnote

__all__ = ["Footnote"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the signature that Python gives module __getattr__
    """Import the facade on first use, so that `import qa.answer` stays light."""
    if name == "Footnote":
        from qa.assembly import Footnote

        return Footnote
    raise AttributeError(f"module 'qa' has no attribute {name!r}")
