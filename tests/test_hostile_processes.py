"""Real processes under hostile conditions: signals, closed pipes, full disks, no permission, files without end, no memory."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from endless import endless

from schemagen.reporters import FORMATS

GOOD = {
    "method": "GET",
    "url": "https://api.telecomx.dk/x",
    "status": 418,
    "headers": {"content-type": "application/json"},
    "body": {"error": {"code": "a", "status": 418}},
}
COMMAND = (sys.executable, "-m", "schemagen")
STOPS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
INTERRUPTED = "interrupted: what was done so far stands\n"
FULL = Path("/dev/full")
SHARES = """
import os, time
from functools import partial
from schemagen import processes

def tasks():
    yield "done-elsewhere"
    time.sleep(600)

list(processes.share(os.mkdir, partial(partial, os.mkdir), tasks(), 2))
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals, pipes and permissions as in POSIX")


@pytest.fixture(autouse=True)
def _recordings(elsewhere: Path) -> None:
    """A recording with one finding, and one that is large enough for several processes."""
    line = json.dumps(GOOD) + "\n"
    (elsewhere / "good.ndjson").write_text(line)
    (elsewhere / "large.ndjson").write_text(line * 40_000)


def begin(*arguments: str, limits: Callable[[], None] = lambda: None) -> subprocess.Popen[str]:
    """A process of the command, the first of a group of its own; `limits` is called in it before it begins."""

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # `nohup` ignores it
        limits()

    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=prepare,
        start_new_session=True,
    )


def done(*arguments: str, limits: Callable[[], None] = lambda: None) -> tuple[int, str, str]:
    """The exit code, standard output and standard error of a process of the command."""
    running = begin(*arguments, limits=limits)
    out, err = running.communicate(timeout=60)
    return running.returncode, out, err


