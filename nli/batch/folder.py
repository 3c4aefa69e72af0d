"""The folder of a job: its parts, who works in it, and what is done.

    scored/part-00000-0000000.parquet    the scored rows
    scored/__quarantine/part-….jsonl     rows that cannot be scored, for parts that have some
    scored/__inputs/….parquet            tables that had to be fetched first
    scored/__job/manifest.json           what is scored, by what, and how it is divided
    scored/__job/part-….json             receipts
    scored/__job/lock                    held by the job that works in the folder

Names with two underscores are overlooked by everything that reads a folder as one table.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from nli.batch.manifest import Manifest, Part, Receipt, read_manifest, read_receipt, write_record
from nli.batch.sink import Sink, unfinished, write_fault
from nli.errors import JobError, OutputError


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How far a job is.

    Attributes:
        state: `running`, `stopped` or `done`.
        rows: of all tables; `scored`, `flagged`, `truncated` and `quarantined` of them so far.
        parts: how many parts there will be, `parts_done` how many there are.
        rate: rows a second over the last twenty parts, by whoever did them; 0 if there are none.
        holder: who works in the folder, in words; None if nobody does.
    """

    state: str
    rows: int
    scored: int
    flagged: int
    truncated: int
    quarantined: int
    parts: int
    parts_done: int
    rate: float
    holder: str | None

    @property
    def rows_left(self) -> int:
        """Rows that are in no part yet."""
        return self.rows - self.scored - self.quarantined


