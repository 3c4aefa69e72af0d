"""Runs `nli score` with a scorer that needs no model. A program, so that tests can send it signals.

Its first argument is how long a chunk takes, in seconds; the others are those of `nli score`.
"""

from __future__ import annotations

import functools
import hashlib
import signal
import sys
import time
from collections.abc import Sequence

from nli.records import PairScore, Probabilities


class FakeScorer:
    """Probabilities made of the letters of the texts: always the same for the same pair, in either order of batches."""

    name = "fake"
    threshold = 0.5

    def __init__(self, seconds: float = 0.0, threshold: float | None = None) -> None:
        self.seconds = seconds
        self.threshold = 0.5 if threshold is None else threshold
        self.calls: list[int] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[PairScore]:
        self.calls.append(len(pairs))
        if self.seconds:
            print("scoring", file=sys.stderr, flush=True)
            time.sleep(self.seconds)
        return [self._one(a, b) for a, b in pairs]

    def _one(self, a: str, b: str) -> PairScore:
        ab, ba = _probabilities(a, b), _probabilities(b, a)
        score = (ab.contradiction + ba.contradiction) / 2
        return PairScore(ab, ba, score, score >= self.threshold, truncated=len(a) + len(b) > 1000)


def _probabilities(a: str, b: str) -> Probabilities:
    x, y, z, *_ = hashlib.sha256(f"{a}\0{b}".encode()).digest()
    whole = x + y + z + 3
    return Probabilities((x + 1) / whole, (y + 1) / whole, (z + 1) / whole)


def load(seconds: float, *, threads: int) -> FakeScorer:
    """What workers load."""
    return FakeScorer(seconds)


def main() -> None:
    import typer

    import nli.cli.score as command
    from nli.errors import NliError

    seconds = float(sys.argv.pop(1))
    command.model_loader = lambda *_, **__: functools.partial(load, seconds)
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(command.score)
    try:
        app()
    except NliError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    # Tests send these; a test run started in the background or by nohup hands down that they are ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    main()