def workers(pid: int) -> list[int]:
    """The processes that take a share of the work of one that has begun them; none where Linux does not say."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = map(int, children.read_text().split()) if children.exists() else ()
    return [child for child in found if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def eventually_gone(processes: list[int]) -> bool:
    """Whether all of them end, within a long time."""
    until = time.monotonic() + 60
    while any(Path(f"/proc/{pid}/exe").exists() for pid in processes) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(Path(f"/proc/{pid}/exe").exists() for pid in processes)


# Signals


@pytest.mark.parametrize(("number", "code"), STOPS)
def test_every_format_says_that_the_run_was_interrupted(number: int, code: int) -> None:
    """All reports of a run that is stopped while it reads are there, parse, and hold what was found."""
    os.mkfifo("endless.ndjson")
    formats = [word for name in FORMATS if name != "text" for word in ("-f", f"{name}=report.{name}")]
    running = begin("validate", "good.ndjson", "endless.ndjson", "-f", "text", *formats)
    with Path("endless.ndjson").open(
        "w"
    ):  # opens when the command does, which has read the first file by then
        time.sleep(0.2)
        running.send_signal(number)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (code, INTERRUPTED)
    texts = {"text": out} | {name: Path(f"report.{name}").read_text() for name in FORMATS if name != "text"}
    assert json.loads(texts["json"])["complete"] is False
    assert json.loads(texts["sarif"])["runs"][0]["invocations"][0]["executionSuccessful"] is False
    assert ET.fromstring(texts["junit"]).tag == "testsuites"
    assert texts["html"].rstrip().endswith("</html>")
    for name, text in texts.items():
        assert name == "json" or "nterrupted" in text, name
        assert name == "coverage" or "418" in text, name


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="only Linux says which processes belong together"
)
@pytest.mark.parametrize(("number", "code"), STOPS)
@pytest.mark.parametrize("seconds", [0, 0.1, 1])
def test_who_stops_the_whole_group_sees_one_line(number: int, code: int, seconds: float) -> None:
    """Ctrl-C reaches the workers, too, at any moment of their lives: no traceback, and none is left behind."""
    with endless("endless.ndjson", json.dumps(GOOD) + "\n"):
        running = begin("validate", "endless.ndjson", "--jobs", "3", "-f", "json")
        while not workers(running.pid):
            time.sleep(0.01)
        time.sleep(seconds)
        begun = workers(running.pid)
        os.killpg(running.pid, number)
        out, err = running.communicate(timeout=60)
    report = json.loads(out)
    assert (running.returncode, err, report["complete"]) == (code, INTERRUPTED, False)
    assert len(report["findings"]) == 2 * min(20, report["counts"]["exchanges"])  # two for each
    assert eventually_gone(begun)


@pytest.mark.parametrize(("number", "code"), STOPS)
def test_a_report_that_is_being_written_is_written_to_its_end(number: int, code: int) -> None:
    """All has been read when the signal comes: the report is the whole one, and the exit code says that one came."""
    os.mkfifo("report.json")
    running = begin("validate", "good.ndjson", "-f", "json=report.json", "-f", "sarif=report.sarif")
    time.sleep(2)  # it waits for somebody to read
    running.send_signal(number)
    time.sleep(0.1)
    assert json.loads(Path("report.json").read_text())["complete"] is True
    _, err = running.communicate(timeout=30)
    assert (running.returncode, err.lstrip()) == (code, INTERRUPTED)
    assert json.loads(Path("report.sarif").read_text())["runs"]


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="only Linux says which processes belong together"
)
def test_a_worker_that_is_killed_costs_only_its_recording() -> None:
    """As the system does for want of memory: one line, exit code 2, and the report of all else."""
    slow = ("--exclude", "path=/nowhere")  # so that it is worth several processes
    running = begin("validate", "large.ndjson", "good.ndjson", *slow, "--jobs", "2", "-f", "json")
    while not (found := workers(running.pid)) and running.poll() is None:
        time.sleep(0.01)
    os.kill(found[0], signal.SIGKILL)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 2
    assert err.startswith("schemagen: large.ndjson: a process that took a share was ended")
    assert err.count("\n") == 1
    assert "good.ndjson" in [item["place"]["source"] for item in json.loads(out)["findings"]]


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="only Linux says which processes belong together"
)
def test_who_is_killed_leaves_no_worker_behind() -> None:
    """It cannot end them any more, and they would wait for another task for ever."""
    running = subprocess.Popen([sys.executable, "-c", SHARES])
    while not Path("done-elsewhere").exists() and running.poll() is None:
        time.sleep(0.01)
    begun = workers(running.pid)
    running.kill()
    running.wait()
    assert begun
    assert eventually_gone(begun)


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="only Linux says which processes belong together"
)
def test_a_prover_that_is_killed_is_one_line() -> None:
    """What was not proved is not reported as sound."""
    running = begin("check", "--jobs", "2")
    while not (found := workers(running.pid)) and running.poll() is None:
        time.sleep(0.01)
    os.kill(found[0], signal.SIGKILL)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (2, "")
    assert err == (
        "schemagen: a process that took a share was ended, perhaps for want of memory; --jobs 1 needs least\n"
    )


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="only Linux says which processes belong together"
)
@pytest.mark.parametrize(("number", "code"), STOPS)
def test_who_stops_all_provers_sees_one_line(number: int, code: int) -> None:
    """As with those that judge: no traceback, and none is left behind."""
    running = begin("check", "--jobs", "2")
    while not workers(running.pid) and running.poll() is None:
        time.sleep(0.01)
    begun = workers(running.pid)
    os.killpg(running.pid, number)
    _, err = running.communicate(timeout=60)
    assert (running.returncode, err.lstrip()) == (code, INTERRUPTED)
    assert eventually_gone(begun)


# Outputs


def test_a_reader_that_has_gone_does_not_change_the_verdict() -> None:
    """`schemagen validate … | head -1` ends as it would have, in silence; so does `normalize`."""
    for command in (("validate", "-f", "json"), ("normalize",)):
        running = begin(*command, "large.ndjson")
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == ""
        assert running.wait(timeout=60) == 0
        running.stderr.close()


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize(
    "command",
    [
        ("validate", "good.ndjson"), ("normalize", "good.ndjson"), ("identify", "good.ndjson"), ("check",), ("list",), ("show", "8x8"),
        ("new",), ("build", "--check"),
    ],
    ids=lambda command: command[0],
)  # fmt: skip
def test_a_full_disk_behind_standard_output_is_one_line(command: tuple[str, ...]) -> None:
    """Whatever the command: exit code 2, so that nothing is taken for written."""
    with FULL.open("w") as full:
        found = subprocess.run([*COMMAND, *command], stdout=full, stderr=subprocess.PIPE, text=True)
    assert found.returncode == 2
    assert "schemagen: standard output: No space left on device\n" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_a_report_that_cannot_be_written_leaves_the_others() -> None:
    """A full disk, a folder in its place: a line for each, exit code 2, and what can be written is."""
    Path("folder").mkdir()
    code, out, err = done("validate", "good.ndjson", "-f", "json=/dev/full", "-f", "sarif=folder", "-f", "text", "-f", "markdown=report.md")  # fmt: skip
    assert code == 2
    assert err.splitlines() == [
        "schemagen: /dev/full: No space left on device",
        "schemagen: folder: Is a directory",
    ]
    assert "undocumented-status" in out
    assert "undocumented-status" in Path("report.md").read_text()
    assert list(Path("folder").iterdir()) == []


@pytest.mark.tools("setpriv")
def test_without_permission_the_old_report_stays() -> None:
    """A folder that is not the user's, and a file below it that is built."""
    root = (
        ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
        if os.geteuid() == 0
        else []
    )
    Path("folder").mkdir()
    Path("folder/report.json").write_text("old")
    Path("folder").chmod(0o555)
    for command in (
        ("validate", "good.ndjson", "-f", "json=folder/report.json"),
        ("build", "-d", "telecomx", "-o", "folder"),
    ):
        found = subprocess.run([*root, *COMMAND, *command], capture_output=True, text=True)
        assert found.returncode == 2
        assert found.stderr.endswith(": Permission denied\n")
        assert found.stderr.count("\n") == 1
    Path("folder").chmod(0o755)
    assert Path("folder/report.json").read_text() == "old"
    assert [path.name for path in Path("folder").iterdir()] == ["report.json"]


