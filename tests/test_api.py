"""The library: what `import schemagen` gives."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

import schemagen
from schemagen import api, emitters, reference, settings
from schemagen.errors import DefinitionError, InputError, SchemagenError, UnknownDefinitionError
from schemagen.exchanges import Exchange, Origin, Request, Response

EXPIRED = b'{"error": {"code": "expired", "message": "Session has expired, please login", "status": 401}}'
JSON = (("content-type", "application/json"),)


def answered(body: bytes = EXPIRED, status: int = 401, url: str = "https://api.telecomx.dk/x") -> Exchange:
    """A response of one's own."""
    return Exchange(Origin("test"), Response(status, JSON, body), Request("GET", url))


def broken(folder: Path, name: str = "broken") -> Path:
    """A definition with two mistakes."""
    path = folder / f"{name}.yaml"
    path.write_text(
        f"schemagen: 1\nid: {name}\ntitle: Broken\nsource: here\nbody:\n  code: strin\n  text: strng\n"
    )
    return path


def test_every_public_name_is_there_and_documented() -> None:
    """Each is imported when it is first used, and says what it is."""
    for name in schemagen.__all__:
        value = getattr(schemagen, name)
        assert name == "__version__" or value.__doc__, name
        assert name in dir(schemagen)


def test_public_names_are_those_of_the_modules_they_come_from() -> None:
    """Laziness makes no copies."""
    for name, module in schemagen._MODULES.items():
        assert getattr(schemagen, name) is getattr(importlib.import_module(f"schemagen.{module}"), name)
    assert set(schemagen._MODULES) == set(schemagen.__all__) - {"__version__"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As for any module."""
    with pytest.raises(AttributeError, match="module 'schemagen' has no attribute 'lod'"):
        schemagen.lod  # noqa: B018


def test_load_takes_an_id_or_a_file() -> None:
    """Shipped definitions by id, others by their path."""
    by_id = schemagen.load("telecomx")
    by_file = schemagen.load(Path(__file__).parents[1] / "specs" / "telecomx.yaml")
    assert by_id.id == by_file.id == "telecomx"
    assert by_id.tolerant == by_file.tolerant


def test_load_raises_with_all_mistakes_and_their_lines(tmp_path: Path) -> None:
    """A definition with mistakes is no contract; the findings say why."""
    with pytest.raises(DefinitionError, match="mistakes in ") as caught:
        schemagen.load(broken(tmp_path))
    assert [item.place.line for item in caught.value.findings] == [6, 7]


def test_load_knows_the_nearest_id() -> None:
    """Every exception is of one family."""
    with pytest.raises(UnknownDefinitionError, match="did you mean 'telecomx'"):
        schemagen.load("telecom-x")
    assert issubclass(UnknownDefinitionError, SchemagenError)


def test_check_reports_mistakes_as_findings(tmp_path: Path) -> None:
    """Nothing is raised for what a user wrote."""
    broken(tmp_path)
    report = schemagen.check(folder=tmp_path)
    assert report.counts.inputs == 1
    assert [item.place.column for item in report.findings] == [9, 9]


def test_build_and_compare(tmp_path: Path) -> None:
    """What was written is what would be written."""
    assert schemagen.build(tmp_path / "out", ["tangoe"]).findings == ()
    assert schemagen.build(tmp_path / "out", ["tangoe"], write=False).findings == ()
    (tmp_path / "out" / "tangoe" / "codes.json").unlink()
    (finding,) = schemagen.build(tmp_path / "out", ["tangoe"], write=False).findings
    assert finding.rule.code == "build/missing"


def test_validate_takes_files_and_exchanges(tmp_path: Path) -> None:
    """Both in one run, each counted."""
    path = tmp_path / "body.json"
    path.write_bytes(EXPIRED)
    report = schemagen.validate([path, answered(), answered(status=404)], status=401)
    assert (report.counts.inputs, report.counts.exchanges, report.counts.checked) == (1, 3, 3)
    assert {(match.definition, match.evidence) for match in report.matches} == {
        ("telecomx", "body"),
        ("telecomx", "server"),
    }
    assert {item.rule.code for item in report.findings} == {"response/body-status"}


def test_validate_takes_contracts_ids_and_files(tmp_path: Path) -> None:
    """A contract that was loaded once serves many runs; another host is out of scope."""
    contract = schemagen.load("telecomx")
    assert schemagen.validate([answered()], definitions=[contract]).counts.checked == 1
    report = schemagen.validate([answered(url="https://elsewhere.example/")], definitions=[contract, "8x8"])
    assert (report.counts.checked, report.counts.out_of_scope) == (0, 1)


def test_one_alone_needs_no_list(tmp_path: Path) -> None:
    """A name, a path, an exchange or a contract stands for the list of it; a text is never taken letter by letter."""
    (tmp_path / "one.ndjson").write_text('{"status": 404, "body": {}}\n')
    contract = schemagen.load("telecomx")
    for one in (str(tmp_path / "one.ndjson"), tmp_path / "one.ndjson", Exchange(Origin("t"), Response(404))):
        for definition in ("telecomx", contract):
            assert schemagen.validate(one, definitions=definition) == schemagen.validate(
                [one], definitions=[definition]
            )
    assert schemagen.check("8x8") == schemagen.check(["8x8"])
    assert schemagen.build(tmp_path / "out", "8x8").counts.inputs == 1
    assert schemagen.identify("{}", definitions="8x8").verdict == "contradiction"


def test_validate_refuses_mistaken_definitions_all_at_once(tmp_path: Path) -> None:
    """The findings of every one of them are in the exception."""
    one, two = broken(tmp_path, "one"), broken(tmp_path, "two")
    with pytest.raises(DefinitionError, match=r"one\.yaml, .*two\.yaml: nothing was checked") as caught:
        schemagen.validate([answered()], definitions=[one, two, "8x8"])
    assert len(caught.value.findings) == 4


def test_findings_of_responses_lead_to_the_line_in_the_definition() -> None:
    """`related` is the place in the definition that says otherwise."""
    (finding, *_) = schemagen.validate([answered(status=404)], definitions=["telecomx"]).findings
    assert finding.related is not None
    text = (Path(__file__).parents[1] / "specs" / "telecomx.yaml").read_text(encoding="utf-8").splitlines()
    assert finding.related.line is not None
    assert "status" in text[finding.related.line - 1] + text[finding.related.line - 2]


def test_identify_takes_text_and_bytes() -> None:
    """With the same answer."""
    assert schemagen.identify(EXPIRED, status=401) == schemagen.identify(EXPIRED.decode(), status=401)
    assert schemagen.identify("\ud800").verdict == "unknown"


def test_a_file_that_cannot_be_read_is_an_input_error(tmp_path: Path) -> None:
    """Its message is one line that begins with the name."""
    with pytest.raises(InputError, match=r"missing\.har: there is no such file$"):
        schemagen.validate([tmp_path / "missing.har"])
    with pytest.raises(InputError, match="a folder; --definitions"):
        schemagen.check([tmp_path])


def test_an_artifact_can_be_had_without_a_folder() -> None:
    """Every name that the emitters know; YAML as JSON, if that is wanted."""
    (definition,) = api.collect(["telecomx"])
    for name in emitters.EMITTERS:
        assert isinstance(json.loads(api.artifact(definition, name, as_json=True)), dict)
    assert api.artifact(definition, "openapi-3.1").startswith("# ")


def test_the_choices_of_the_settings_are_those_of_the_emitters() -> None:
    """One list of OpenAPI versions, and of what `show` shows."""
    from schemagen.cli.commands import show

    assert settings.OPENAPI == emitters.OPENAPI
    assert set(show.PARTS) == {"definition", *emitters.EMITTERS}
    assert tuple(reference.TARGETS) == settings.TARGETS
    assert settings.Settings().docs == reference.DEFAULT


def test_an_error_status_that_when_excludes_is_reported_all_the_same(tmp_path: Path) -> None:
    """A status from 400 on never passes in silence, whatever definition serves the host."""
    path = tmp_path / "acme.yaml"
    path.write_text(
        "schemagen: 1\nid: acme\ntitle: Acme\nsource: a test\nbody: {ok: boolean}\n"
        "servers: [https://acme.example]\nwhen: {status: 200, body: {ok: false}}\n"
    )
    report = schemagen.validate([answered(b"{}", 500, "https://acme.example/")], definitions=[path])
    assert [item.rule.code for item in report.findings] == ["response/unrecognised"]
    assert (report.counts.error_responses, report.counts.checked) == (1, 0)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("9", []),
        ("10", [("response/malformed-header", "warning")]),
        ("soon", [("response/malformed-header", "error")]),
        (None, [("response/missing-header", "warning")]),
    ],
)
def test_headers_drift_as_bodies_do(value: str | None, found: list[tuple[str, str]], tmp_path: Path) -> None:
    """`usually` and `expect` are warnings, the type is an error."""
    path = tmp_path / "acme.yaml"
    path.write_text(
        "schemagen: 1\nid: acme\ntitle: Acme\nsource: a test\nbody: {ok: boolean}\n"
        "headers: {Retry-After: {type: usually integer, expect: {maximum: 9}}}\n"
    )
    headers = JSON if value is None else (*JSON, ("retry-after", value))
    exchange = Exchange(Origin("test"), Response(429, headers, b'{"ok": false}'))
    report = schemagen.validate([exchange], definitions=[path])
    assert [(item.rule.code, item.severity.word) for item in report.findings] == found
