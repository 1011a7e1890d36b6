"""One writer per library: a lock file that the operating system frees when its owner dies."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from types import TracebackType

import filelock

from index.errors import LibraryBusy, LibraryError

FILE = "writing.lock"
_OWNER = "writing.pid"


class WriteLock:
    """The right to write to one library. Not to be taken twice, not even by one process.

    Raises:
        LibraryBusy: on taking it, when another process (or object) has it.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = filelock.FileLock(str(folder / FILE), timeout=0, thread_local=False)

    @property
    def held(self) -> bool:
        """Whether this object has the lock."""
        return bool(self._lock.is_locked)

    def take(self) -> None:
        """Take the lock at once or not at all."""
        try:
            self._lock.acquire()
        except filelock.Timeout:
            raise LibraryBusy(
                f"the library {self.folder} is being written by process {self._owner()}: "
                "wait until it is done, or end it"
            ) from None
        except OSError as error:
            raise LibraryError(
                f"the library {self.folder} cannot be written ({error.strerror}): "
                "see who owns the folder and whether its disk is full"
            ) from error
        # Only for the message above; the lock itself does not depend on it.
        with contextlib.suppress(OSError):
            (self.folder / _OWNER).write_text(str(os.getpid()), "utf-8")

    def release(self) -> None:
        """Give the lock back. Releasing twice does nothing."""
        if self.held:
            with contextlib.suppress(OSError):
                (self.folder / _OWNER).unlink()
            self._lock.release()

    def _owner(self) -> str:
        try:
            return (self.folder / _OWNER).read_text("utf-8").strip() or "unknown"
        except OSError:
            return "unknown"

    def __enter__(self) -> WriteLock:
        self.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()
