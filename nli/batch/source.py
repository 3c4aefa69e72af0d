"""The bytes of a table: from a file, a compressed file, a pipe or standard input."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import os
import shutil
import stat
import sys
import tempfile
import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO, Literal, NamedTuple, cast, get_args

from nli.errors import OutputError, TableError

Format = Literal["jsonl", "csv", "tsv", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)

STREAM = "-"
"""The name that stands for standard input or standard output."""

MAX_LINE_BYTES = 64 * 2**20
"""Longest line that is read. It bounds memory on a file that has no lines at all."""

_SUFFIXES: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}
_HEAD_BYTES = 8192
_BUFFER_BYTES = 2**18
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A line of a file, with its line end. Of one longer than `MAX_LINE_BYTES` only the beginning."""

    number: int
    data: bytes
    too_long: bool


def find_format(name: str, wanted: str | None, option: str | None) -> Format:
    """The format of a table, as the user says with an option (None: there is none) or else by the suffix of its name.

    Raises:
        TableError: if `wanted` is not a format, or the suffix is unknown; OutputError for `--out-format`.
    """
    refusal = OutputError if option == "--out-format" else TableError
    if wanted is not None:
        for known in FORMATS:
            if wanted == known:
                return known
        raise refusal(f"{wanted!r} is not a format; {option} takes {', '.join(FORMATS)}")
    if name == STREAM:
        return "jsonl"
    stem, suffix = os.path.splitext(name.lower())
    if suffix == ".gz":
        suffix = os.path.splitext(stem)[1]
        if suffix == ".parquet":
            raise refusal(f"{name}: Parquet compresses itself and is not read or written as .gz; drop the .gz")
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    said = f"the suffix {suffix!r} is unknown" if suffix else "the name has no suffix that says its format"
    raise refusal(
        f"{name}: {said}; known are {', '.join(_SUFFIXES)} (all but Parquet also with .gz): rename the file"
        + (f", or say it with {option}" if option is not None else "")
    )


def is_gzip_name(name: str) -> bool:
    """Whether a table of this name is compressed."""
    return name.lower().endswith(".gz")


def is_table_name(name: str) -> bool:
    """Whether the suffix of a name says its format."""
    stem, suffix = os.path.splitext(name.lower())
    return suffix in _SUFFIXES or (suffix == ".gz" and os.path.splitext(stem)[1] in _SUFFIXES.keys() - {".parquet"})


class Source:
    """An open table, as bytes.

    Args:
        path: the file, or `-` for standard input.
        rewindable: whether it will be read twice or out of order. What cannot be rewound is then copied to a
            temporary file first.

    Raises:
        TableError: if it cannot be opened or is empty.
    """

    def __init__(self, path: str, *, rewindable: bool = False) -> None:
        self.name = "standard input" if path == STREAM else path
        self._own = contextlib.ExitStack()
        self._size: int | None = None
        self._position: BinaryIO | None = None
        self.stream: io.BufferedReader
        raw = self._open(path)
        try:
            if rewindable and self._size is None:
                raw = self._spool(raw)
            if is_gzip_name(path):
                raw = cast(BinaryIO, self._own.enter_context(gzip.GzipFile(fileobj=raw, mode="rb")))
            # Documented for raw streams, but any that can read into a buffer will do.
            self.stream = io.BufferedReader(cast(io.RawIOBase, raw), _BUFFER_BYTES)
            with self._reading():
                self.head = self.stream.peek(_HEAD_BYTES)[:_HEAD_BYTES]
            if not self.head:
                raise TableError(f"{self.name} is empty; give a table with a header and rows, or JSON lines")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close what was opened here; standard input stays open."""
        stream = getattr(self, "stream", None)
        if stream is not None and not stream.closed:
            with contextlib.suppress(ValueError):
                stream.detach()
        self._own.close()

    def rewind(self) -> None:
        """Go back to the beginning. Needs `rewindable`."""
        with self._reading():
            self.stream.seek(0)

    def digest(self) -> str:
        """The sha256 of the bytes from where the source stands, decompressed, as hexadecimal digits."""
        with self._reading():
            return hashlib.file_digest(self.stream, "sha256").hexdigest()

    def fraction(self) -> float | None:
        """How much of the bytes has been read, in [0, 1]; None for a stream of unknown size."""
        if not self._size or self._position is None or self._position.closed:
            return None
        return min(1.0, self._position.tell() / self._size)

    def lines(self) -> Iterator[Line]:
        """The lines from where the source stands, without a byte order mark.

        Raises:
            TableError: if the source breaks off or is damaged.
        """
        number = 0
        with self._reading():
            while data := self.stream.readline(MAX_LINE_BYTES):
                number += 1
                too_long = len(data) == MAX_LINE_BYTES and not data.endswith(b"\n")
                if too_long:
                    data = data[:_HEAD_BYTES]
                    while rest := self.stream.readline(MAX_LINE_BYTES):
                        if rest.endswith(b"\n"):
                            break
                if number == 1:
                    data = data.removeprefix(_BYTE_ORDER_MARK)
                yield Line(number, data, too_long)

    def refuse_unless_text(self) -> None:
        """Refuse what cannot be lines of UTF-8 text.

        Raises:
            TableError: if the first bytes are those of another kind of file.
        """
        head = self.head
        for mark, kind, way_out in (
            (b"PAR1", "a Parquet file", "use --format parquet"),
            (b"\x1f\x8b", "compressed with gzip", "give its name the suffix .gz"),
            (b"PK\x03\x04", "a zip archive or a spreadsheet", "export it as CSV in UTF-8"),
            (b"\xff\xfe", "encoded as UTF-16", "save it as UTF-8"),
            (b"\xfe\xff", "encoded as UTF-16", "save it as UTF-8"),
        ):
            if head.startswith(mark):
                raise TableError(f"{self.name} is {kind}, not lines of text; {way_out}")
        odd = head.count(b"\0") + head.decode("utf-8", "replace").count("�")
        # A stray byte makes one bad row; a tenth of them makes a file that is no UTF-8 text at all.
        if odd * 10 > len(head):
            raise TableError(
                f"{self.name} does not look like UTF-8 text: it is a binary file or in another encoding; "
                "save it as UTF-8"
            )

    def _open(self, path: str) -> BinaryIO:
        if path == STREAM:
            return sys.stdin.buffer
        try:
            file = self._own.enter_context(open(path, "rb"))  # noqa: SIM115
        except FileNotFoundError:
            raise TableError(f"{path} does not exist; check the name") from None
        except IsADirectoryError:
            raise TableError(f"{path} is a directory; give a table") from None
        except PermissionError:
            raise TableError(f"{path} may not be read: permission denied") from None
        except (OSError, ValueError) as error:
            raise TableError(f"{path!r} cannot be opened: {error}") from None
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode):
            self._size, self._position = status.st_size, file
        return file

    def _spool(self, raw: BinaryIO) -> BinaryIO:
        try:
            spool = self._own.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
            shutil.copyfileobj(raw, spool)
            self._size, self._position = spool.tell(), spool
            spool.seek(0)
        except OSError as error:
            raise TableError(f"{self.name} cannot be copied to a temporary file: {error}") from error
        return spool

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn what goes wrong while reading into `TableError`."""
        try:
            yield
        except gzip.BadGzipFile:
            raise TableError(f"{self.name} is not a gzip file; drop the .gz from its name") from None
        except (EOFError, zlib.error) as error:
            raise TableError(f"{self.name} is damaged or breaks off: {error}; compress it again") from None
        except OSError as error:
            raise TableError(f"{self.name} cannot be read: {error}") from error
