"""Where rows go that cannot be scored: each with its number, the reason and what it looks like."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack, suppress
from types import TracebackType

from nli.batch.sink import Sink
from nli.batch.source import STREAM
from nli.batch.tables import BadRow

SUFFIX = ".quarantine.jsonl"


class Quarantine:
    """Collects unusable rows as JSON Lines with the keys `row`, `line` (if the table has lines), `reason` and `raw`.

    Args:
        target: the file for the scored rows; the default place is beside it, `TARGET.quarantine.jsonl`, or standard
            error if the target is no file.
        wanted: another place, `-` for standard error. A file asked for is always written, even if it stays empty;
            the default one only if there are unusable rows, and one left by an earlier run is then removed.
        keep_empty: False to treat a place that was asked for as the default one is.
    """

    def __init__(self, target: str, wanted: str | None = None, *, keep_empty: bool = True) -> None:
        self._stack = ExitStack()
        self._asked = wanted is not None and keep_empty
        # A device or a pipe has no place beside it either.
        a_file = target != STREAM and (os.path.isfile(target) or not os.path.exists(target))
        place = wanted if wanted is not None else target + SUFFIX if a_file else STREAM
        self.path: str | None = None if place == STREAM else place
        self.count = 0
        self._sink: Sink | None = None

    def __enter__(self) -> Quarantine:
        # Opened before there is any bad row, so that a place that cannot be written is known at once.
        if self.path is not None:
            self._sink = self._stack.enter_context(Sink(self.path))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def add(self, row: BadRow) -> None:
        """Set one row aside."""
        self.count += 1
        where = {"row": row.number} | ({"line": row.line} if row.line is not None else {})
        text = json.dumps({**where, "reason": row.reason, "raw": row.raw}, ensure_ascii=False) + "\n"
        if self._sink is None:
            sys.stderr.write(text.encode("utf-8", "backslashreplace").decode())
        else:
            with self._sink.writing():
                self._sink.file.write(text.encode("utf-8", "backslashreplace"))

    @property
    def sha256(self) -> str | None:
        """The sha256 of the file; None if it is no file."""
        return self._sink.sha256 if self._sink is not None else None

    def seal(self) -> None:
        """See `Sink.seal`."""
        if self._sink is not None:
            self._sink.seal()

    def publish(self) -> None:
        """See `Sink.publish`."""
        if self._sink is None or self.path is None:
            return
        if self.count or self._asked:
            self._sink.publish()
        elif os.path.isfile(self.path):
            with self._sink.writing(), suppress(FileNotFoundError):
                os.unlink(self.path)