@pytest.mark.parametrize(
    ("closed", "code", "line"),
    [
        (0, 2, "schemagen: -: standard input is closed\n"),
        (1, 2, "schemagen: standard output: it is closed\n"),
        (2, 2, ""),
    ],
)
def test_a_stream_may_be_closed(closed: int, code: int, line: str) -> None:
    """As a shell does with `<&-`, `>&-` and `2>&-`."""
    recording = "-" if closed == 0 else "missing.ndjson" if closed == 2 else "good.ndjson"
    found = done("validate", recording, limits=functools.partial(os.close, closed))
    assert found[0] == code
    assert found[2].startswith(line)
    assert "Traceback" not in found[2]


# Inputs


def test_a_file_without_end_is_refused_in_time() -> None:
    """A device, random bytes, zeros: more than may be in a recording, a body, a definition."""
    for command in (
        ("validate", "/dev/zero", "--limit", "recording-bytes=1000000"),
        ("identify", "/dev/zero"),
        ("check", "/dev/urandom"),
    ):
        code, _, err = done(*command)
        assert code == 2
        assert err.startswith(f"schemagen: {command[1]}: more than ")
        assert "Traceback" not in err


def test_what_a_pipe_brings_is_a_recording() -> None:
    """`schemagen validate <(zcat …)` reads it to its end."""
    os.mkfifo("pipe.ndjson")
    running = begin("validate", "pipe.ndjson", "-f", "json")
    Path("pipe.ndjson").write_text(json.dumps(GOOD))
    out, _ = running.communicate(timeout=30)
    assert json.loads(out)["counts"]["checked"] == 1


def test_few_open_files_are_enough() -> None:
    """Twenty, for a folder of a hundred recordings."""
    import resource

    Path("folder").mkdir()
    for number in range(100):
        Path(f"folder/{number}.ndjson").write_text(json.dumps(GOOD))
    code, out, err = done(
        "validate",
        "folder",
        "-f",
        "json",
        limits=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20)),
    )
    assert (code, err) == (0, "")
    assert json.loads(out)["counts"]["checked"] == 100


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited elsewhere by other means")
def test_too_little_memory_costs_only_its_recording() -> None:
    """A recording that cannot be held: one line, exit code 2, and the report of all else."""
    import resource

    with Path("large.har").open("w") as file:
        file.write('{"log": {"entries": [{"response": "')
        file.writelines("x" * 1_000_000 for _ in range(200))
    room = 400 * 1024 * 1024
    code, out, err = done(
        "validate",
        "large.har",
        "good.ndjson",
        "-f",
        "json",
        limits=lambda: resource.setrlimit(resource.RLIMIT_AS, (room, room)),
    )
    assert (code, err) == (2, "schemagen: large.har: not enough memory; --limit lowers what is read\n")
    assert {item["place"]["source"] for item in json.loads(out)["findings"]} == {"good.ndjson"}
