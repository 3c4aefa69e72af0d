"""Bytes of a file as text: its encoding told by its mark, by what it says of itself, or by charset-normalizer."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

from nli.errors import ArticleError

_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16"}
_MARKS |= {b"\xfe\xff": "utf-16"}
_WESTERN = ["cp1252", "mac_roman"]
_LEAST_ASCII = 0.6


def decode(data: bytes, *, source: str) -> tuple[str, str]:
    """The text of some bytes, without a byte order mark, and the name of the encoding it was read in.

    UTF-8 is tried first, unless a byte order mark says otherwise; then what an HTML page declares; then a guess.
    In a text mostly of ASCII, as English is, the guess is between Windows-1252 and Mac Roman.

    Raises:
        ArticleError: if the bytes are no text in any encoding that can be told.
    """
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    declared = _DECLARED.search(data[:4096])
    names = [marked] if marked else ["utf-8"]
    if declared is not None:
        names.append(declared.group(1).decode("ascii"))
    for name in names:
        try:
            return data.decode(name), name
        except (UnicodeDecodeError, LookupError):
            continue
    if b"\0" not in data:
        english = sum(byte < 0x80 for byte in data) >= _LEAST_ASCII * len(data)
        best = from_bytes(data, cp_isolation=_WESTERN if english else None).best()
        if best is None and english:
            best = from_bytes(data).best()
        if best is not None:
            return str(best), best.encoding
    raise ArticleError(
        f"{source} is no text in an encoding that can be told; save it as UTF-8, "
        "for example with: iconv -f WINDOWS-1252 -t UTF-8"
    )
