"""The nearest known word, for "did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word of `known` that `word` was probably meant to be, or None.

    Blanks around the word are ignored first, then case, `-` and `_`; last, words at a small edit distance count.
    """
    import difflib

    candidates = sorted(set(known) - {word})
    for fold in (str.strip, _folded):
        for candidate in candidates:
            if fold(candidate) == fold(word):
                return candidate
    by_folded = {_folded(candidate): candidate for candidate in reversed(candidates)}
    close = difflib.get_close_matches(_folded(word)[:200], by_folded, n=1, cutoff=0.7)
    return by_folded[close[0]] if close else None


def _folded(word: str) -> str:
    return word.strip().casefold().replace("-", "").replace("_", "")
