"""Makes the tables of models of the README from results files, the models in the order given, a table a figure.

    python benchmarks/figures_table.py eval/results/baseline-*.json eval/results/nli-minilm-l6.json
    python benchmarks/figures_table.py eval/results/*.json --sets article news snli --write README.md

`--write` puts them between the marks `<!-- table -->` and `<!-- /table -->` of a file; without, they are printed.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from nli.errors import NliError
from nli.evaluation.results import read_results
from nli.report.markdown import models_table

MARKS = re.compile(r"(<!-- table -->\n).*?(<!-- /table -->)", re.DOTALL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--figures", nargs="+", default=["accuracy", "contradiction_f1"], help="by name, a table each")
    parser.add_argument("--sets", nargs="+", default=[], help="only these sets, in this order")
    parser.add_argument("--write", type=Path, help="file with the marks")
    options = parser.parse_args()
    files = [read_results(path) for path in options.results]
    try:
        table = "\n".join(models_table(files, name, options.sets) for name in options.figures)
    except NliError as error:
        raise SystemExit(f"{error}") from None
    if options.write is None:
        print(table, end="")
        return
    text = options.write.read_text(encoding="utf-8")
    filled, count = MARKS.subn(lambda found: f"{found[1]}{table}{found[2]}", text)
    if count != 1:
        raise SystemExit(f"{options.write} has {count} places marked <!-- table --> ... <!-- /table -->; mark one")
    options.write.write_text(filled, encoding="utf-8")


if __name__ == "__main__":
    main()
