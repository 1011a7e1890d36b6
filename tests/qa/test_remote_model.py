"""A model behind an OpenAI-compatible address, against a small server on this machine."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from index.errors import ModelFailed, ModelUnavailable, UsageError
from qa.language_model import Message, Usage
from qa.remote_model import RemoteModel, is_this_machine

ASKED = [Message("system", "Be brief."), Message("user", "When?")]


class Handler(BaseHTTPRequestHandler):
    """Lists one model and streams three pieces; a model named "broken" gives an error."""

    received: list[dict[str, Any]]

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self._send({"object": "list", "data": [{"id": "small", "object": "model"}]})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.received.append(asked)
        if asked["model"] == "broken":
            self._send({"error": {"message": "out of memory"}}, status=400)
            return
        if "logprobs" in asked:
            self._first_word(asked["model"])
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for piece in ("On ", "Tuesday", ". [1]"):
            self._event({"choices": [{"index": 0, "delta": {"content": piece}}]})
        self._event(
            {
                "choices": [],
                "usage": {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14},
            }
        )
        self.wfile.write(b"data: [DONE]\n\n")

    def _first_word(self, model: str) -> None:
        if model == "strict":
            self._send({"error": {"message": "logprobs are not supported"}}, status=400)
            return
        words = {" Yes": 0.5, "yes": 0.1, "No": 0.2, "Perhaps": 0.1}
        if model == "thinking":
            words = {"<think>": 0.99, "Yes": 0.01}
        top = [{"token": word, "logprob": math.log(p)} for word, p in words.items()]
        first = {**top[0], "top_logprobs": top}
        choice = {"index": 0, "finish_reason": "length", "message": {"role": "assistant"}}
        probabilities = None if model == "silent" else {"content": [first]}
        self._send(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": model,
                "choices": [{**choice, "logprobs": probabilities}],
            }
        )

    def _event(self, fields: dict[str, Any]) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "small"}
        self.wfile.write(f"data: {json.dumps(chunk | fields)}\n\n".encode())

    def _send(self, value: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    received: list[dict[str, Any]] = []
    handler = type("RecordingHandler", (Handler,), {"received": received})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_pieces_and_usage_come_from_the_server() -> None:
    with serving() as (address, received):
        usage = Usage()
        text = "".join(RemoteModel(f"{address}#mine").write(ASKED, max_tokens=9, usage=usage))
    assert text == "On Tuesday. [1]"
    assert (usage.prompt_tokens, usage.completion_tokens) == (11, 3)
    [request] = received
    assert (request["model"], request["max_tokens"], request["temperature"]) == ("mine", 9, 0.0)
    assert request["messages"][1] == {"role": "user", "content": "When?"}


def test_the_probability_of_yes_is_that_of_the_first_word_in_all_spellings() -> None:
    with serving() as (address, received):
        assert RemoteModel(f"{address}#mine").probability_of_yes(ASKED) == pytest.approx(0.75)
        assert RemoteModel(f"{address}#thinking").probability_of_yes(ASKED) is None
    assert (received[0]["max_tokens"], received[0]["logprobs"]) == (1, True)
    assert received[0]["top_logprobs"] == 20


@pytest.mark.parametrize("model", ["strict", "silent"])
def test_a_server_that_tells_no_probabilities_is_asked_once(model: str) -> None:
    with serving() as (address, received):
        remote = RemoteModel(f"{address}#{model}")
        assert remote.probability_of_yes(ASKED) is None
        assert remote.probability_of_yes(ASKED) is None
    assert len(received) == 1


def test_without_a_name_the_servers_first_model_is_used() -> None:
    with serving() as (address, _):
        assert RemoteModel(address).name == f"small at {address}"


def test_no_server_is_one_clear_line() -> None:
    with serving() as (address, _):
        pass
    with pytest.raises(ModelUnavailable, match=r"no model server answers at http://127\.0\.0\.1"):
        RemoteModel(address)


def test_what_the_server_complains_of_is_passed_on() -> None:
    with serving() as (address, _), pytest.raises(ModelFailed, match="out of memory"):
        list(RemoteModel(f"{address}#broken").write(ASKED, max_tokens=9))


def test_an_address_elsewhere_needs_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOOTNOTE_ALLOW_REMOTE", raising=False)
    with pytest.raises(UsageError, match="not on this machine"):
        RemoteModel("https://models.example/v1#big")
    monkeypatch.setenv("FOOTNOTE_ALLOW_REMOTE", "1")
    with pytest.raises(UsageError, match="--offline forbids"):
        RemoteModel("https://models.example/v1#big", offline=True)


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://10.0.0.5/v1", False),
        ("http://127.0.0.1.example/v1", False),
    ],
)
def test_only_loopback_is_this_machine(address: str, here: bool) -> None:
    assert is_this_machine(address) is here
