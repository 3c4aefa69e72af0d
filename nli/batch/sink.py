"""Where results go: whole files or none.

A file is written beside its place under a hidden name and moved there only when it is complete and on the disk.
Whatever happens before that, the hidden file is removed and an older file of the name stays as it was.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import re
import secrets
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, BinaryIO

from nli.batch.source import STREAM
from nli.errors import OutputError

_HIDDEN = re.compile(r"\..{0,100}\.[0-9a-f]{12}\.tmp")


def unfinished(folder: Path) -> Iterator[Path]:
    """Files in a folder that a `Sink` began and was killed before it could publish or remove them."""
    return (path for path in folder.glob(".*.tmp") if _HIDDEN.fullmatch(path.name))


class _Output(io.RawIOBase):
    """An unbuffered file whose writes are complete, and which can be told to listen no more.

    Without a buffer there is nothing left to write when it is closed after an error.
    """

    def __init__(self, file: IO[bytes], *, own: bool) -> None:
        self._file = file
        self._own = own
        self.muted = False
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data).cast("B")  # type: ignore[arg-type]
        if not self.muted:
            done = 0
            while done < len(view):
                done += self._file.write(view[done:]) or 0
            self.digest.update(view)
            if not self._own:
                self._file.flush()
        return len(view)

    def sync(self) -> None:
        """Wait until what was written is on the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        if not self.closed and self._own:
            self._file.close()
        super().close()


class Sink:
    """A result in the making. Use it as a context: what is not published by its end is undone.

    Attributes:
        name: how the target is called in messages.
        file: where to write.

    Raises:
        OutputError: if the target cannot be written.
    """

    def __init__(self, target: str) -> None:
        self.name = "standard output" if target == STREAM else target
        self._hidden: str | None = None
        self._place = target
        try:
            self._output = self._open(target)
        except BaseException as error:
            self._remove_hidden()
            if isinstance(error, OSError | ValueError):
                raise OutputError(write_fault(target, error)) from error
            raise
        # A raw file that takes all it is given serves as a binary file.
        self.file: BinaryIO = self._output  # type: ignore[assignment]

    def __enter__(self) -> Sink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.mute()
        with contextlib.suppress(OSError):
            self._output.close()
        self._remove_hidden()

    @property
    def sha256(self) -> str:
        """The sha256 of what was written, as hexadecimal digits."""
        return self._output.digest.hexdigest()

    def mute(self) -> None:
        """Write no more, whatever comes: a writer that is closed after an error must not make the result look whole."""
        self._output.muted = True

    def seal(self) -> None:
        """Put what was written on the disk, still under its hidden name."""
        with self.writing():
            if self._hidden is not None:
                self._output.sync()
            self._output.close()

    def publish(self) -> None:
        """Move the sealed file to its place."""
        if self._hidden is None:
            return
        with self.writing():
            os.replace(self._hidden, self._place)
            self._hidden = None
            _sync_folder(os.path.dirname(self._place) or ".")

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Turn errors of the operating system into `OutputError`; only a closed pipe stays what it is."""
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(write_fault(self.name, error)) from error

    def _remove_hidden(self) -> None:
        if self._hidden is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._hidden)

    def _open(self, target: str) -> _Output:
        if target == STREAM:
            stdout = sys.stdout.buffer
            with contextlib.suppress(io.UnsupportedOperation):
                stdout.flush()
                # Python's own buffer would be written again at exit, after a full disk or a closed pipe.
                return _Output(open(stdout.fileno(), "wb", buffering=0, closefd=False), own=True)
            return _Output(stdout, own=False)
        # A link is followed, so that the file it points to is replaced and not the link.
        self._place = os.path.realpath(target)
        try:
            mode = os.stat(self._place).st_mode
        except FileNotFoundError:
            mode = None
        if mode is not None:
            if stat.S_ISDIR(mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), target)
            if not stat.S_ISREG(mode):  # a device or a named pipe, which nothing must replace
                return _Output(open(self._place, "wb", buffering=0), own=True)
            if not os.access(self._place, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), target)
        folder, base = os.path.split(self._place)
        hidden = os.path.join(folder, f".{base[:100]}.{secrets.token_hex(6)}.tmp")
        self._hidden = hidden
        descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(descriptor, stat.S_IMODE(mode))
        return _Output(open(descriptor, "wb", buffering=0), own=True)


def write_fault(name: str, error: Exception) -> str:
    """What to tell the user about a target that cannot be written."""
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOSPC, errno.EDQUOT):
        return f"{name} cannot be written: the disk is full; free some space or write elsewhere"
    if code == errno.ENOENT:
        return f"{name} cannot be written: its folder does not exist; create it first"
    if code == errno.ENOTDIR:
        return f"{name} cannot be written: part of its path is a file, not a folder"
    if code == errno.EISDIR:
        return f"{name} is a directory; give the name of a file in it"
    if code in (errno.EACCES, errno.EPERM):
        return f"{name} may not be written: permission denied; write elsewhere"
    if code == errno.EROFS:
        return f"{name} may not be written: its file system is read-only; write elsewhere"
    return f"{name!r} cannot be written: {error}"


@contextlib.contextmanager
def exit_on_signals() -> Iterator[None]:
    """Let a request to end (SIGTERM, SIGHUP) unwind like an error, so that nothing half-written stays behind.

    Raises:
        SystemExit: with status 128 + the signal's number, where the signal arrives. Use it in the main thread.
    """

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Someone who ignores a signal, as nohup does, wants it ignored.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _sync_folder(folder: str) -> None:
    """Make the move itself durable, where the operating system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        with contextlib.suppress(OSError):  # some network file systems refuse
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
