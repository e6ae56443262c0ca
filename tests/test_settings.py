"""`[tool.schemagen]` in pyproject.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemagen import settings
from schemagen.errors import SettingsError
from schemagen.limits import DEFAULTS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    """Writes pyproject.toml."""
    path = folder / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_setting_is_read(folder: Path) -> None:
    """Each key of the table has its place, with `-` where the field has `_`."""
    path = write(
        folder,
        """
        [tool.schemagen]
        definitions = "errors"
        output = "build/errors"
        openapi = ["3.1"]
        schemas = "exact"
        base-uri = "https://example.com/schemas/"
        fail-on = "warning"
        min-checked = 0
        format = ["text", "json=report.json"]
        [tool.schemagen.limits]
        json-depth = 7
        """,
    )
    found = settings.read(path)
    assert found.definitions == "errors"
    assert found.output == "build/errors"
    assert found.openapi == ("3.1",)
    assert found.schemas == "exact"
    assert found.base_uri == "https://example.com/schemas/"
    assert found.fail_on == "warning"
    assert found.min_checked == 0
    assert found.format == ("text", "json=report.json")
    assert found.limits.json_depth == 7
    assert found.limits.yaml_depth == DEFAULTS.yaml_depth


def test_folders_are_below_the_file_that_names_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Called from a folder further down, the settings mean the same folders."""
    write(
        folder, '[tool.schemagen]\ndefinitions = "errors"\nformat = ["text", "text=-", "json=r/report.json"]'
    )
    below = folder / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    path = settings.find(Path())
    assert path == folder.resolve() / "pyproject.toml"
    assert settings.read(path).definitions == "../../errors"
    assert settings.read(path).format == ("text", "text=-", "json=../../r/report.json")


def test_the_nearest_table_counts(folder: Path) -> None:
    """A pyproject.toml without the table does not hide one further up."""
    below = folder / "package"
    below.mkdir()
    write(below, '[project]\nname = "schemagen-user"')
    write(folder, "[tool.schemagen]")
    assert settings.find(below) == folder.resolve() / "pyproject.toml"


def test_a_file_that_is_not_about_us_is_not_read(folder: Path) -> None:
    """A broken pyproject.toml that does not mention schemagen is nobody's mistake here."""
    write(folder, "][ nonsense")
    found = settings.find(folder)
    assert found is None or found.parent != folder.resolve()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('definition = "x"', "[tool.schemagen]: there is no key 'definition'; did you mean 'definitions'?"),
        ("min_checked = 1", "[tool.schemagen]: there is no key 'min_checked'; did you mean 'min-checked'?"),
        ("limits = {jsondepth = 1}", "[tool.schemagen.limits]: there is no key 'jsondepth'; did you mean 'json-depth'?"),
        ('fail-on = "eror"', "[tool.schemagen] fail-on: 'eror' is none of error, warning, note, never; did you mean 'error'?"),
        ('openapi = ["3.1", "3.3"]', "[tool.schemagen] openapi: '3.3' is none of 3.0, 3.1, 3.2"),
        ('schemas = "strict"', "[tool.schemagen] schemas: 'strict' is none of tolerant, exact"),
        ('min-checked = "1"', "[tool.schemagen] min-checked: wants a whole number, not a text"),
        ("min-checked = true", "[tool.schemagen] min-checked: wants a whole number, not true or false"),
        ("min-checked = -1", "[tool.schemagen] min-checked: -1 is below 0"),
        ("openapi = 3.1", "[tool.schemagen] openapi: wants a list, not a decimal number"),
        ("limits = {json-depth = 1.5}", "[tool.schemagen] limits.json-depth: wants a whole number, not a decimal number"),
        ("limits = 3", "[tool.schemagen] limits: wants a table, not a whole number"),
        ("limits = {json-depth = -1}", "[tool.schemagen] limits.json-depth: -1 is below 0"),
        ("definitions = []", "[tool.schemagen] definitions: wants a text, not a list"),
        ("output = 2024-01-01", "[tool.schemagen] output: wants a text, not a date"),
        ("format = [3]", "[tool.schemagen] format: wants a text, not a whole number"),
        ("fail-on = true", "[tool.schemagen] fail-on: wants a text, not true or false"),
        ('base-uri = "schemas"', "[tool.schemagen] base-uri: 'schemas' is no absolute URI such as https://example.com/schemas"),
        ('base-uri = "https://a b"', "[tool.schemagen] base-uri: 'https://a b' is no absolute URI"),
        ('base-uri = "https://a.example#x"', "[tool.schemagen] base-uri: 'https://a.example#x' is no absolute URI"),
        ('"\\u001b[2J" = 1', "[tool.schemagen]: there is no key '\\x1b[2J' (known: "),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_the_key(folder: Path, table: str, message: str) -> None:
    """The message names the file, the key, what was wanted and the nearest word."""
    path = write(folder, f"[tool.schemagen]\n{table}\n")
    with pytest.raises(SettingsError) as caught:
        settings.read(path)
    text = str(caught.value)
    assert text.startswith(f"pyproject.toml: {message}")
    assert "\n" not in text


@pytest.mark.parametrize("text", ["[tool.schemagen", "tool.schemagen = 3", "[tool.schemagen]\nx = '''"])
def test_broken_toml_is_one_line(folder: Path, text: str) -> None:
    """A file that mentions us and cannot be read is named, with the reason."""
    path = write(folder, text)
    with pytest.raises(SettingsError, match=r"^pyproject\.toml: [^\n]+$"):
        settings.read(path)


def test_bytes_that_are_no_text_are_one_line(folder: Path) -> None:
    """TOML is UTF-8."""
    (folder / "pyproject.toml").write_bytes(b"[tool.schemagen]\noutput = '\xff'")
    with pytest.raises(SettingsError, match=r"^pyproject\.toml: .*utf-8"):
        settings.find(folder)


def test_limits_on_the_command_line_win() -> None:
    """`--limit` replaces what it names and nothing else."""
    limits = settings.limited(DEFAULTS, ["json-depth=5", "findings=3", "json-depth=6"])
    assert (limits.json_depth, limits.findings) == (6, 3)
    assert limits.yaml_depth == DEFAULTS.yaml_depth


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ("size=3", "--limit: there is no limit 'size' (known: definition-bytes, "),
        ("jsondepth=3", "--limit: there is no limit 'jsondepth'; did you mean 'json-depth'?"),
        ("json-depth", "--limit json-depth: '' is no whole number (as in json-depth=1000)"),
        ("json-depth=-1", "--limit json-depth: '-1' is no whole number (as in json-depth=1000)"),
        ("json-depth=٣", "--limit json-depth: '٣' is no whole number (as in json-depth=1000)"),
    ],
)
def test_a_wrong_limit_is_one_line(pair: str, message: str) -> None:
    """The message names the limit and how to write it."""
    with pytest.raises(SettingsError) as caught:
        settings.limited(DEFAULTS, [pair])
    assert str(caught.value).startswith(message)
