"""Starts a command and prints what it took: seconds, seconds of the processor, the peak in KiB, the exit code.

    python -I -S launch.py CORE|all TIMEOUT OUTPUT COMPLAINTS COMMAND…

A child's peak begins with what its parent had when it was started, so the parent must be as small as can be: this
imports nothing that Python has not imported anyway.
"""

import os
import signal
import sys
import time


def main() -> None:
    """The command line."""
    core, timeout, output, complaints, *command = sys.argv[1:]
    if core != "all":
        os.sched_setaffinity(0, {int(core)})
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    streams = [
        (os.POSIX_SPAWN_OPEN, stream, file, flags, 0o600) for stream, file in ((1, output), (2, complaints))
    ]
    begin = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=streams, setpgroup=0)
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(child, signal.SIGKILL))
    signal.alarm(int(timeout))
    _, status, used = os.wait4(child, 0)
    seconds = time.perf_counter() - begin
    cpu = used.ru_utime + used.ru_stime
    print(seconds, cpu, used.ru_maxrss, os.waitstatus_to_exitcode(status))


main()
