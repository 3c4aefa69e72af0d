"""The exceptions raised on purpose. Catch `NliError` to catch them all.

    NliError
    ├── InputError        a pair or a row that cannot be scored
    │   └── TableError    a table that cannot be read (format, columns, encoding)
    ├── OutputError       a result that cannot be written
    ├── JobError          a batch job that cannot start, go on or finish
    ├── ModelError        a model that cannot be found, loaded or trusted
    │   ├── LabelError    its labels are unknown, or it has no contradiction class
    │   └── ChecksumError a file differs from the recorded sha256
    ├── RecipeError       a training recipe with a wrong key, value or set
    ├── DataError         labelled data that cannot be trained on or evaluated
    └── ArticleError      an article that cannot be read

Every message says what was wrong, the value, and the way out.
"""

from __future__ import annotations


class NliError(Exception):
    """Base of every error that this package raises on purpose."""


class InputError(NliError):
    """A pair or a row that cannot be scored."""


class TableError(InputError):
    """A table that cannot be read: its format, its columns or its encoding."""


class OutputError(NliError):
    """A result that cannot be written."""


class JobError(NliError):
    """A batch job that cannot start, go on or finish: its folder, its manifest, its workers or its cluster."""


class ModelError(NliError):
    """A model that cannot be found, loaded or trusted."""


class LabelError(ModelError):
    """A model whose labels are unknown or lack a contradiction class."""


class ChecksumError(ModelError):
    """A model file whose sha256 differs from the one recorded for it."""


class RecipeError(NliError):
    """A training recipe with an unknown key, a wrong value or a missing set."""


class DataError(NliError):
    """Labelled data that cannot be trained on or evaluated."""


class ArticleError(NliError):
    """An article that cannot be read."""


def first_line(error: Exception) -> str:
    """The first line of what another library's exception says, short enough for a message; its name if it is silent."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
