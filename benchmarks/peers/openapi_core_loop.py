"""A plain loop over a recording with openapi-core, which judges whole responses by OpenAPI descriptions.

    python benchmarks/peers/openapi_core_loop.py FILE

The descriptions are in `openapi/` beside FILE. It runs in an environment of its own (openapi-core wants other versions
of libraries than schemagen does) and knows nothing of schemagen.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError


@dataclasses.dataclass(slots=True)
class Request:
    """What openapi-core asks of a request."""

    host_url: str
    path: str
    method: str = "post"
    parameters: RequestParameters = dataclasses.field(default_factory=RequestParameters)
    content_type: str = ""
    body: bytes | None = None


@dataclasses.dataclass(slots=True)
class Response:
    """What openapi-core asks of a response."""

    status_code: int
    data: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = dataclasses.field(default_factory=dict)


def read(file: Path) -> Iterator[tuple[str, int, Any]]:
    """URL, status and body of each exchange."""
    if file.suffix == ".har":
        for entry in json.loads(file.read_bytes())["log"]["entries"]:
            response = entry["response"]
            yield entry["request"]["url"], response["status"], response["content"]["text"]
        return
    with file.open("rb") as lines:
        for line in lines:
            record = json.loads(line)
            response = record.get("response", record)
            body = response["body"] if "body" in response else response["response_body"]
            yield record.get("request", record)["url"], response["status"], body


def main() -> None:
    """The command line."""
    file = Path(sys.argv[1])
    descriptions: dict[str, tuple[str, OpenAPI]] = {}
    for path in sorted((file.parent / "openapi").glob("*.json")):
        data = json.loads(path.read_bytes())
        api = OpenAPI.from_dict(data)
        descriptions |= dict.fromkeys((server["url"] for server in data["servers"]), (path.stem, api))
    counts = {name: {"invalid": 0, "valid": 0} for name, _ in descriptions.values()}
    for url, status, body in read(file):
        if status < 400:
            continue
        cut = url.find("/", 8)
        name, api = descriptions[url[:cut]]
        data = body if isinstance(body, str) else json.dumps(body)
        try:
            api.validate_response(Request(url[:cut], url[cut:]), Response(status, data.encode()))
        except OpenAPIError:
            counts[name]["invalid"] += 1
        else:
            counts[name]["valid"] += 1
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
