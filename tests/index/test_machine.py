"""How many threads a model gets: cores, not processors, and no more than we may use."""

from __future__ import annotations

import os

import pytest

from index.machine import cores_in, cpus_allowed, physical_cores


def cpuinfo(places: list[tuple[str, str]]) -> str:
    """/proc/cpuinfo of processors with these (socket, core)."""
    return "\n\n".join(
        f"processor\t: {number}\nphysical id\t: {socket}\ncore id\t\t: {core}\nflags\t\t: fpu"
        for number, (socket, core) in enumerate(places)
    )


def test_two_processors_on_one_core_count_once() -> None:
    assert cores_in(cpuinfo([("0", "0"), ("0", "1"), ("0", "0"), ("0", "1")]), range(4)) == 2


def test_cores_of_two_sockets_have_the_same_numbers_and_count_twice() -> None:
    assert cores_in(cpuinfo([("0", "0"), ("1", "0")]), range(2)) == 2


def test_processors_that_are_not_ours_do_not_count() -> None:
    assert cores_in(cpuinfo([("0", str(core)) for core in range(8)]), {2, 3, 5}) == 3


def test_a_machine_that_tells_no_cores_has_one_for_each_processor() -> None:
    assert cores_in("processor\t: 0\nBogoMIPS\t: 50\n\nprocessor\t: 1\n", range(2)) == 2


@pytest.mark.parametrize(
    ("text", "cpus"),
    [("max 100000\n", None), ("200000 100000\n", 2), ("50000 100000\n", 1), ("odd", None)],
)
def test_a_containers_quota_is_read(text: str, cpus: int | None) -> None:
    assert cpus_allowed(text) == cpus


def test_there_is_at_least_one_core_and_no_more_than_processors() -> None:
    assert 1 <= physical_cores() <= (os.cpu_count() or 1)
