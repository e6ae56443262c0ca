"""`[tool.schemagen]` in pyproject.toml: what a project says once instead of on every command line.

An option on the command line wins over the setting of the same name. Nothing here knows what a setting does.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from schemagen.display import shown
from schemagen.errors import SettingsError
from schemagen.limits import DEFAULTS, Limits
from schemagen.nearest import nearest
from schemagen.rules import FailOn

OpenAPI: TypeAlias = Literal["3.0", "3.1", "3.2"]
Variant: TypeAlias = Literal["tolerant", "exact"]
Target: TypeAlias = Literal["markdown", "html", "site"]

FAIL_ON: tuple[FailOn, ...] = get_args(FailOn)
OPENAPI: tuple[OpenAPI, ...] = get_args(OpenAPI)
VARIANTS: tuple[Variant, ...] = get_args(Variant)
TARGETS: tuple[Target, ...] = get_args(Target)

_FILE = "pyproject.toml"
_URI = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*:[^\s#?<>"{}|\\^`]+""")  # RFC 3986, absolute, without a query
_WORDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a decimal number",
    "bool": "true or false",
    "list": "a list",
    "dict": "a table",
    "datetime": "a time",
    "date": "a date",
    "time": "a time",
}
# By the types of the fields of Settings, as they are written there.
_CHOICES: dict[str, tuple[str, ...]] = {
    "FailOn": FAIL_ON,
    "OpenAPI": OPENAPI,
    "Variant": VARIANTS,
    "Target": TARGETS,
}
_TYPES = {"int": "int", "bool": "bool", "Limits": "dict"}  # any other is a text


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """What is set; names in the file have `-` for `_`.

    `definitions` is a folder of definitions, `output` the folder that `build` writes and `baseline` a file of accepted
    findings, all below the folder of the file that names them, as the files of `format` are, which are reports as
    `--format` takes them. `site` is the folder that `docs` writes, in the form `docs`; `templates` is a folder of templates
    for pages. `base_uri` is what every `$id` begins with. `only` and `exclude` are terms as `filters` reads them.
    """

    definitions: str | None = None
    output: str = "output"
    openapi: tuple[OpenAPI, ...] = OPENAPI
    schemas: Variant = "tolerant"
    base_uri: str | None = None
    site: str = "site"
    docs: Target = "site"
    templates: str | None = None
    fail_on: FailOn = "error"
    min_checked: int = 1
    max_findings: int = 1000
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    baseline: str | None = None
    no_values: bool = False
    jobs: int | None = None
    format: tuple[str, ...] = ("text",)
    limits: Limits = DEFAULTS


def find(start: Path) -> Path | None:
    """The nearest pyproject.toml at or above the folder `start` that has a table `[tool.schemagen]`.

    Raises:
        SettingsError: one that mentions us cannot be read, or is not TOML.
    """
    folder = start.resolve()
    candidates = (parent / _FILE for parent in (folder, *folder.parents))
    return next((path for path in candidates if path.is_file() and _table(path) is not None), None)


def read(path: Path) -> Settings:
    """The settings in the file `path`; its folders and files become relative to the current folder.

    Raises:
        SettingsError: the file cannot be read, or a key or a value is not what can be set. The message is one line
            with the key and the nearest known word.
    """
    name = shown(_relative(path))
    table = _table(path)
    if table is None:
        return Settings()
    _refuse_unknown(table, _names(Settings), f"{name}: [tool.schemagen]")
    if isinstance(table.get("limits"), dict):
        _refuse_unknown(table["limits"], _names(Limits), f"{name}: [tool.schemagen.limits]")
    settings = _converted(table, path)
    folder = path.parent
    return dataclasses.replace(
        settings,
        definitions=settings.definitions and _relative(folder / settings.definitions),
        output=_relative(folder / settings.output),
        site=_relative(folder / settings.site),
        templates=settings.templates and _relative(folder / settings.templates),
        baseline=settings.baseline and _relative(folder / settings.baseline),
        format=tuple(_report_below(folder, text) for text in settings.format),
    )


def mistake(path: Path, key: str, problem: str) -> SettingsError:
    """What to raise where the value of `key` in the file `path` cannot be used; `problem` is safe to show."""
    return SettingsError(f"{shown(_relative(path))}: [tool.schemagen] {key}: {problem}")


def definitions_folder(path: Path, settings: Settings) -> str | None:
    """The folder of definitions that the file `path` sets.

    Raises:
        SettingsError: there is no such folder.
    """
    folder = settings.definitions
    if folder is not None and not Path(folder).is_dir():
        hint = f"schemagen new {shown(Path(folder).as_posix())}/acme.yaml makes it"
        raise mistake(path, "definitions", f"there is no folder {_quoted(folder)}; {hint}")
    return folder


