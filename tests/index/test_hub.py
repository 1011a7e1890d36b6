"""Fetching from the hub, against a real server on 127.0.0.1."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.errors import ModelUnavailable
from index.hub import fetch_from_hub
from index.known_models import HubSource
from tests.helpers.hub_server import Hub, hub_server

SOURCE = HubSource("someone/model", "main")
# The hub's library hands on ten mebibytes at a time; what is less is lost with the line.
WEIGHTS = np.random.default_rng(0).bytes(24_000_000)
BROKEN = 15_000_000
SMALL = b'{"hidden_size": 4}'
NAMES = ["weights.bin", "config.json"]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    files = {"someone/model/main/weights.bin": WEIGHTS, "someone/model/main/config.json": SMALL}
    with hub_server(files) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.endpoint)
        yield served


def test_files_are_fetched_whole_with_the_hashes_the_hub_promises(hub: Hub, tmp_path: Path) -> None:
    promised = fetch_from_hub(SOURCE, NAMES, tmp_path)
    assert (tmp_path / "weights.bin").read_bytes() == WEIGHTS
    assert (tmp_path / "config.json").read_bytes() == SMALL
    assert promised["weights.bin"] == hashlib.sha256(WEIGHTS).hexdigest()
    assert len(promised["config.json"]) == 40
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES)


def test_progress_counts_bytes_up_to_the_whole(hub: Hub, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    fetch_from_hub(SOURCE, ["weights.bin"], tmp_path, lambda *told: seen.append(told))
    assert seen[-1] == ("fetching weights.bin", len(WEIGHTS), len(WEIGHTS))
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)


def test_a_transfer_that_breaks_goes_on_where_it_was(hub: Hub, tmp_path: Path) -> None:
    hub.break_after = [BROKEN]
    fetch_from_hub(SOURCE, ["weights.bin"], tmp_path)
    assert (tmp_path / "weights.bin").read_bytes() == WEIGHTS
    resumed = [request for request in hub.requests if request.startswith("GET weights.bin bytes=")]
    assert len(resumed) == 1
    assert int(resumed[0].removeprefix("GET weights.bin bytes=").rstrip("-")) > 0


def test_a_later_call_resumes_what_an_earlier_one_could_not_finish(
    hub: Hub, tmp_path: Path
) -> None:
    hub.break_after, hub.refuse_after_break = [BROKEN], True
    with pytest.raises(ModelUnavailable, match="did not give weights"):
        fetch_from_hub(SOURCE, NAMES, tmp_path)
    assert not (tmp_path / "weights.bin").exists()
    hub.refusing = False
    hub.requests.clear()
    fetch_from_hub(SOURCE, NAMES, tmp_path)
    assert (tmp_path / "weights.bin").read_bytes() == WEIGHTS
    transfers = [request for request in hub.requests if request.startswith("GET weights.bin")]
    assert len(transfers) == 1
    assert "bytes=" in transfers[0]


def test_a_file_that_changed_meanwhile_is_not_continued(hub: Hub, tmp_path: Path) -> None:
    hub.break_after, hub.refuse_after_break = [BROKEN], True
    with pytest.raises(ModelUnavailable):
        fetch_from_hub(SOURCE, NAMES, tmp_path)
    hub.refusing = False
    changed = WEIGHTS[::-1]
    hub.files["someone/model/main/weights.bin"] = changed
    fetch_from_hub(SOURCE, NAMES, tmp_path)
    assert (tmp_path / "weights.bin").read_bytes() == changed


def test_a_missing_file_is_named(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"someone/model did not give absent\.bin"):
        fetch_from_hub(SOURCE, ["absent.bin"], tmp_path)


def test_no_server_fails_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with hub_server({}) as gone:
        endpoint = gone.endpoint
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    with pytest.raises(ModelUnavailable, match="did not give weights") as caught:
        fetch_from_hub(SOURCE, NAMES, tmp_path)
    assert "\n" not in str(caught.value)
