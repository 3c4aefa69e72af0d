"""Word lists that the rules of extraction read: data, not code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files


def words(file: str) -> dict[str, frozenset[str]]:
    """The word lists of one TOML file: the name of each list and the words in it."""
    table = tomllib.loads(files(__name__).joinpath(file).read_text("utf-8"))
    return {name: frozenset(str(value).split()) for name, value in table.items()}


def lines(file: str) -> list[str]:
    """The lines of a text file, without comments and blank lines."""
    text = files(__name__).joinpath(file).read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


@dataclass(frozen=True, slots=True)
class Country:
    """A country, and the other words that name it, its people or its government."""

    name: str
    demonyms: tuple[str, ...]
    capitals: tuple[str, ...]
    seats: tuple[str, ...]
    aliases: tuple[str, ...]


def countries() -> list[Country]:
    """Every country of `countries.txt`."""
    found = []
    for line in lines("countries.txt"):
        name, *rest = [field.strip() for field in line.split("|")]
        groups = [tuple(item.strip() for item in field.split(";") if item.strip()) for field in rest]
        groups += [()] * (4 - len(groups))
        found.append(Country(name, groups[0], groups[1], groups[2], groups[3]))
    return found
