"""The library of schemagen on one core, which prints the counts of verdicts; no report is made.

    python benchmarks/peers/verdicts.py FILE

An invalid record of the corpora has exactly one error.
"""

from __future__ import annotations

import collections
import json
import sys

from schemagen import api
from schemagen.findings import Severity


def main() -> None:
    """The command line."""
    run = api.begin_validation(jobs=1)
    run.read_file(sys.argv[1])
    tally = run.found.tally
    invalid: collections.Counter[str] = collections.Counter()
    for (severity, _, definition, *_), kept in tally.kept.items():
        invalid[definition] += kept.count if -severity == Severity.ERROR else 0
    judged: collections.Counter[str] = collections.Counter()
    for (definition, _), count in tally.matches.items():
        judged[definition] += count
    counts = {name: {"valid": judged[name] - invalid[name], "invalid": invalid[name]} for name in judged}
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
