"""Results that commands write beside what they print: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from nli.errors import OutputError


def write_atomically(file: Path, text: str) -> None:
    """Write a text file whole or not at all.

    Raises:
        OutputError: if it cannot be written.
    """
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, file)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(
            f"{file} cannot be written ({error.strerror}); give a file in a folder you can write to"
        ) from None


def check_target(file: Path) -> None:
    """Say before the work, not after it, that a result has nowhere to go.

    Raises:
        OutputError: if the file is a directory or its folder does not exist.
    """
    if file.is_dir():
        raise OutputError(f"{file} is a directory; give a file")
    if not file.parent.is_dir():
        raise OutputError(f"there is no folder {file.parent} to write {file.name} to; make it first")
