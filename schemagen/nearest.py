"""The nearest known word, for "did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable

_COMPARED = 200  # characters


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word of `known` that `word` was probably meant to be, or None.

    Blanks around the word are ignored first, then case, `-` and `_`; last, words at a small edit distance count. Of
    candidates that are equal so, the one is taken that is most like the word as it is written.
    """
    import difflib

    candidates = sorted(set(known) - {word})
    for fold in (str.strip, _folded):
        same = [candidate for candidate in candidates if fold(candidate) == fold(word)]
        if same:
            return _most_alike(word, same)
    folded = dict.fromkeys(_folded(candidate) for candidate in candidates)
    close = difflib.get_close_matches(_folded(word)[:_COMPARED], folded, n=1, cutoff=0.7)
    return _most_alike(word, [one for one in candidates if _folded(one) == close[0]]) if close else None


def _most_alike(word: str, candidates: list[str]) -> str:
    """Of words that differ in case, `-` and `_` only, the one that differs least from `word`."""
    import difflib

    return difflib.get_close_matches(word[:_COMPARED], candidates, n=1, cutoff=0)[0]


def _folded(word: str) -> str:
    return word.strip().casefold().replace("-", "").replace("_", "")
