"""Definitions made into artifacts and proved, one after the other or several at once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from schemagen.api.definitions import Definition
from schemagen.findings import Finding

if TYPE_CHECKING:
    from schemagen.emitters import Options
    from schemagen.rendering import Artifact

    Proved: TypeAlias = tuple[list[Finding], list[Artifact]]
    Prove: TypeAlias = Callable[[Definition], Proved]


def prove(
    definitions: Sequence[Definition], openapi: Sequence[str], options: Options | None = None, jobs: int = 1
) -> list[Proved]:
    """Of each definition its findings with those of its proof, and its artifacts; a mistaken one has none.

    At most `jobs` processes prove, each a definition at a time, if there are two for each: to begin a process takes as
    long as to prove one or two. The result is the same.

    Raises:
        TemplateError: a template of the user's is wrong.
        LostProcessError: a process was ended from outside.
    """
    begin = functools.partial(_prover, tuple(openapi), options)
    jobs = min(jobs, sum(definition.is_sound for definition in definitions) // 2)
    if jobs < 2:
        return list(map(begin(), definitions))
    from schemagen import processes

    return list(processes.share(begin(), begin, definitions, jobs))


def _prover(openapi: Sequence[str], options: Options | None) -> Prove:
    """What proves a definition in the process that calls this."""
    from schemagen import emitters, verification

    wanted = [name for name in emitters.EMITTERS if not name.startswith("openapi-") or name[8:] in openapi]

    def prove_one(definition: Definition) -> Proved:
        if not definition.is_sound:
            return list(definition.findings), []
        contract = definition.require()
        artifacts = list(emitters.emit(contract, options or emitters.DEFAULTS, wanted))
        proof = [definition.locate(item) for item in verification.prove(contract, artifacts)]
        return [*definition.findings, *proof], artifacts

    return prove_one
