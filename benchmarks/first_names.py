"""Make the list of first names by gender that pronouns are settled with, from Faker's lists of names (MIT licence).

    pip install Faker==40.63.0
    python benchmarks/first_names.py nli/article/cues/first_names.txt

Lists of languages in Latin letters; a name that any of them has for both is left out. One line a name: "f anna",
"m bjorn"; names with accents stand with them and without.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import unicodedata
from pathlib import Path

_LEAST = 2


def plain(name: str) -> str:
    """A name without its accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))


def names_of(provider: object, kind: str) -> set[str]:
    """The first names that a provider of Faker has for "male" or "female"."""
    found: set[str] = set()
    for attribute in (f"first_names_{kind}", f"first_names_{kind}_en", f"first_romanized_names_{kind}"):
        found |= {str(name).casefold() for name in getattr(provider, attribute, ())}
    found |= {plain(name) for name in found}
    return {name for name in found if name.replace("-", "").isalpha() and plain(name).isascii() and len(name) > _LEAST}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    person = importlib.import_module("faker.providers.person")
    female: set[str] = set()
    male: set[str] = set()
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        female |= names_of(provider, "female")
        male |= names_of(provider, "male")
    both = female & male
    rows = [("f", name) for name in female - both] + [("m", name) for name in male - both]
    rows.sort(key=lambda row: row[1])
    head = "# First names by gender. Made by benchmarks/first_names.py from Faker 40.63.0 (MIT); not edited by hand.\n"
    options.target.write_text(head + "".join(f"{gender} {name}\n" for gender, name in rows), "utf-8")
    print(f"{len(rows)} names, {len(both)} left out as they are given to both")


if __name__ == "__main__":
    main()
