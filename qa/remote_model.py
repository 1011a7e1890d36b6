"""A chat model behind an OpenAI-compatible address (llama-server, Ollama, vLLM, ...).

The only module that imports `openai`, whose errors become ours. The evidence sentences
travel to that address: one outside this machine has to be allowed by name.
"""

from __future__ import annotations

import ipaddress
import math
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urlsplit

from index.errors import ModelFailed, ModelUnavailable, UsageError
from qa.language_model import Message, Usage
from qa.yes_no import share_of_yes, spelled

if TYPE_CHECKING:
    from openai import OpenAI

ALLOW_REMOTE = "FOOTNOTE_ALLOW_REMOTE"
API_KEY = "FOOTNOTE_API_KEY"
TIMEOUT_SECONDS = 120.0
TOP_TOKENS = 20  # the most that the protocol lets be asked for
NOT_UNDERSTOOD = frozenset({400, 404, 422, 501})  # a server that knows no `logprobs`


def is_address(name: str) -> bool:
    """Whether a model is named by an address rather than by a name or a path."""
    return name.startswith(("http://", "https://"))


def is_this_machine(address: str) -> bool:
    """Whether an address points to the loopback interface."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class RemoteModel:
    """The model at `ADDRESS#MODEL`; without `#MODEL`, the first that the server lists.

    `FOOTNOTE_API_KEY` is sent as the key when it is set.

    Raises:
        UsageError: the address is not on this machine, and either `FOOTNOTE_ALLOW_REMOTE` is
            not 1 or `offline` is set.
        ModelUnavailable: the server does not answer or lists no model.
    """

    def __init__(self, address: str, *, context_tokens: int = 8192, offline: bool = False) -> None:
        base, model = urldefrag(address)
        if offline and not is_this_machine(base):
            raise UsageError(f"{base} is not on this machine, and --offline forbids the network")
        if not is_this_machine(base) and os.environ.get(ALLOW_REMOTE) != "1":
            raise UsageError(
                f"{base} is not on this machine, and sentences of your articles would be sent "
                f"there; set {ALLOW_REMOTE}=1 to allow it"
            )
        self._address = base
        self._client = _client(base)
        self._model = model or self._first_model()
        self._context_tokens = context_tokens
        self._tells_probabilities = True

    @property
    def name(self) -> str:
        return f"{self._model} at {self._address}"

    @property
    def capable(self) -> bool:
        # Whoever runs a model server runs more than 135 million parameters on it.
        return True

    @property
    def context_tokens(self) -> int:
        return self._context_tokens

    @property
    def busy_while_writing(self) -> bool:
        return False

    def count_tokens(self, text: str) -> int:
        """Return an estimate, four characters a token: the server's vocabulary is not known."""
        return len(text) // 4 + 1

    def write(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        usage: Usage | None = None,
    ) -> Generator[str, None, None]:
        wire: list[Any] = [{"role": m.role, "content": m.content} for m in messages]
        counts = usage or Usage()
        with _our_errors(self._address):
            stream = self._client.chat.completions.create(
                model=self._model,
                messages=wire,
                max_tokens=max_tokens,
                temperature=temperature,
                stop=list(stop) or None,
                seed=0,
                stream=True,
                stream_options={"include_usage": True},
            )
            with stream:
                for chunk in stream:
                    if chunk.usage is not None:
                        counts.prompt_tokens += chunk.usage.prompt_tokens
                        counts.completion_tokens += chunk.usage.completion_tokens
                    if chunk.choices and (piece := chunk.choices[0].delta.content):
                        yield piece

    def probability_of_yes(self, messages: Sequence[Message]) -> float | None:
        import openai

        if not self._tells_probabilities:
            return None
        wire: list[Any] = [{"role": m.role, "content": m.content} for m in messages]
        with _our_errors(self._address):
            try:
                reply = self._client.chat.completions.create(
                    model=self._model,
                    messages=wire,
                    max_tokens=1,
                    temperature=0.0,
                    seed=0,
                    logprobs=True,
                    top_logprobs=TOP_TOKENS,
                )
            except openai.APIStatusError as error:
                if error.status_code not in NOT_UNDERSTOOD:
                    raise
                self._tells_probabilities = False
                return None
        first = reply.choices[0] if reply.choices else None
        if first is None or first.logprobs is None or not first.logprobs.content:
            self._tells_probabilities = False
            return None
        chances = {"yes": 0.0, "no": 0.0}
        for token in first.logprobs.content[0].top_logprobs:
            word = spelled(token.token)
            if word is not None:
                chances[word] += math.exp(min(token.logprob, 0.0))
        return share_of_yes(chances["yes"], chances["no"])

    def _first_model(self) -> str:
        with _our_errors(self._address):
            names = [model.id for model in self._client.models.list()]
        if not names:
            raise ModelUnavailable(
                f"{self._address} lists no model; name one, as {self._address}#NAME"
            )
        return names[0]


def _client(base: str) -> OpenAI:
    from openai import OpenAI

    key = os.environ.get(API_KEY) or "none"
    return OpenAI(base_url=base, api_key=key, timeout=TIMEOUT_SECONDS, max_retries=1)


@contextmanager
def _our_errors(address: str) -> Iterator[None]:
    import openai

    try:
        yield
    except openai.APIConnectionError as error:
        raise ModelUnavailable(
            f"no model server answers at {address}; start it, or choose a local model with "
            "`footnote models use NAME`"
        ) from error
    except openai.OpenAIError as error:
        line = " ".join(str(error).split())[:300]
        raise ModelFailed(f"the model server at {address} says: {line}") from error
