"""Every error that a person may meet, as one tree.

    FootnoteError                 exit 1: the tool could not do it
    ├── UsageError                exit 2: what was asked for makes no sense as asked
    ├── ReadingError              one article cannot be read; the others go on
    ├── ModelError
    │   ├── UnknownModel          no known model or file of that name
    │   ├── ModelUnavailable      known, but neither in the cache nor to be fetched now
    │   ├── ModelCorrupt          the bytes are not those that were promised
    │   └── ModelFailed           the model was loaded, or tried to, and broke
    └── LibraryError
        ├── LibraryMissing        there is no library in that folder
        ├── LibraryBusy           another process is writing to it
        ├── EmbedderMismatch      made with another embedding model
        ├── LibraryOutdated       made by an earlier version, and opened for reading only
        └── LibraryDamaged        the catalogue cannot be read

A message is one line: what is wrong, the values seen, and the next step. Programming
errors (a wrong argument inside the code) stay `ValueError` and `TypeError` and are not
caught by the command line.
"""

from __future__ import annotations


class FootnoteError(Exception):
    """Base of every error shown to a person. `exit_code` is what the command line returns."""

    exit_code = 1


class UsageError(FootnoteError):
    """What was asked for makes no sense as asked (an empty question, two options at odds)."""

    exit_code = 2


class ReadingError(FootnoteError):
    """One file or address cannot be read as an article."""


class ModelError(FootnoteError):
    """Something about a model."""


class UnknownModel(ModelError):
    """No known model and no file of that name."""


class ModelUnavailable(ModelError):
    """The model is known, but its file is not here and cannot be fetched now."""


class ModelCorrupt(ModelError):
    """A model file's bytes differ from those that were promised."""


class ModelFailed(ModelError):
    """A model could not be loaded or broke while running."""


class LibraryError(FootnoteError):
    """Something about a library."""


class LibraryMissing(LibraryError):
    """There is no library in the folder named."""


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""


class EmbedderMismatch(LibraryError):
    """The library was made with another embedding model than the one in use."""


class LibraryOutdated(LibraryError):
    """The catalogue was made by an earlier version and has to be opened for writing first."""


class LibraryDamaged(LibraryError):
    """The catalogue, the source of truth, cannot be read."""
