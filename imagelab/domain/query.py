"""The search language: `fox -watercolor provider:runware,oxen cost:<0.05 sort:-cost`.

    query := alternative ("OR" | "|" alternative)*
    alternative := term ("AND"? term)*
    term := ("-" | "NOT") term | "(" query ")" | field:value,value… | "phrase" | word | word*

A bare word is found by its stem; quotes mean exactly these words in this order. Dates are
resolved when the search is read, by the local calendar.
"""

from __future__ import annotations

from dataclasses import replace

from imagelab.domain.frozen import frozen
from imagelab.domain.query_fields import check_sign, read_field, read_sort, read_word
from imagelab.domain.query_tokens import Item, Kind, Token, tokens
from imagelab.domain.query_tree import And, Everything, Node, Not, Or, Phrase, SortKey
from imagelab.errors import QueryError

MAX_DEPTH = 24  # brackets and negations inside each other
MAX_TERMS = 512


@frozen
class Query:
    """A search as it was written, what it says, and the order it asks for.

    `sort` holds pairs of a key and whether it falls; empty means newest first.
    """

    text: str
    tree: Node
    sort: tuple[tuple[SortKey, bool], ...] = ()

    def sorted_by(self, keys: str) -> Query:
        """The same search in another order, such as `"-cost"` or `"rating,-date"`."""
        items = tuple(Item(key, 0) for key in keys.split(","))
        return replace(self, sort=read_sort(Token("field", "sort", 0, len(keys), items)))


def parse(text: str) -> Query:
    """Read a search; QueryError says what is wrong with it and at which character.

    >>> parse("fox -rating:<3 sort:-cost").sort
    (('cost', True),)
    >>> parse("qualty:high")
    Traceback (most recent call last):
    imagelab.errors.QueryError: there is no field 'qualty'; did you mean quality:? (at character 1)
    """
    reader = _Reader(tokens(text))
    tree = reader.query(depth=0) if reader.left() else Everything()
    if reader.left():
        raise _at(reader.next(), "nothing opened this bracket; remove it")
    return Query(text, tree, tuple(reader.sort))


class _Reader:
    """Reads tokens from left to right, one method for each rule of the grammar."""

    def __init__(self, found: list[Token]) -> None:
        self.sort: list[tuple[SortKey, bool]] = []
        self._tokens = found
        self._at = 0
        _check_terms(found)

    def left(self) -> bool:
        """Whether there is more to read."""
        return self._at < len(self._tokens)

    def next(self) -> Token:
        """The next token, which is thereby read."""
        self._at += 1
        return self._tokens[self._at - 1]

    def query(self, depth: int) -> Node:
        """Alternatives between ORs; they end with the search or at a closing bracket."""
        nodes = [self._alternative(depth)]
        while self._sees("or"):
            sign = self.next()
            nodes.append(self._alternative(depth))
            if None in nodes:
                raise _at(sign, f"{sign.text} wants something to look for on both sides")
        found = [node for node in nodes if node is not None]
        if not found:
            return Everything()
        return found[0] if len(found) == 1 else Or(tuple(found))

    def _alternative(self, depth: int) -> Node | None:
        """Terms that must all hold; None where there are none."""
        nodes: list[Node] = []
        joined: Token | None = None
        while self.left() and not self._sees("or", ")"):
            token = self.next()
            if token.kind == "and":
                if not nodes or joined:
                    raise _at(token, "AND wants something to look for on both sides")
                joined = token
            elif token.kind == "field" and token.text.lower() == "sort":
                self._sort(token, depth)
            else:
                nodes.append(self._term(token, depth))
                joined = None
        if joined:
            raise _at(joined, "AND wants something to look for on both sides")
        if len(nodes) < 2:
            return nodes[0] if nodes else None
        return And(tuple(nodes))

    def _term(self, token: Token, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise _at(token, f"brackets and negations go at most {MAX_DEPTH} deep")
        match token.kind:
            case "not":
                return Not(self._negated(token, depth + 1))
            case "(":
                return self._brackets(token, depth + 1)
            case "phrase":
                return _phrase(token)
            case "field":
                return read_field(token)
            case _:
                check_sign(token)
                return read_word(token.text, token.start)

    def _negated(self, sign: Token, depth: int) -> Node:
        """What follows a minus at once, or a NOT after a space."""
        if not self.left() or self._sees("or", "and", ")"):
            raise _at(sign, f"nothing follows this {sign.text}; write -word to leave a word out")
        token = self.next()
        if sign.text == "-" and token.start != sign.end:
            raise _at(
                sign, "a minus stands right before its word, as in -word; put a lone one in quotes"
            )
        if token.kind == "field" and token.text.lower() == "sort":
            raise _at(token, "sort: cannot be negated; write sort:-date for the other order")
        return self._term(token, depth)

    def _brackets(self, opening: Token, depth: int) -> Node:
        if self._sees(")"):
            raise _at(opening, "these brackets are empty; put something in, or remove them")
        node = self.query(depth)
        if not self._sees(")"):
            raise _at(opening, "this bracket is not closed; add a )")
        self.next()
        return node

    def _sort(self, token: Token, depth: int) -> None:
        if depth:
            raise _at(token, "sort: orders the whole search; move it out of the brackets")
        self.sort.extend(read_sort(token))

    def _sees(self, *kinds: Kind) -> bool:
        return self.left() and self._tokens[self._at].kind in kinds


def _check_terms(found: list[Token]) -> None:
    count = 0
    for token in found:
        count += max(len(token.items), len(token.text.split()) if token.kind == "phrase" else 1)
        if count > MAX_TERMS:
            raise _at(token, f"a search takes at most {MAX_TERMS} words and values")


def _phrase(token: Token) -> Phrase:
    words = tuple(token.text.split())
    if not words:
        raise _at(token, "these quotes are empty; put words in, or remove them")
    return Phrase(words)


def _at(token: Token, message: str) -> QueryError:
    return QueryError(message, token.start, token.length)
