"""A real Dask cluster of several processes on this machine gives the report of one process, whatever happens to it."""

from __future__ import annotations

import gzip
import io
import json
import logging
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from schemagen import api
from schemagen.cli.progress import Progress
from schemagen.errors import ClusterError, InputError
from schemagen.judging import Judge
from schemagen.reporters import Look, render
from schemagen.scale import cluster, ranges

Run = Callable[..., Any]

ROOT = Path(__file__).parents[1]
NDJSON = (ROOT / "docs/demo/responses.ndjson").read_bytes()
HAR = (ROOT / "docs/demo/telecom.har").read_bytes()
NOBODY = "tcp://127.0.0.1:1"

pytestmark = [pytest.mark.tools, pytest.mark.filterwarnings("ignore")]


def started(workers: int) -> Any:
    """A cluster of so many processes; one that is killed is replaced."""
    distributed = pytest.importorskip("distributed")
    return distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        worker_dashboard_address=None,
        silence_logs=60,
    )


@pytest.fixture(scope="module")
def three() -> Iterator[Any]:
    """A cluster of three processes."""
    with started(3) as cluster:
        yield cluster


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges of some kilobytes."""
    monkeypatch.setattr(ranges, "SIZE", 5000)


def validated(names: list[str], **options: Any) -> str:
    """The report on recordings, as JSON, and what could not be read."""
    run = api.begin_validation(**options)
    files = [found for name in names for found in api.list_files(name)]
    problems = [str(problem) for _, problem in run.read_files(files) if problem]
    text = render("json", run.report(), Look())
    return f"{text}{run.found.unusable}{len(problems)}"


def write_mixture(folder: Path) -> None:
    """A folder of recordings of all kinds, some of them damaged, and of other files."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.har", HAR)
    packed = gzip.compress(NDJSON * 30)
    for name, data in {
        "many.ndjson": NDJSON * 30,
        "more.ndjson": NDJSON * 5 + b'{"status": 404, "bo\n' + NDJSON * 5 + b'{"status": 404, "bo',
        "packed.ndjson.gz": packed,
        "cut.ndjson.gz": packed[:-300],
        "a.har": HAR,
        "cut.har": HAR[:12000],
        "a.zip": archive.getvalue(),
        "notes.txt": b"hello",
        "broken.har": b'{"log": {"entries": [{"response": {}}]}}',
        "empty": b"",
        "below/cassette.yaml": b"interactions: [{request: {}, response: {}}]\nversion: 1\n",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)


