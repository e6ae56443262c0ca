"""Sample responses of a definition, as values and as exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from schemagen import sampling, saving
from schemagen.api.definitions import Name, find, read
from schemagen.contract import Contract
from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.limits import DEFAULTS, Limits
from schemagen.sampling import Sample, Shows

__all__ = ["Sample", "Shows", "as_exchange", "as_record", "make"]


def make(
    definition: Name | Contract,
    *,
    status: int | None = None,
    code: str | None = None,
    seed: int = 0,
    shows: Shows = "good",
    folder: Name | None = None,
    limits: Limits = DEFAULTS,
) -> Iterator[tuple[Contract, Sample]]:
    """Samples of a definition without end, each with its contract; see `sampling.samples`.

    Raises:
        DefinitionError: the definition has mistakes.
        SampleError: it has no such status or code, or no such sample could be made.
        SchemagenError: there is no such definition, or it cannot be read.
    """
    contract = definition if isinstance(definition, Contract) else _load(definition, folder, limits)
    for sample in sampling.samples(contract, status=status, code=code, seed=seed, shows=shows):
        yield contract, sample


def _load(definition: Name, folder: Name | None, limits: Limits) -> Contract:
    return read(find(definition, folder, limits), limits, contract_only=True).require()


def as_exchange(
    contract: Contract, sample: Sample, *, method: str = "GET", path: str = "/sample"
) -> Exchange:
    """The sample as the response to a request to the first of the API's servers."""
    server = contract.servers[0] if contract.servers else f"https://{contract.id}.example"
    body = orjson.dumps(sample.body) if sample.has_body else b""
    headers = tuple((name.lower(), value) for name, value in sample.headers)
    return Exchange(
        Origin("sample"), Response(sample.status, headers, body), Request(method, server.rstrip("/") + path)
    )


def as_record(contract: Contract, sample: Sample) -> dict[str, Any]:
    """The sample as a line of NDJSON that `validate` reads."""
    return saving.record(as_exchange(contract, sample))
