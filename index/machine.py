"""What the machine offers: how many threads a model should use."""

from __future__ import annotations

import os
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
    cores = _cores_from_proc(Path("/proc/cpuinfo"))
    if cores is None:
        logical = os.cpu_count() or 1
        return logical // 2 if logical > 2 else logical
    quota = _container_quota(Path("/sys/fs/cgroup/cpu.max"))
    return max(1, cores if quota is None else min(cores, quota))


def _cores_from_proc(cpuinfo: Path) -> int | None:
    """Count distinct (socket, core) pairs among the processors that this process may use."""
    try:
        text = cpuinfo.read_text(encoding="utf-8")
        ours = os.sched_getaffinity(0)
    except (OSError, AttributeError):
        return None
    cores: set[tuple[str, str]] = set()
    for block in text.split("\n\n"):
        pairs = (line.partition(":") for line in block.splitlines())
        fields = {key.strip(): value.strip() for key, _, value in pairs}
        processor = fields.get("processor", "")
        if processor.isdigit() and int(processor) in ours:
            # Without these two fields (ARM, some virtual machines) each processor is a core.
            core = fields.get("core id", f"processor {processor}")
            cores.add((fields.get("physical id", ""), core))
    return len(cores) or None


def _container_quota(cpu_max: Path) -> int | None:
    """Return the whole CPUs that a container's quota allows, or None without a quota."""
    try:
        quota, period = cpu_max.read_text(encoding="utf-8").split()
        return max(1, int(quota) // int(period))
    except (OSError, ValueError, ZeroDivisionError):
        return None
