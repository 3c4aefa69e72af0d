"""The cue words of `cues/`, read once per use and handed on, never kept in a global."""

from __future__ import annotations

from dataclasses import dataclass

from nli.article.cues import Country, countries, lines, words
from nli.article.inflection import participle


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every word list that the rules read.

    `verbs`, `nouns`, `references` and `people` are the lists of the TOML files by name;
    `positions` maps a verb to the prepositions that bring what it is about; `accusing` maps a verb to the
    preposition that brings what is accused; `past` maps verbs to their
    past tense where it is not regular; `countries` maps each name of a country, its people, its capital
    and its seat of government (in small letters) to it; `nations` only its names and demonyms; `first_names` maps
    a first name in small letters to "f" or "m".
    """

    verbs: dict[str, frozenset[str]]
    nouns: dict[str, frozenset[str]]
    references: dict[str, frozenset[str]]
    people: dict[str, frozenset[str]]
    accusing: dict[str, str]
    positions: dict[str, frozenset[str]]
    past: dict[str, str]
    countries: dict[str, Country]
    nations: dict[str, Country]
    first_names: dict[str, str]

    @property
    def reporting(self) -> frozenset[str]:
        """Verbs that can introduce a quotation."""
        groups = ("asserts", "denies", "hedges", "demands", "quotation_only")
        return frozenset().union(*(self.verbs[group] for group in groups))

    @property
    def cues(self) -> frozenset[str]:
        """Verbs that can tell of somebody's claim, wish or position without a quotation."""
        groups = ("names", "figures", "opinions", "topics", "intends")
        return (
            frozenset(self.accusing) | frozenset(self.positions) | frozenset().union(*(self.verbs[g] for g in groups))
        )

    def participles(self) -> frozenset[str]:
        """The -ing forms of the cue verbs."""
        verbs = self.reporting | self.verbs["names"] | self.references["denying"] | frozenset(self.accusing)
        return frozenset(participle(verb, self.past) for verb in verbs)

    def country(self, name: str) -> Country | None:
        """The country that a name, demonym, capital or seat stands for."""
        return self.countries.get(name.lower().removeprefix("the ").strip())

    def nation(self, name: str) -> Country | None:
        """The country that a name or demonym stands for; capitals and seats do not count."""
        return self.nations.get(name.lower().strip())


def load_lexicon() -> Lexicon:
    """Read every word list."""
    verbs = words("verbs.toml")
    by_name: dict[str, Country] = {}
    nations: dict[str, Country] = {}
    for country in countries():
        for name in (country.name, *country.demonyms, *country.aliases):
            by_name[name.lower()] = nations[name.lower()] = country
        for name in (*country.capitals, *country.seats):
            by_name.setdefault(name.lower(), country)
    positions: dict[str, frozenset[str]] = {}
    for item in verbs["opinions_with"] | verbs["topics_with"]:
        verb, preposition = item.split(":", 1)
        positions[verb] = positions.get(verb, frozenset()) | {preposition}
    accusing = dict(item.split(":", 1) for item in verbs["accuses"])
    past = dict(line.split(maxsplit=1) for line in lines("past.txt"))
    first_names = {name: gender for gender, name in (line.split() for line in lines("first_names.txt"))}
    return Lexicon(
        verbs,
        words("nouns.toml"),
        words("references.toml"),
        words("people.toml"),
        accusing,
        positions,
        past,
        by_name,
        nations,
        first_names,
    )
