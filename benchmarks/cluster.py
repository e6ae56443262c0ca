"""What a terabyte costs on a cluster: processor time of the workers, by the form of the recording.

    python -m benchmarks.cluster --out /tmp/corpus [--records 60000] [--workers 2]

Starts a cluster of worker processes on this machine. Processor time is that of the workers alone, behind a first share
that warms them up, so it does not matter what else the machine does. The table is the one in docs/cluster.md.
"""

from __future__ import annotations

import argparse
import gzip
import os
import resource
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.corpora import CORPORA, Source, write
from schemagen import api
from schemagen.scale import ranges

KINDS = ("gateway", "objects-2", "texts-2", "objects-20", "objects-100", "har-2")
_RANGE = 8 << 20  # bytes; so that a small corpus has some for each worker
_TERABYTE = 10**12


def main() -> None:
    """The command line."""
    summary = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=summary)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the corpora go")
    parser.add_argument("--records", type=int, default=60_000, metavar="N", help="of each corpus (60000)")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes (2)")
    chosen = parser.parse_args()
    files = list(_corpora(chosen.out, chosen.records))
    from distributed import LocalCluster

    ranges.SIZE = _RANGE
    with LocalCluster(
        n_workers=chosen.workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        warm = chosen.out / "warm.ndjson"
        _measure(cluster, [warm] * 4 * chosen.workers)
        print(
            "| corpus | MB | workers' processor time, s | MB/s a core | core-hours a TB | peak memory, MiB |"
        )
        print("| --- | --- | --- | --- | --- | --- |")
        for file in files:
            print(_row(file, *_measure(cluster, [file])))


def _corpora(folder: Path, records: int) -> Iterable[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    source = Source([definition.require() for definition in api.collect()])
    write(CORPORA["objects-20"], folder / "warm.ndjson", source, 2000)
    for kind in KINDS:
        file = folder / f"{kind}.{CORPORA[kind].suffix}"
        if not file.exists():
            write(CORPORA[kind], file, source, records)
        yield file
    packed = folder / "gateway.ndjson.gz"
    with (folder / "gateway.ndjson").open("rb") as plain, gzip.open(packed, "wb", 6) as out:
        shutil.copyfileobj(plain, out)
    yield packed


def _measure(cluster: Any, files: list[Path]) -> tuple[float, int]:
    """The processor seconds of all workers, and the most memory of one, in bytes."""
    run = api.begin_validation(scheduler=cluster.scheduler_address)
    with cluster.get_client() as client:
        before = client.run(_used)
        problems = [problem for _, problem in run.read_files((str(file), "") for file in files) if problem]
        after = client.run(_used)
    if problems:
        raise SystemExit(str(problems[0]))
    used = sum(after[worker][0] - before[worker][0] for worker in after)
    return used, max(most for _, most in after.values())


def _used() -> tuple[float, int]:
    """On a worker: its processor seconds, and its peak of memory."""
    times = os.times()
    return times.user + times.system, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _row(file: Path, used: float, most: int) -> str:
    size = file.stat().st_size
    hours = used / size * _TERABYTE / 3600
    rate = size / used / 1e6
    return f"| {file.name} | {size / 1e6:.0f} | {used:.1f} | {rate:.1f} | {hours:.1f} | {most >> 20} |"


if __name__ == "__main__":
    main()
