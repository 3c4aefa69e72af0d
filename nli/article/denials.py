"""Find denials by reference: "dismissed the allegation", "denied it"; `nli.article.linking` finds what they deny."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nli.article.comments import find_comments
from nli.article.gate import terms
from nli.article.idioms import of_idiom
from nli.article.lexicon import Lexicon
from nli.article.noun_cues import that_clause
from nli.article.parsing import Unit
from nli.article.shapes import POINTING, Denial, Refers
from nli.article.syntax import child, children, is_finite, is_said, is_verb, preposition, subject, subtree
from nli.article.verdicts import find_verdicts

if TYPE_CHECKING:
    from spacy.tokens import Token


_GROUNDS = frozenset(("foundation", "basis", "merit", "substance", "truth", "ground", "grounds"))
_APART = 2
_BREAKS = (",", "–", "—", "-", "--")
_OTHER = frozenset(("different", "another", "conflicting", "contradictory", "contrasting"))
_INVENTED = frozenset("lie invention fiction fabrication fantasy hoax myth fake falsehood figment daydream".split())
_TALES = {"tale": ("fairy", "tall"), "story": ("cock-and-bull", "made-up")}
"""What says that something is not true together with the word before it."""

_OF_PEOPLE = ("contradict", "rebut", "refute")
_SENDING_AWAY = ("dismiss", "reject", "rebuff", "repudiate")
_PEOPLE = ("him", "her", "them")
_PARTS = ("all", "some", "many", "most", "both", "each", "one", "two", "much", "several")
_TRUE = ("true", "truth", "correct", "accurate", "case", "so")
_WRITINGS = frozenset("suit lawsuit letter speech interview book article column filing memo post tweet".split())
"""Where claims are made; "the claims in her suit" need not be about a suit."""
_ABOUT = ("of", "about", "on", "in", "over", "against")


def find_denials(unit: Unit, lexicon: Lexicon) -> list[Denial]:
    """Find the denials by reference in a parsed stretch, in order."""
    found = [*find_comments(unit, lexicon), *find_verdicts(unit, lexicon)]
    comments = {item.cue.i for item in found}
    for token in unit.doc:
        if token.i in comments:
            continue
        if is_verb(token):
            denial = (
                _of_verb(token, unit, lexicon)
                or _of_version(token, unit, lexicon)
                or _of_copula(token, unit, lexicon)
                or _of_absence(token, unit, lexicon)
                or of_idiom(token, unit, lexicon)
            )
            if denial is not None:
                found.append(denial)
        elif token.lower_ == "guilty" and token.i and token.doc[token.i - 1].lower_ == "not":
            # "pleaded not guilty", "Not guilty": a denial of what one is accused of.
            verb = next((item for item in token.ancestors if item.lemma_ == "plead"), None)
            if verb is not None or token.sent.root.i in (token.i, token.i - 1):
                speaker = subject(verb, unit) if verb is not None and is_said(verb) else None
                found.append(Denial(unit, speaker, verb or token, token, "guilt", None, frozenset(), False))
    return sorted(found, key=lambda item: item.cue.i)


def _through(noun: Token) -> Token:
    """The claims in "all of the claims", "one of his claims"."""
    things = preposition(noun, "of") if noun.lower_ in _PARTS else None
    return things if things is not None else noun


def _of_absence(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "no such dinner took place", "there was no such plan", "this never happened"."""
    for noun in children(verb, "nsubj", "attr", "nsubjpass", "dobj"):
        words = {item.lower_ for item in noun.children}
        if {"no", "such"} <= words and noun.pos_ == "NOUN":
            return _denial(unit, None, verb, noun, "absence", lexicon)
    this = child(verb, "nsubj")
    negated = any(item.dep_ == "neg" for item in verb.children)
    # "that won't happen", "it never happens" deny nothing that was told.
    may = verb.tag_ == "VBZ" or any(
        item.tag_ == "MD" or item.lower_ in ("do", "does") for item in children(verb, "aux")
    )
    happened = verb.lemma_ in ("happen", "occur") and negated and not may
    if happened and this is not None and _refers(this, lexicon) == "pronoun":
        return _denial(unit, None, verb, this, "pronoun", lexicon)
    return None


