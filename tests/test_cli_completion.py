"""What the shell is offered."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def offered(words: str) -> list[str]:
    """What bash is given for a line that ends where the cursor is."""
    env = {
        **os.environ,
        "_SCHEMAGEN_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    done = subprocess.run([sys.executable, "-m", "schemagen"], env=env, capture_output=True, text=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("schemagen check -f js", ["plain,json"]),
        ("schemagen list --limit json", ["plain,json-depth="]),
        ("schemagen validate --recording-format nd", ["plain,ndjson"]),
        ("schemagen build --openapi 3.", ["plain,3.0", "plain,3.1", "plain,3.2"]),
        ("schemagen show telecomx cod", ["plain,codes"]),
        ("schemagen explain build/mis", ["plain,build/missing"]),
        ("schemagen list --definitions s", ["dir,s"]),
        ("schemagen build -o out", ["dir,out"]),
        ("schemagen new --from b", ["file,b"]),
        ("schemagen validate rec", ["file,rec"]),
        ("schemagen check tele", ["plain,telecomx", "file,tele"]),
        ("schemagen show ./own/ac", ["file,./own/ac"]),
        ("schemagen identify -d tang", ["plain,tangoe", "file,tang"]),
    ],
)
def test_what_is_fixed_is_offered_and_files_where_they_may_be(
    elsewhere: Path, words: str, wanted: list[str]
) -> None:
    """Words of options, ids beside files, folders where one is wanted."""
    assert offered(words) == wanted


def test_settings_that_are_wrong_offer_files_only(elsewhere: Path) -> None:
    """A completion never complains."""
    (elsewhere / "pyproject.toml").write_text("[tool.schemagen]\nnonsense = 1\n")
    assert offered("schemagen check tele") == ["file,tele"]
