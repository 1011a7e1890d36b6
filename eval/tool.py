"""The tool itself as what is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eval.answerer import Setting
from eval.places import Document, Documents, Place
from index.library import Library
from qa.answer import Answer, Summary
from qa.answering import Mode
from qa.assembly import Footnote, open_chat_model
from qa.language_model import LanguageModel


class FootnoteAnswerer:
    """The tool itself, in one setting."""

    def __init__(self, footnote: Footnote) -> None:
        self._footnote = footnote

    def models(self) -> dict[str, str]:
        return dict(self._footnote.models)

    def warm_up(self) -> None:
        self._footnote.library.embedder.embed_question("ready?")
        if self._footnote.mode is not Mode.QUOTES:
            self._footnote.model()

    def ask(self, question: str, history: Sequence[Answer]) -> Answer:
        return self._footnote.ask(question, history=history)

    def passages(self, query: str, k: int) -> Sequence[Place]:
        return tuple(
            Place(hit.article.id, hit.passage.start, hit.passage.end)
            for hit in self._footnote.search(query, k=k)
        )

    def sentences(self, query: str, k: int) -> Sequence[Place]:
        found = self._footnote.retriever.evidence(query, n=k).sentences
        return tuple(Place(s.article.id, s.span.start, s.span.end) for s in found)

    def summarise(self, documents: Sequence[Document]) -> Summary:
        return self._footnote.summarise([document.id for document in documents])


class Answerers:
    """Makes answerers over one library; a chat model is loaded once for all its modes."""

    def __init__(self, library: Library, *, offline: bool = False) -> None:
        self._library = library
        self._offline = offline
        self._loaded: dict[str | None, LanguageModel] = {}

    def answerer(self, setting: Setting) -> FootnoteAnswerer:
        """Return the tool in that setting.

        Raises:
            ModelError: the chat model cannot be loaded.

        """
        model = None if setting.mode is Mode.QUOTES else self._model(setting.model)
        return FootnoteAnswerer(
            Footnote(
                self._library,
                chat_model=setting.model,
                offline=self._offline,
                mode=setting.mode,
                model=model,
            )
        )

    def documents(self) -> Documents:
        """Return the library's articles as documents."""
        return Documents.of_articles(self._library.articles())

    def close(self) -> None:
        """Free the chat models."""
        for model in self._loaded.values():
            close: Callable[[], None] | None = getattr(model, "close", None)
            if close is not None:
                close()
        self._loaded.clear()

    def _model(self, name: str | None) -> LanguageModel:
        if name not in self._loaded:
            self._loaded[name] = open_chat_model(name, offline=self._offline)
        return self._loaded[name]
