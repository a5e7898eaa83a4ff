from __future__ import annotations

from hypothesis import given, strategies as st

from imagelab.domain.diffs import Piece, in_words, param_diff, word_diff

TEXT = st.text(st.sampled_from("ab, \n日é"), max_size=30)


def kept(pieces: tuple[Piece, ...], *kinds: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


@given(TEXT, TEXT)
def test_both_texts_are_in_it_to_the_letter(before: str, after: str) -> None:
    pieces = word_diff(before, after)

    assert kept(pieces, "same", "gone") == before
    assert kept(pieces, "same", "new") == after


@given(TEXT)
def test_equal_texts_are_one_piece(text: str) -> None:
    assert word_diff(text, text) == ((Piece("same", text),) if text else ())


def test_words_change_whole() -> None:
    assert in_words(word_diff("a painting of a fox", "a painted fox")) == (
        "a [-painting of a-]{+painted+} fox"
    )


def test_the_mock_s_own_words() -> None:
    before = "A fox reading a book in a sunlit forest clearing, oil painting"
    after = "A fox reading a book in a sunlit forest clearing, with a brass lamp, flat vector"

    assert in_words(word_diff(before, after)).startswith("A fox reading a book in a sunlit forest")


def test_very_long_texts_are_compared_at_their_ends_alone() -> None:
    before, after = "start " + "a b " * 4000 + "end", "start " + "c d " * 4000 + "end"

    assert [piece.kind for piece in word_diff(before, after)] == ["same", "gone", "new", "same"]


def test_what_changed_comes_first_and_the_same_is_told() -> None:
    changes = param_diff(
        {"size": "1024x1024", "quality": "low"}, {"size": "1024x1024", "format": "png"}
    )

    assert [(c.name, c.before, c.after, c.same) for c in changes] == [
        ("format", None, "png", False),
        ("quality", "low", None, False),
        ("size", "1024x1024", "1024x1024", True),
    ]


def test_true_is_not_one() -> None:
    assert [change.same for change in param_diff({"n": 1}, {"n": True})] == [False]