def limit_names() -> tuple[str, ...]:
    """The beginnings of what `limited` takes, as in `json-depth=`."""
    return tuple(f"{name}=" for name in _names(Limits))


def limited(limits: Limits, pairs: Iterable[str]) -> Limits:
    """`limits` with those named in `pairs` (each `NAME=VALUE`, as `--limit` takes them) replaced.

    Raises:
        SettingsError: there is no such limit, or the value is no whole number from 0.
    """
    known = _names(Limits)
    changed: dict[str, int] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        _refuse_unknown({name: value}, known, "--limit", "limit")
        if not (value.isascii() and value.isdigit() and len(value) < 19):
            raise SettingsError(f"--limit {name}: {_quoted(value)} is no whole number (as in {name}=1000)")
        changed[name.replace("-", "_")] = int(value)
    return dataclasses.replace(limits, **changed)


def _table(path: Path) -> dict[str, Any] | None:
    name = shown(_relative(path))
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise SettingsError(f"{name}: {problem.strerror}") from problem
    if b"schemagen" not in data:
        return None
    try:
        tool = _parsed(data).get("tool", {})
    except (ValueError, RecursionError) as problem:  # no TOML, or no UTF-8
        raise SettingsError(f"{name}: {shown(str(problem), 200)}") from problem
    table = tool.get("schemagen") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{name}: tool.schemagen is no table; write [tool.schemagen]")
    return table


@functools.lru_cache(maxsize=1)
def _parsed(data: bytes) -> dict[str, Any]:
    """The TOML; a start looks at the file twice, to find it and to read it."""
    import tomllib

    return tomllib.loads(data.decode())


def _converted(table: dict[str, Any], path: Path) -> Settings:
    settings = Settings(**_values(Settings, table, path))
    limits = {f"limits.{name}": number for name, number in dataclasses.asdict(settings.limits).items()}
    for key, number in {"max-findings": settings.max_findings, "jobs": settings.jobs or 1}.items():
        if number < 1:
            raise mistake(path, key, f"{number} is below 1")
    for key, number in {"min-checked": settings.min_checked, **limits}.items():
        if number < 0:
            raise mistake(path, key.replace("_", "-"), f"{number} is below 0")
    if settings.base_uri is not None and not _URI.fullmatch(settings.base_uri):
        raise mistake(
            path,
            "base-uri",
            f"{_quoted(settings.base_uri)} is no absolute URI such as https://example.com/schemas",
        )
    return settings


def _values(kind: type[Settings] | type[Limits], table: dict[str, Any], path: Path, under: str = "") -> Any:
    """What the table says, by the names of the fields of `kind`, each of the type that its field has."""
    wanted = {field.name: str(field.type) for field in dataclasses.fields(kind)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        each = wanted[name].removeprefix("tuple[").partition(",")[0].partition(" |")[0]
        is_list = wanted[name].startswith("tuple[")
        if is_list and not isinstance(value, list):
            raise mistake(path, under + key, f"wants a list, not {_WORDS[type(value).__name__]}")
        for item in value if is_list else [value]:
            _check_type(item, each, under + key, path)
        values[name] = tuple(value) if is_list else value
        if each == "Limits":
            values[name] = Limits(**_values(Limits, value, path, f"{key}."))
    return values


def _check_type(value: Any, wanted: str, key: str, path: Path) -> None:
    choices = _CHOICES.get(wanted, ())
    type_name = _TYPES.get(wanted, "str")
    if type(value).__name__ != type_name:
        raise mistake(path, key, f"wants {_WORDS[type_name]}, not {_WORDS[type(value).__name__]}")
    if choices and value not in choices:
        told = f"{_quoted(value)} is none of {', '.join(choices)}{_suggestion(value, choices)}"
        raise mistake(path, key, told)


def _refuse_unknown(table: dict[str, Any], known: tuple[str, ...], where: str, what: str = "key") -> None:
    for key in table:
        if key not in known:
            hint = _suggestion(key, known) or f" (known: {', '.join(known)})"
            raise SettingsError(f"{where}: there is no {what} {_quoted(key)}{hint}")


def _suggestion(word: str, known: Iterable[str]) -> str:
    close = nearest(word, known)
    return f"; did you mean '{close}'?" if close else ""


def _names(kind: type[Settings] | type[Limits]) -> tuple[str, ...]:
    return tuple(field.name.replace("_", "-") for field in dataclasses.fields(kind))


def _quoted(text: str) -> str:
    return f"'{shown(text, 60)}'"


def _report_below(folder: Path, text: str) -> str:
    name, sign, file = text.partition("=")
    return f"{name}={_relative(folder / file)}" if file and file != "-" else name + sign + file


def _relative(path: Path) -> str:
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)
