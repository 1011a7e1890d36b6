"""What the machine offers: how many threads a model should use."""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import cache
from pathlib import Path


@cache
def physical_cores() -> int:
    """Return the number of physical cores this process may use, at least 1.

    Two threads on one core share its arithmetic units, so a model gains nothing from the
    second. Linux tells which processors share a core and which of them are ours
    (affinity, and a container's CPU quota); elsewhere half of the logical processors is
    taken when there are more than two.
    """
    try:
        cores = cores_in(Path("/proc/cpuinfo").read_text("utf-8"), os.sched_getaffinity(0))
    except (OSError, AttributeError):
        logical = os.cpu_count() or 1
        return logical // 2 if logical > 2 else logical
    try:
        quota = cpus_allowed(Path("/sys/fs/cgroup/cpu.max").read_text("utf-8"))
    except OSError:
        quota = None
    return max(1, cores if quota is None else min(cores, quota))


def cores_in(cpuinfo: str, processors: Collection[int]) -> int:
    """Count the physical cores behind these processors, as /proc/cpuinfo tells them."""
    cores: set[tuple[str, str]] = set()
    for block in cpuinfo.split("\n\n"):
        pairs = (line.partition(":") for line in block.splitlines())
        fields = {key.strip(): value.strip() for key, _, value in pairs}
        processor = fields.get("processor", "")
        if processor.isdigit() and int(processor) in processors:
            # Without these two fields (ARM, some virtual machines) each processor is a core.
            core = fields.get("core id", f"processor {processor}")
            cores.add((fields.get("physical id", ""), core))
    return len(cores)


def cpus_allowed(cpu_max: str) -> int | None:
    """Return the whole CPUs of a control group's `cpu.max`, at least 1; None without a limit."""
    try:
        quota, period = cpu_max.split()
        return max(1, int(quota) // int(period))
    except (ValueError, ZeroDivisionError):
        return None
