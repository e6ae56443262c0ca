"""Documented examples, named so that they can be components."""

from __future__ import annotations

from collections import Counter

from schemagen import contract, statuses
from schemagen.model import ErrorFormat


def compile_examples(form: ErrorFormat) -> tuple[contract.Example, ...]:
    """The examples in their order; the second one of a status is `NotFound2`."""
    counts: Counter[str] = Counter()
    examples = []
    for example in form.examples:
        word = statuses.component_name(str(example.status))
        counts[word] += 1
        examples.append(
            contract.Example(
                name=f"{word}{counts[word]}",
                status=example.status,
                shows="broken" if example.broken else "drift" if example.drift else "good",
                body=example.body,
                text=example.text,
                title=example.title,
                headers=example.headers,
                media=example.media,
                reason=example.broken or example.drift or "",
                origin=example.origin,
            )
        )
    return tuple(examples)
