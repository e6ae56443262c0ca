"""The files that a recording may name: only regular ones below its own folder, wherever links lead.

A recording is untrusted; what it names is read into a report, so it must not reach the rest of the disk.
"""

from __future__ import annotations

from pathlib import Path

from schemagen.limits import Limits
from schemagen.recordings.fields import BrokenError
from schemagen.recordings.form import Neighbour


def beside(recording: Path, limits: Limits) -> Neighbour:
    """The function that reads neighbours of the file `recording`: at most one byte more than a body may have.

    It is called with a name, the folder below which it is (relative to the recording's own folder, "" for that one),
    and "" or the name of a folder: where the recording lies below such a folder, the nearest one's parent counts as the
    recording's own. It raises BrokenError.
    """
    home = recording.absolute().parent

    def read(name: str, folder: str, within: str) -> bytes:
        above = (parent.parent for parent in (home, *home.parents) if parent.name == within)
        return _read(next(above, home) if within else home, folder, name, limits.body_bytes + 1)

    return read


def _read(home: Path, folder: str, name: str, most: int) -> bytes:
    try:
        allowed = (home / folder).resolve(strict=True)
        path = (allowed / name).resolve(strict=True)
        if not path.is_relative_to(allowed) or not allowed.is_relative_to(home.resolve()):
            raise BrokenError("it is outside of the recording's folder")
        if not path.is_file():
            raise BrokenError("it is no regular file")
        with path.open("rb") as file:
            return file.read(most)
    except (FileNotFoundError, NotADirectoryError):
        raise BrokenError("it is not there") from None
    except (OSError, ValueError, RuntimeError):  # no permission; a NUL in the name; links in a circle
        raise BrokenError("it cannot be read") from None