def _of_verb(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    lemma = verb.lemma_.lower()
    denies = lemma in lexicon.references["denying"]
    calls = lemma in lexicon.references["calling"] and _says_false(verb, lexicon)
    if not (denies or calls) or not is_said(verb):
        return None
    noun = (
        (repeats(verb) or _happened(verb) if denies else None)
        or _set_before(verb, unit, lexicon)
        or _object(verb, lexicon, calls=calls)
    )
    if noun is None or unit.quotation(noun) is not None:
        return None
    noun = _through(noun)
    if lemma in _OF_PEOPLE and (noun.lower_ in _PEOPLE or noun.ent_type_ == "PERSON"):
        # "contradicted her": all that she has just told.
        speaker = _denier(verb, unit, lexicon)
        return Denial(unit, speaker, verb, noun, "statement", noun, frozenset(), False, version=True)
    if lemma in _SENDING_AWAY and noun.lower_ == "them" and not _says_false(verb, lexicon):
        return None  # "dismissed them as part of a cartel": people as well as claims
    refers = _refers(noun, lexicon)
    if refers is None and noun.lemma_.lower() in lexicon.nouns["disputed"] and that_clause(noun, unit) is not None:
        refers = "statement"  # "rejected attacks that he was no conservative"
    if lemma in ("deny", "contest") and noun.lemma_.lower() in lexicon.references["charges"]:
        return Denial(unit, _denier(verb, unit, lexicon), verb, noun, "guilt", None, frozenset(), True)
    if refers is None:
        # "denied the attack" denies that it happened; "rejected the offer" does not.
        grants = noun.lemma_.lower() in lexicon.references["granted"]
        if lemma != "deny" or noun.pos_ != "NOUN" or grants or child(verb, "dative") or child(verb, "prep"):
            return None
        refers = "event"
    return _denial(unit, _denier(verb, unit, lexicon), verb, noun, refers, lexicon)


def _denier(verb: Token, unit: Unit, lexicon: Lexicon) -> Token | None:
    """Who denies; in "the family said he held a phone, contradicting the police" not he, but who says so."""
    told = verb.head
    beside = verb.dep_ == "advcl" and verb.tag_ == "VBG" and verb.doc[verb.i - 1].lower_ == ","
    if beside and told.dep_ == "ccomp" and told.head.lemma_.lower() in lexicon.reporting:
        return subject(told.head, unit)
    return subject(verb, unit)


def _set_before(verb: Token, unit: Unit, lexicon: Lexicon) -> Token | None:
    """The noun in "..., an allegation the firm denied", where the parser takes all before it for what was denied."""
    own = subject(verb, unit)
    if own is None or own.i > verb.i or own.left_edge.i < 1:
        return None
    # The noun may be read as the first word of the subject: "a charge Dushanbe rejected".
    first = own.left_edge.i
    places = [first - 1, *range(first, own.i)]
    nouns = lexicon.references["accusation"] | lexicon.references["statement"]
    for place in places:
        word: Token = verb.doc[place]
        if place < _APART or word.lemma_.lower() not in nouns or word.pos_ not in ("NOUN", "PROPN"):
            continue
        if verb.doc[place - 1].lower_ in ("a", "an") and verb.doc[place - _APART].lower_ in _BREAKS:
            return word
    return None


def _of_version(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "gave a different account", "told another story", "Roe's account is another": what was said before is denied."""
    noun = child(verb, "dobj")
    if verb.lemma_ == "be":
        noun, name = child(verb, "nsubj"), child(verb, "attr", "acomp")
        owner = child(noun, "poss") if noun is not None else None
        if noun is None or owner is None or noun.lemma_.lower() not in lexicon.references["versions"]:
            return None
        if name is None or name.lower_ not in _OTHER or not is_said(verb):
            return None
        return Denial(unit, owner, verb, noun, "pronoun", None, frozenset(), False, version=True)
    if noun is None or verb.lemma_ not in ("give", "offer", "tell", "present", "have", "provide") or not is_said(verb):
        return None
    words = {item.lower_ for item in noun.children if item.i < noun.i}
    if noun.lemma_.lower() not in lexicon.references["versions"] or words.isdisjoint(_OTHER):
        return None
    speaker = subject(verb, unit)
    if speaker is None or speaker.tag_ in ("NNS", "NNPS") or speaker.lower_ in ("they", "we"):
        return None  # "the two sides gave different accounts"
    return Denial(unit, speaker, verb, noun, "pronoun", None, frozenset(), False, version=True)


def repeats(verb: Token) -> Token | None:
    """The word that stands for what was said before, in "denied doing so": "so" stands for what was said before."""
    act = child(verb, "xcomp", "ccomp")
    if act is None or act.lemma_ != "do" or act.tag_ != "VBG":
        return None
    return next((item for item in act.children if item.lower_ in ("so", "it", "this", "that") and item.i > act.i), None)


def _happened(verb: Token) -> Token | None:
    """ "it", in "denied it happened", "denied that this took place"."""
    act = child(verb, "ccomp")
    taken = act is not None and act.lemma_ == "take" and (child(act, "dobj") or act).lower_ == "place"
    if act is None or not (act.lemma_ in ("happen", "occur") or taken):
        return None
    if any(item.tag_ == "MD" or item.lower_ == "again" for item in act.children):
        return None  # "denied it would happen again"
    own = child(act, "nsubj")
    return own if own is not None and own.lower_ in ("it", "this", "that", "any") else None


def _object(verb: Token, lexicon: Lexicon, *, calls: bool = False) -> Token | None:
    """What a verb is done to, through a relative clause ("a claim Kyiv dismissed") if need be."""
    found = child(verb, "dobj", "nsubjpass")
    if found is not None and found.left_edge.lower_ in POINTING and found.left_edge.i == verb.i + 1 and calls:
        return found.left_edge  # "called that nonsense"
    if calls and (found is None or found.dep_ == "dobj"):
        # "called the hackers' assertion absurd", "called the 20% figure nonsense" may be read as one noun phrase.
        named = child(verb, "oprd", "attr") if found is None else found
        before = named.doc[named.i - 1] if named is not None and named.i else None
        joined = before is not None and before.head == named and before.dep_ == "compound"
        found = before if joined and (found is None or _is_false(found, lexicon)) else found
    if found is None:
        small = child(verb, "ccomp")
        found = child(small, "nsubj") if small is not None and small.i > verb.i and not is_finite(small) else None
    if verb.dep_ == "acl" and verb.tag_ == "VBN" and found is None and preposition(verb, "by") is not None:
        return verb.head  # "a figure rubbished by parents"
    if verb.dep_ == "relcl" and (found is None or found.tag_ in ("WDT", "WP", "IN")):
        return verb.head
    if found is None and verb.dep_ == "conj" and verb.head.dep_ == "relcl":
        return None
    return found


def _of_copula(verb: Token, unit: Unit, lexicon: Lexicon) -> Denial | None:
    """ "the allegations are false", "that is a lie", "this is not true"."""
    if verb.lemma_ != "be":
        return None
    noun = child(verb, "nsubj")
    speaker: Token | None = None
    if noun is None and verb.dep_ == "ccomp" and verb.head.dep_ == "relcl" and not verb.left_edge.i < verb.i:
        # "..., a number the company said was far from the truth"
        noun, speaker = verb.head.head, child(verb.head, "nsubj")
    if noun is None:
        # "The number being put around is false": the parser may take the participle for the subject.
        clause = child(verb, "csubj")
        noun = child(clause, "nsubj", "nsubjpass") if clause is not None else None
    name = child(verb, "acomp", "attr")
    far = next((item for item in children(verb, "advmod") if item.lower_ == "far"), None)
    if name is None and far is not None:
        truth = preposition(far, "from")
        refers = _refers(noun, lexicon) if noun is not None else None
        if noun is None or refers is None or truth is None or truth.lemma_.lower() not in _TRUE:
            return None
        return _denial(unit, speaker, verb, noun, refers, lexicon)
    lacking = next((item for item in verb.children if item.dep_ == "prep" and item.lower_ == "without"), None)
    if name is None and lacking is not None:
        name = child(lacking, "pobj")  # "the accusations were without foundation"
    if noun is None or name is None:
        return None
    noun = _through(noun)
    refers = _refers(noun, lexicon)
    if refers is None and name.lemma_.lower() in _INVENTED and noun.pos_ == "NOUN":
        # "That conversation is an invention"
        pointing = child(noun, "det")
        if pointing is not None and pointing.lower_ in ("this", "that"):
            return Denial(unit, None, verb, noun, "pronoun", None, frozenset(), False)
        if pointing is not None and pointing.lower_ == "the":
            return _denial(unit, None, verb, noun, "event", lexicon)  # "the confession was an invention"
    if refers is None or refers == "guilt":
        return None
    if refers == "pronoun" and child(verb, "ccomp", "xcomp") is not None:
        return None
    negated = any(item.dep_ == "neg" for item in verb.children)
    lacks = lacking is not None and name.head == lacking
    false = name.lemma_.lower() in _GROUNDS if lacks else _is_false(name, lexicon)
    if (false and not negated) or (negated and name.lemma_.lower() in _TRUE):
        return _denial(unit, speaker, verb, noun, refers, lexicon)
    return None


def _says_false(verb: Token, lexicon: Lexicon) -> bool:
    """Whether what something is called says that it is not true."""
    # "called that nonsense" may be read as one noun phrase.
    below = [item for item in children(verb, "dobj") if child(item, "det") and verb.i + 1 == item.left_edge.i < item.i]
    below = [item for item in below if item.left_edge.lower_ in POINTING]
    below += [
        item
        for item in verb.children
        if item.i > verb.i and item.dep_ in ("oprd", "prep", "ccomp", "attr", "acomp", "xcomp", "advcl")
    ]
    named = child(verb, "dobj")
    if named is not None and child(named, "compound") is not None and _is_false(named, lexicon):
        return True  # "called the 20% figure nonsense"
    if named is not None:
        below += [
            item
            for item in named.children
            if item.i > named.i and item.dep_ in ("prep", "amod", "acl", "npadvmod", "appos")
        ]
    return any(_is_false(token, lexicon) for item in below for token in subtree(item))


def _is_false(word: Token, lexicon: Lexicon) -> bool:
    """Whether a word says that something is not true ("unsubstantiated" may be taken for a verb)."""
    if word.i and word.lemma_.lower() in _TALES:
        return word.doc[word.i - 1].lower_ in _TALES[word.lemma_.lower()]
    return not {word.lemma_.lower(), word.lower_}.isdisjoint(lexicon.references["falsity"])


def _refers(noun: Token, lexicon: Lexicon) -> Refers | None:
    lemma = noun.lemma_.lower()
    if noun.lower_ == "so":
        return "pronoun"
    if noun.pos_ == "PRON" or noun.tag_ in ("DT", "WDT") or (noun.tag_ == "IN" and noun.dep_ == "dobj"):
        return "pronoun" if noun.lower_ in POINTING else None
    if noun.pos_ not in ("NOUN", "PROPN") and noun.dep_ != "dobj":
        return None
    groups: tuple[Refers, ...] = ("accusation", "statement", "guilt")
    return next((group for group in groups if lemma in lexicon.references[group]), None)


def _denial(
    unit: Unit, speaker: Token | None, cue: Token, noun: Token, refers: Refers, lexicon: Lexicon
) -> Denial | None:
    owner = child(noun, "poss") or preposition(noun, "by") or preposition(noun, "from")
    if owner is not None and owner.lower_ in ("my", "our", "your"):
        owner = None
    about: set[str] = set()
    words = [
        item
        for item in children(noun, "compound", "amod")
        if item.i < noun.i and item.lower_ not in ("such", "latest", "new")
    ]
    for word in noun.children:
        if word.dep_ == "prep" and word.lower_ in _ABOUT:
            where = child(word, "pobj")
            told = where is not None and word.lower_ == "in" and where.lemma_.lower() in _WRITINGS
            words += children(where, "poss") if where is not None and told else subtree(word)
    for item in words:
        if item.pos_ in ("NOUN", "PROPN", "VERB", "ADJ") and not item.is_stop:
            about |= terms(item.text, lexicon)
    if refers in ("event", "absence"):
        about |= terms(noun.text, lexicon)
    clause = next(
        (
            item
            for item in (*children(noun, "acl", "ccomp", "relcl"), *children(cue, "ccomp"))
            if item.i != cue.i  # "an allegation that the ministry dismissed"
            and (item.left_edge.lower_, item.left_edge.tag_) == ("that", "IN")
            and child(item, "nsubj", "nsubjpass")
        ),
        None,
    )
    clause = clause or (that_clause(noun, unit) if noun.lemma_.lower() in lexicon.nouns["disputed"] else None)
    plural = (
        noun.tag_ in ("NNS", "NNPS")
        or noun.lower_ == noun.lemma_.lower() + "s"
        or noun.lemma_.lower() in lexicon.references["collective"]
        or noun.lower_ in ("them", "these", "those", "all")
    )
    stands_for = speaker is not None and speaker.tag_ == "WDT"  # "the bank, which denies any wrongdoing"
    if speaker is not None and speaker.lower_ in POINTING and speaker.lower_ != "it" and not stands_for:
        return None
    return Denial(unit, speaker, cue, noun, refers, owner, frozenset(about), plural, clause)