class JobFolder:
    """Paths of a job's folder, and its records."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.records = self.path / "__job"
        self.quarantine = self.path / "__quarantine"

    @property
    def manifest_file(self) -> Path:
        """Where the manifest is."""
        return self.records / "manifest.json"

    def manifest(self) -> Manifest:
        """The manifest of the job that lies here.

        Raises:
            JobError: if there is none, or it cannot be used.
        """
        if not self.manifest_file.is_file():
            raise JobError(f"{self.path} holds no job (there is no {self.manifest_file}); name the folder of a job")
        return read_manifest(self.manifest_file)

    def part_file(self, manifest: Manifest, part: str) -> Path:
        """Where the scored rows of a part are."""
        return self.path / f"{part}{manifest.suffix}"

    def quarantine_file(self, part: str) -> Path:
        """Where the unusable rows of a part are, if it has some."""
        return self.quarantine / f"{part}.jsonl"

    def receipt_file(self, part: str) -> Path:
        """Where the receipt of a part is."""
        return self.records / f"{part}.json"

    def tries_file(self, part: str) -> Path:
        """Where it is noted how often a part was begun, while it is being scored."""
        return self.records / f"{part}.tries"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other jobs out of the folder; create it if need be. The lock ends with the process, however it ends.

        Raises:
            JobError: if another job works in it; OutputError: if it cannot be written.
        """
        try:
            self.records.mkdir(parents=True, exist_ok=True)
            # Whoever asks for the status holds the lock for a moment.
            lock = FileLock(self.records / "lock", timeout=2, preserve_lock_file=True, fallback_to_soft=False)
            lock.acquire()
        except Timeout:
            who = self._holder_note() or "another process"
            raise JobError(
                f"{self.path} is being written by {who}; wait for it, or stop it, or choose another folder"
            ) from None
        except (OSError, NotImplementedError) as error:
            raise OutputError(_lock_fault(str(self.path), error)) from error
        try:
            holder = {"pid": os.getpid(), "host": platform.node(), "since": time.time()}
            self._write(self.records / "holder.json", json.dumps(holder))
            yield
        finally:
            with contextlib.suppress(OSError):
                (self.records / "holder.json").unlink(missing_ok=True)
            lock.release()

    def refuse_foreign(self) -> None:
        """Refuse a folder that holds anything but a job.

        Raises:
            OutputError: naming what is in it.
        """
        try:
            names = sorted(p.name for p in self.path.iterdir()) if self.path.exists() else []
        except OSError as error:
            raise OutputError(write_fault(str(self.path), error)) from error
        foreign = [name for name in names if name not in ("__job", "__quarantine", "__inputs")]
        if foreign and not self.manifest_file.is_file():
            raise OutputError(f"{self.path} is not empty (it holds {foreign[0]}) and no job; choose a new folder")

    def clear_unfinished(self) -> None:
        """Remove what a job that was killed left half-written. Only with the lock."""
        for folder in (self.path, self.records, self.quarantine, self.path / "__inputs"):
            for path in [*unfinished(folder), *folder.glob("*.tries")]:
                with contextlib.suppress(FileNotFoundError):
                    path.unlink()

    def receipts(self, manifest: Manifest) -> dict[str, Receipt]:
        """The receipts of the parts that are done, by part, in order.

        Raises:
            JobError: if one is damaged.
        """
        there = {path.stem for path in self.records.glob("part-*.json")}
        return {
            part.name: read_receipt(self.receipt_file(part.name)) for part in manifest.parts() if part.name in there
        }

    def refuse_strangers(self, manifest: Manifest) -> None:
        """Refuse parts that are none of this job's, since whoever opens the folder would read them with it.

        Raises:
            JobError: naming the first.
        """
        own = {part.name + manifest.suffix for part in manifest.parts()}
        strange = sorted(path.name for path in self.path.glob("part-*") if path.name not in own)
        if strange:
            raise JobError(f"{self.path / strange[0]} is no part of this job; move it to another folder")

    def proven(self, manifest: Manifest, receipts: dict[str, Receipt]) -> dict[str, Receipt]:
        """Those of the receipts whose files are there and unchanged; a part whose file was removed counts as not done.

        Raises:
            JobError: if a file is not what the receipt says.
        """
        proven = {}
        for name, receipt in receipts.items():
            wanted = [(self.part_file(manifest, name), receipt.sha256)]
            if receipt.quarantine_sha256 is not None:
                wanted.append((self.quarantine_file(name), receipt.quarantine_sha256))
            if all(self._is_unchanged(path, sha256) for path, sha256 in wanted):
                proven[name] = receipt
        return proven

    def status(self) -> JobStatus:
        """How far the job in this folder is.

        Raises:
            JobError: if there is none, or its records are damaged.
        """
        manifest = self.manifest()
        done = list(self.receipts(manifest).values())
        parts = sum(1 for _ in manifest.parts())
        holder = self._holder()
        return JobStatus(
            state="running" if holder else "done" if len(done) == parts else "stopped",
            rows=manifest.rows,
            scored=sum(receipt.scored for receipt in done),
            flagged=sum(receipt.flagged for receipt in done),
            truncated=sum(receipt.truncated for receipt in done),
            quarantined=sum(receipt.quarantined for receipt in done),
            parts=parts,
            parts_done=len(done),
            rate=_rate(done),
            holder=holder,
        )

    def publish(self, manifest: Manifest, part: Part, write: Callable[[], Receipt]) -> Receipt:
        """Put a part down: `write` moves its files to their places, and its receipt makes it count."""
        # A receipt of an earlier run may speak of files that were removed or are replaced just now.
        with contextlib.suppress(FileNotFoundError):
            self.receipt_file(part.name).unlink()
        receipt = write()
        write_record(self.receipt_file(part.name), receipt)
        return receipt

    def _is_unchanged(self, path: Path, sha256: str) -> bool:
        try:
            with path.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise JobError(f"{path} cannot be read: {error}") from error
        if found != sha256:
            raise JobError(
                f"{path} was edited or damaged: its sha256 is {found[:12]}, it was written with {sha256[:12]}; put the "
                "original back, or remove the file, and --resume scores it again"
            )
        return True

    def _holder(self) -> str | None:
        lock_file = self.records / "lock"
        if not lock_file.is_file():
            return None
        try:
            with FileLock(lock_file, timeout=0, preserve_lock_file=True, fallback_to_soft=False):
                return None
        except Timeout:
            return self._holder_note() or "another process"
        except (OSError, NotImplementedError):  # a folder that may be read and not written, or locks nothing
            return self._holder_note()

    def _holder_note(self) -> str | None:
        try:
            note = json.loads((self.records / "holder.json").read_text(encoding="utf-8"))
            since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(float(note["since"])))
            return f"process {note['pid']} on {note['host']} since {since}"
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @staticmethod
    def _write(path: Path, text: str) -> None:
        with Sink(str(path)) as sink:
            with sink.writing():
                sink.file.write(text.encode())
            sink.seal()
            sink.publish()


def _rate(receipts: list[Receipt]) -> float:
    """Rows a second, from when parts were finished: several workers may have been at it."""
    last = sorted(receipts, key=lambda receipt: receipt.finished)[-20:]
    if len(last) < 2:
        rows, seconds = sum(receipt.rows for receipt in last), sum(receipt.seconds for receipt in last)
    else:
        rows, seconds = sum(receipt.rows for receipt in last[1:]), last[-1].finished - last[0].finished
    return rows / seconds if seconds > 0 else 0.0


def _lock_fault(folder: str, error: Exception) -> str:
    if isinstance(error, NotImplementedError):
        return f"{folder} is on a file system without locks, so two jobs in it could not be told; choose another place"
    return write_fault(folder, error)