def test_a_cluster_gives_the_report_of_one_process(
    three: Any, small: None, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ranges, packed files, archives, damaged files, a folder of everything, and a URL, to the byte."""
    write_mixture(elsewhere)
    names = ["many.ndjson", str(elsewhere), "*.har", f"file://{elsewhere}/*.ndjson*", "many.ndjson", "nope"]
    assert validated(names, scheduler=three.scheduler_address) == validated(names)


def test_a_worker_that_is_killed_loses_nothing(three: Any, small: None, elsewhere: Path) -> None:
    """What it had, finished or not, is judged by others, and is counted once."""
    write_mixture(elsewhere)
    Path("large.ndjson").write_bytes(NDJSON * 150)
    names = ["large.ndjson", str(elsewhere)]
    killed: list[int] = []

    def kill(responses: int) -> None:
        if not killed:
            killed.append(next(iter(three.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    assert validated(names, scheduler=three.scheduler_address, watch=kill) == validated(names)
    assert killed


def test_the_command_says_the_same(three: Any, small: None, elsewhere: Path, run: Run) -> None:
    """Reports, totals and exit codes; a limit, a filter and a named definition hold on the workers, too."""
    write_mixture(elsewhere)
    here = [
        "validate",
        ".",
        "-d",
        "telecomx",
        "--exclude",
        "status=401",
        "--limit",
        "body-bytes=90",
        "--no-values",
    ]
    alone, together = run(*here), run(*here, "--scheduler", three.scheduler_address)
    assert (together.code, together.out) == (alone.code, alone.out)
    assert together.err == alone.err


def test_progress_is_told(
    three: Any, small: None, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """Of each share as it is taken, and of each file when all of it was."""
    Path("a.ndjson").write_bytes(NDJSON * 30)
    ticks: list[int] = []
    files: list[str] = []
    monkeypatch.setattr(Progress, "tick", lambda _, responses: ticks.append(responses))
    monkeypatch.setattr(Progress, "finish", lambda _, file: files.append(file))
    run("validate", "a.ndjson", "--scheduler", three.scheduler_address)
    assert len(ticks) > 5
    assert sum(ticks) == 30 * len(NDJSON.splitlines())
    assert files == [str(elsewhere / "a.ndjson")]


def test_who_interrupts_gets_what_is_there(
    three: Any, small: None, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """The report says that it is not complete, and the cluster has nothing more to do for us."""
    Path("a.ndjson").write_bytes(NDJSON * 60)

    def stop(_: Progress, responses: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "tick", stop)
    found = run("validate", "a.ndjson", "a.ndjson", "-f", "json", "--scheduler", three.scheduler_address)
    assert found.code == 130
    assert found.json["complete"] is False
    with three.get_client() as client:
        client.run_on_scheduler(_wait_until_idle)


async def _wait_until_idle(dask_scheduler: Any) -> None:
    import asyncio

    for _ in range(100):
        if not dask_scheduler.tasks:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(list(dask_scheduler.tasks))


def _echo(share: Any, _: object) -> Any:
    return share


def judged(address: str, work: Callable[[Any, Any], Any], shares: list[Any]) -> list[Any]:
    """What comes of shares on a cluster."""
    with cluster.connect(address) as connected:
        return [found for _, found in connected.judge(work, shares, Judge(()))]


def test_a_share_that_fails_for_good_is_one_line(three: Any) -> None:
    """It is tried again before; the others are not concerned."""

    def work(share: str, judge: object) -> str:
        if share == "b":
            raise ValueError("password=hush\nno use")
        return share.upper()

    first, second, third = judged(three.scheduler_address, work, ["a", "b", "c"])
    assert (first, third) == ("A", "C")
    assert isinstance(second, InputError)
    assert str(second) == "b: ValueError: password=[redacted]"


def test_a_share_that_fails_once_is_tried_again(three: Any, tmp_path: Path) -> None:
    """A network has its moments."""

    def work(share: str, judge: object) -> str:
        from pathlib import Path

        if not Path(share).exists():
            Path(share).touch()
            raise OSError("reset by peer")
        return "read"

    assert judged(three.scheduler_address, work, [str(tmp_path / "tried")]) == ["read"]


def test_outcomes_come_in_the_order_of_the_shares(three: Any) -> None:
    """The first one may be the slowest."""

    def work(share: int, judge: object) -> int:
        import time

        time.sleep(0.3 if share == 0 else 0)
        return share

    assert judged(three.scheduler_address, work, list(range(60))) == list(range(60))


def test_shares_are_asked_for_as_they_are_needed(three: Any) -> None:
    """A list of a million files is not in the memory of the scheduler."""
    asked: list[int] = []

    def shares() -> Iterator[int]:
        for share in range(1000):
            asked.append(share)
            yield share

    with cluster.connect(three.scheduler_address) as connected:
        found = connected.judge(_echo, shares(), Judge(()))
        assert next(found)[1] == 0
        assert len(asked) < 100
        found.close()  # type: ignore[attr-defined]


def test_a_worker_that_is_always_lost_is_one_line() -> None:
    """It says what may help."""
    distributed = pytest.importorskip("distributed")
    lost = distributed.KilledWorker("x", None, 3)
    assert "needs more memory" in cluster.Cluster(distributed, None, "x")._explain(lost)


def test_what_the_cluster_logs_is_no_report(three: Any) -> None:
    """Only while we use it: what a program has set for its own stays."""
    log = logging.getLogger("distributed.client")
    before = log.level
    with cluster.connect(three.scheduler_address):
        assert not log.isEnabledFor(logging.CRITICAL)
    assert log.level == before


# What cannot be reached


@pytest.mark.parametrize("address", [NOBODY, "127.0.0.1:1", "nope://x:1", "127.0.0.1", "x\x1b[2J"])
def test_a_wrong_address_is_one_line(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, run: Run, address: str
) -> None:
    """With the exit code of what could not be done."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "_CONNECTING", 0.5)
    Path("a.ndjson").write_bytes(NDJSON)
    found = run("validate", "a.ndjson", "--scheduler", address)
    assert found.code == 2
    assert found.err.count("\n") == 1
    assert ": no scheduler there: " in found.err
    assert "\x1b" not in found.err


def test_without_the_package_one_line_says_so(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """With what to install."""
    monkeypatch.setattr(cluster.importlib.util, "find_spec", lambda _: None)
    found = run("validate", str(ROOT / "docs/demo/telecom.har"), "--scheduler", NOBODY)
    assert found.code == 2
    assert found.err == "schemagen: --scheduler needs the package distributed: pip install distributed\n"


def test_standard_input_is_not_sent(run: Run) -> None:
    """No worker could read it."""
    found = run("validate", "-", "--scheduler", NOBODY, stdin=NDJSON)
    assert found.code == 2
    assert "a cluster cannot read standard input" in found.err


def test_other_versions_are_refused(three: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """They could judge otherwise; a worker that comes later is asked, too."""
    distributed = pytest.importorskip("distributed")
    with monkeypatch.context() as patch:
        patch.setattr(cluster, "__version__", "0.0.1")
        (found,) = judged(three.scheduler_address, _echo, ["a"])
        assert "not 0.0.1" in str(found)
    real = distributed.Client.get_versions

    def versions(client: Any, **options: Any) -> Any:
        found = real(client, **options)
        next(iter(found["workers"].values()))["packages"]["schemagen"] = there
        return found

    monkeypatch.setattr(distributed.Client, "get_versions", versions)
    for there, said in (("0.0.1", "has schemagen 0.0.1; here is "), (None, "has no schemagen; here is ")):  # noqa: B007
        with pytest.raises(ClusterError, match=said):
            judged(three.scheduler_address, _echo, ["a"])


def test_a_cluster_without_workers_is_one_line(
    monkeypatch: pytest.MonkeyPatch, elsewhere: Path, run: Run
) -> None:
    """Nobody waits for ever."""
    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    Path("a.ndjson").write_bytes(NDJSON)
    with started(0) as empty:
        found = run("validate", "a.ndjson", "--scheduler", empty.scheduler_address)
    assert found.code == 2
    assert found.err == f"schemagen: {empty.scheduler_address}: there is no worker, after 0.5 seconds\n"


def test_a_scheduler_that_goes_away_leaves_what_was_judged(
    monkeypatch: pytest.MonkeyPatch, small: None, elsewhere: Path, run: Run
) -> None:
    """The report has it, and says that it is not complete."""
    monkeypatch.setattr(cluster, "_CONNECTING", 0.5)
    Path("a.ndjson").write_bytes(NDJSON * 100)
    with started(1) as alone:
        monkeypatch.setattr(Progress, "tick", lambda *_: alone.close())
        found = run("validate", "a.ndjson", "-f", "json", "--scheduler", alone.scheduler_address)
    assert found.code == 2
    assert found.err == f"schemagen: {alone.scheduler_address}: the scheduler is gone\n"
    report = json.loads(found.out)
    assert report["complete"] is False
    assert 0 < report["counts"]["exchanges"] < 100 * len(NDJSON.splitlines())


def test_what_is_no_address_is_one_line(elsewhere: Path) -> None:
    """Also of the process that ends: what did not come to be is closed."""
    pytest.importorskip("distributed")
    Path("a.ndjson").write_bytes(NDJSON)
    command = [sys.executable, "-m", "schemagen", "validate", "a.ndjson", "-q", "--scheduler", "nothing"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert found.returncode == 2
    assert (
        found.stderr == "schemagen: nothing: no scheduler there: missing port number in address 'nothing'\n"
    )
