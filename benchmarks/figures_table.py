"""Makes the table of figures of the README from results files, the models in the order given.

    python benchmarks/figures_table.py eval/results/baseline-*.json eval/results/nli-minilm-l6.json
    python benchmarks/figures_table.py eval/results/*.json --write README.md

`--write` puts it between the marks `<!-- table -->` and `<!-- /table -->` of a file; without, it is printed.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from nli.evaluation.results import read_results
from nli.report.markdown import COLUMNS, models_table

MARKS = re.compile(r"(<!-- table -->\n).*?(<!-- /table -->)", re.DOTALL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--columns", nargs="+", default=COLUMNS, help="figures by name")
    parser.add_argument("--write", type=Path, help="file with the marks")
    options = parser.parse_args()
    table = models_table([read_results(path) for path in options.results], options.columns)
    if options.write is None:
        print(table)
        return
    text = options.write.read_text(encoding="utf-8")
    filled, count = MARKS.subn(lambda found: f"{found[1]}{table}{found[2]}", text)
    if count != 1:
        raise SystemExit(f"{options.write} has {count} places marked <!-- table --> ... <!-- /table -->; mark one")
    options.write.write_text(filled, encoding="utf-8")


if __name__ == "__main__":
    main()
