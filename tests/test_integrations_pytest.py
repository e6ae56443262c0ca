"""The plugin for pytest and the assertions for tests: each run is one that a user might have."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from acme import ACME, GOOD, PROJECT
from test_startup import heavy, imported, ours

import schemagen
from schemagen import saving
from schemagen.errors import OutputError
from schemagen.integrations import suite, summing, testing
from schemagen.integrations.suite import Suite
from schemagen.reporters import Look, render
from schemagen.saving import Recorder

WRONG = {**GOOD, "status": 400}
SHIPPED = next(each for each in schemagen.load("telecomx").examples if each.shows == "good")
BEGIN = f"""
JSON = {{"Content-Type": "application/json"}}
GOOD, WRONG = {GOOD!r}, {WRONG!r}

def answer(body=GOOD, status=404, url="http://testserver/parcels/17"):
    return {{"status": status, "headers": JSON, "body": body, "method": "GET", "url": url}}

"""


@pytest.fixture(scope="module", autouse=True)
def _imported(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What judges is imported before: pytester forgets what a run imports, and each class would be there twice."""
    running = Suite(tmp_path_factory.mktemp("project"), keep=lambda exchange: saving.entry(exchange, "har"))
    suite.begin(running)
    testing.assert_conforms((404, {"Content-Type": "application/json"}, GOOD), ACME)
    with pytest.raises(AssertionError):
        testing.assert_conforms((404, {}, WRONG), ACME)
    suite.end(running)
    assert list(summing.summary(running, 1))
    wrong = schemagen.check(PROJECT / "pyproject.toml")
    assert render("text", wrong, Look())


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """An empty suite of a project that has a definition of its own."""
    shutil.copytree(PROJECT / "definitions", pytester.path / "definitions")
    set_up(pytester)
    return pytester


def set_up(pytester: pytest.Pytester, *settings: str) -> None:
    """The settings of the project: where its definitions are, and more."""
    lines = ["[tool.schemagen]", 'definitions = "definitions"', *settings, ""]
    (pytester.path / "pyproject.toml").write_text("\n".join(lines), encoding="utf-8")


def run(pytester: pytest.Pytester, tests: str, *options: str) -> pytest.RunResult:
    """Runs these tests, without plugins of others that are slow to load."""
    pytester.makepyfile(test_it=BEGIN + textwrap.dedent(tests))
    return pytester.runpytest_inprocess("-p", "no:respx", "-p", "no:schemathesis", *options)


def failure(pytester: pytest.Pytester, line: str) -> list[str]:
    """What pytest shows of the failure of a test that consists of this line; no frame of ours is in it."""
    result = run(pytester, f"def test(error_format, assert_conforms):\n    {line}\n")
    result.assert_outcomes(failed=1)
    shown = [each for each in result.outlines if each.startswith(("E  ", ">"))]
    assert shown[0] == f">       {line}" or shown[0] == f">   {line}"
    assert [each for each in shown[1:] if each.startswith(">")] == []
    return [each.removeprefix("E").removeprefix("       ") for each in shown[1:]]


def summary(result: pytest.RunResult) -> list[str]:
    """What the plugin says in the end."""
    lines = result.outlines
    start = next((n for n, line in enumerate(lines) if "= error formats =" in line), len(lines))
    rest = lines[start + 1 :]
    return rest[
        : next(n for n, line in enumerate([*rest, "=="]) if line.startswith("==") or " passed" in line)
    ]


def test_a_response_as_documented_passes(project: pytest.Pytester) -> None:
    """Whose error it is is said by id, by file, or not at all."""
    result = run(
        project,
        f"""
        import pathlib

        def test_by_id(error_format):
            assert error_format("acme").assert_conforms(answer()) == ()

        def test_by_file(error_format):
            error_format(pathlib.Path("definitions/acme.yaml")).assert_conforms(answer())

        def test_by_body(assert_conforms):
            assert_conforms(answer())

        def test_a_shipped_one(assert_conforms):
            assert_conforms(answer({SHIPPED.body!r}, {SHIPPED.status}), "telecomx")
        """,
    )
    result.assert_outcomes(passed=4)


def test_a_failure_shows_what_was_got_and_what_was_wanted(project: pytest.Pytester) -> None:
    """Rule, place, got, want and the line of the definition, each on a line; and the body, with a mark at each place."""
    assert failure(project, 'error_format("acme").assert_conforms(answer(WRONG))') == [
        "schemagen.MismatchError: GET http://testserver/parcels/17: the 404 response is not as acme documents it",
        "  error: /status: body says 400, HTTP says 404 [response/body-status]",
        "      got:  400",
        "      want: 404",
        "      see definitions/acme.yaml:10:11",
        "  body:",
        "      {",
        '        "code": "no_parcel",',
        '        "message": "There is no parcel 17",',
        '    >   "status": 400',
        "      }",
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "assert_conforms(answer(status=200))",
            "GET http://testserver/parcels/17: the 200 response is no error of any known definition, so nothing was checked",
        ),
        (
            'error_format("acme").assert_conforms(answer(status=200))',
            "GET http://testserver/parcels/17: the 200 response is no error of acme, so nothing was checked",
        ),
        (
            'assert_conforms((502, {"Content-Type": "text/html"}, "<html><title>Bad Gateway</title></html>"))',
            (
                "nothing was checked: no definition recognises this 502 response: "
                'the body is an HTML page "Bad Gateway", not JSON'
            ),
        ),
        (
            'assert_conforms(answer({"code": "no_parcel", "status": 404}))',
            (
                "GET http://testserver/parcels/17: nothing was checked: no definition recognises this 404 response: "
                'the nearest is acme: no member "message"'
            ),
        ),
        (
            "assert_conforms((404, JSON))",
            (
                "the body of this 404 response is not there, so nothing was checked; "
                "read it first, or give it: body=…"
            ),
        ),
        (
            "assert_conforms(GOOD)",
            (
                "the body of this 404 response is not there, so nothing was checked; "
                "read it first, or give it: body=…"
            ),
        ),
    ],
)
def test_nothing_passes_because_nothing_was_checked(project: pytest.Pytester, line: str, told: str) -> None:
    """What is no error, of no known format, or not there, fails with one line that says so."""
    assert failure(project, line)[0] == f"AssertionError: {told}"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            'error_format("acne")',
            "schemagen.errors.UnknownDefinitionError: there is no definition 'acne'; did you mean 'acme'?",
        ),
        (
            'assert_conforms(answer(), "telecom-x")',
            "schemagen.errors.UnknownDefinitionError: there is no definition 'telecom-x'; did you mean 'telecomx'?",
        ),
        (
            'error_format("definitions")',
            "schemagen.errors.InputError: definitions: a folder; --definitions definitions takes all that is in it",
        ),
        (
            'assert_conforms(answer(), fail_on="drift")',
            "ValueError: fail_on: 'drift' is none of error, warning, note, never",
        ),
        (
            'error_format("acme", fail_on="drift")',
            "ValueError: fail_on: 'drift' is none of error, warning, note, never",
        ),
        (
            'error_format(["acme"])',
            "TypeError: definition: wants an id or a file, not ['acme']",
        ),
        (
            "assert_conforms(None)",
            "TypeError: NoneType is no response that is known; give httpx, requests, …",
        ),
        ('assert_conforms("acme", answer())', "TypeError: str is no response that is known; give httpx, …"),
    ],
)
def test_a_mistake_of_the_user_is_one_line(project: pytest.Pytester, line: str, told: str) -> None:
    """With the nearest word, where there is one."""
    (shown,) = failure(project, line)
    assert shown.startswith(told.removesuffix("…"))


def test_a_definition_with_mistakes_judges_nothing(project: pytest.Pytester) -> None:
    """What is wrong with it is told where it is used."""
    path = project.path / "definitions" / "acme.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("string as code", "strin as code"), encoding="utf-8"
    )
    first, second, *_ = failure(project, "assert_conforms(answer())")
    assert first == "schemagen.errors.DefinitionError: mistakes in definitions/acme.yaml: nothing was checked"
    assert second.startswith("definitions/acme.yaml:8:9: error: ")


def test_a_setting_with_a_mistake_is_told(project: pytest.Pytester) -> None:
    """Where the first response is judged."""
    set_up(project, 'fail-onn = "error"')
    assert failure(project, "assert_conforms(answer())") == [
        (
            "schemagen.errors.SettingsError: pyproject.toml: [tool.schemagen]: there is no key 'fail-onn'; "
            "did you mean 'fail-on'?"
        )
    ]


@pytest.mark.parametrize(
    "url", ["http://testserver/", "https://api.acme.example/", "http://localhost:8000/x", "/parcels/17", ""]
)
def test_the_host_does_not_matter(project: pytest.Pytester, url: str) -> None:
    """A definition judges the responses of test clients, whatever its servers are."""
    shown = failure(project, f'error_format("acme").assert_conforms(answer(WRONG, url={url!r}))')
    assert "the 404 response is not as acme documents it" in shown[0]


def test_drift_fails_where_it_is_said(project: pytest.Pytester) -> None:
    """By an argument or by the setting of the project; else it is given back."""
    tests = """
    DRIFT = {**GOOD, "more": 1}

    def test_given_back(assert_conforms):
        (found,) = assert_conforms(answer(DRIFT), fail_on="error")
        assert found.rule.code == "response/unknown-member"

    def test_by_default(assert_conforms):
        assert_conforms(answer(DRIFT))

    def test_argument(assert_conforms):
        assert_conforms(answer(DRIFT), fail_on="warning")

    def test_format(error_format):
        error_format("acme", fail_on="warning").assert_conforms(answer(DRIFT))
    """
    run(project, tests).assert_outcomes(passed=2, failed=2)
    set_up(project, 'fail-on = "warning"')
    run(project, tests).assert_outcomes(passed=1, failed=3)


def test_values_are_hidden_where_the_project_says_so(project: pytest.Pytester) -> None:
    """Neither in what was got nor as an excerpt."""
    set_up(project, "no-values = true")
    shown = failure(project, 'error_format("acme").assert_conforms(answer({**GOOD, "message": 17171}))')
    assert "wanted string" in shown[1]
    assert "17171" not in "".join(shown)


def test_text_from_outside_cannot_harm_a_terminal(project: pytest.Pytester) -> None:
    """Wherever it is shown: names of members, values, the URL, bodies that are no JSON."""
    nasty = r'"\x1b[2J\u202e"'
    shown = [
        *failure(
            project,
            f'assert_conforms(answer({{**WRONG, {nasty}: {nasty}}}, url={nasty}), "acme", fail_on="note")',
        ),
        *failure(project, f"assert_conforms(answer({nasty}))"),
    ]
    assert "\\x1b[2J\\u202e" in "".join(shown)
    assert [line for line in shown if not line.isprintable()] == []


def test_secrets_are_masked(project: pytest.Pytester) -> None:
    """In the URL and in the body."""
    shown = failure(
        project,
        "assert_conforms(answer({**WRONG, 'password': 'hunter2'}, url='http://a/?token=hunter2'), 'acme')",
    )
    assert "password" in "".join(shown)
    assert "hunter2" not in "".join(shown[1:])


def test_plain_assertions_count_as_well(project: pytest.Pytester) -> None:
    """In functions, and in classes of unittest with their subtests."""
    result = run(
        project,
        """
        import unittest
        from schemagen.integrations.testing import assert_conforms, error_format

        class Parcels(unittest.TestCase):
            def test_one(self):
                error_format("acme").assert_conforms(answer())

            def test_several(self):
                for status in (400, 404):
                    with self.subTest(status=status):
                        assert_conforms(answer({**GOOD, "status": status}), "acme")

        def test_subtests(subtests):
            for status in (404, 404):
                with subtests.test(status=status):
                    assert_conforms(answer(), "acme")
        """,
    )
    assert summary(result)[-1] == "5 responses asserted, 5 checked: 1 error, 0 drift"


def test_the_project_is_that_of_the_folder_where_pytest_was_started(project: pytest.Pytester) -> None:
    """Wherever the test has gone; and else that of the tests."""
    tests = """
    def test(assert_conforms, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert_conforms(answer(), "acme")
    """
    run(project, tests).assert_outcomes(passed=1)
    (project.path / "empty").mkdir()
    project._monkeypatch.chdir(project.path / "empty")
    other = project.runpytest_inprocess(
        "-p", "no:respx", f"--rootdir={project.path}", str(project.path / "test_it.py")
    )
    other.assert_outcomes(passed=1)


def test_a_conftest_finds_the_project_as_its_tests_do(project: pytest.Pytester) -> None:
    """It is loaded before anything else; `judge_by` of the check for Schemathesis stands there."""
    project.makeconftest(
        'from schemagen.integrations.testing import error_format\n\nACME = error_format("acme")\n'
    )
    project.makepyfile(
        test_it=BEGIN + "def test(request):\n    request.config.pluginmanager.get_plugin("
        "request.path.with_name('conftest.py').as_posix()).ACME.assert_conforms(answer())\n"
    )
    (project.path / "empty").mkdir()
    project._monkeypatch.chdir(project.path / "empty")
    before = suite.current()
    result = project.runpytest_inprocess("-p", "no:respx", "-p", "no:schemathesis", project.path)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 response asserted, 1 checked: 0 errors, 0 drift"])
    assert suite.current() is before


def test_a_mistake_in_a_conftest_leaves_nothing_behind(project: pytest.Pytester) -> None:
    """It ends the run before that has begun."""
    project.makeconftest('from schemagen.integrations.testing import error_format\n\nerror_format("acne")\n')
    before = suite.current()
    result = project.runpytest_inprocess("-p", "no:respx", "-p", "no:schemathesis")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "there is no definition 'acne'; did you mean 'acme'?" in result.stderr.str()
    assert suite.current() is before


def test_the_end_says_what_was_seen_and_what_never(project: pytest.Pytester) -> None:
    """Short, shorter with -q, and with -v all that there is."""
    tests = """
    def test_good(assert_conforms):
        assert_conforms(answer())

    def test_drift(assert_conforms):
        assert_conforms(answer({**GOOD, "code": "bad_weight"}, 404), "acme")
    """
    assert summary(run(project, tests)) == [
        "acme: 1 of 4 responses, 2 of 4 codes, 0 of 2 messages seen",
        "  never: responses 401, 422, 429; codes bad_key, too_fast",
        '2 responses asserted, 2 checked: 0 errors, 1 drift (fail_on="warning" fails on drift)',
    ]
    assert summary(run(project, tests, "-q")) == [
        "acme: 1 of 4 responses, 2 of 4 codes, 0 of 2 messages seen",
        '2 responses asserted, 2 checked: 0 errors, 1 drift (fail_on="warning" fails on drift)',
    ]
    whole = summary(run(project, tests, "-v"))
    assert "    429  never  Too many requests." in whole
    assert [line.split()[:2] for line in whole if "bad_weight" in line] == [["bad_weight", "1"]]


def test_who_asserts_nothing_hears_nothing(project: pytest.Pytester) -> None:
    """The plugin is silent."""
    result = run(project, "def test(error_format):\n    pass\n")
    result.assert_outcomes(passed=1)
    assert "error formats" not in result.stdout.str()


@pytest.mark.parametrize("form", ["ndjson", "har"])
def test_what_is_asserted_can_be_recorded(project: pytest.Pytester, form: str) -> None:
    """Each response once, whatever became of its test, without secrets; a recording that the command reads."""
    tests = """
    class Response:
        status_code, headers, body = 404, {**JSON, "Set-Cookie": "a=hunter2"}, str(GOOD).replace("'", '"').encode()

    def test_twice(assert_conforms):
        response = Response()
        assert_conforms(response)
        assert_conforms(response, "acme")

    def test_fails(assert_conforms):
        assert_conforms(answer(WRONG), "acme")

    def test_no_error(assert_conforms):
        assert_conforms(answer(status=200), "acme")
    """
    file = project.path / f"seen.{form}"
    for _ in range(2):  # the second one replaces the first
        result = run(project, tests, f"--schemagen-record={file.name}")
        assert summary(result)[-1] == f"3 responses recorded in seen.{form}"
    assert b"hunter2" not in file.read_bytes()
    report = schemagen.validate([file], definitions=[project.path / "definitions" / "acme.yaml"])
    assert (report.counts.exchanges, report.counts.checked, report.counts.out_of_scope) == (3, 1, 2)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("seen.txt", "seen.txt: a recording that is written ends in .har or .ndjson"),
        ("nowhere/seen.har", "nowhere/seen.har: there is no folder nowhere"),
    ],
)
def test_a_recording_that_cannot_be_is_refused_at_once(
    project: pytest.Pytester, file: str, told: str
) -> None:
    """Before any test runs, in one line."""
    result = run(project, "def test():\n    pass\n", "--schemagen-record", file)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert [line for line in result.errlines if line] == [f"ERROR: --schemagen-record: {told}"]


def test_a_recording_that_breaks_off_fails_no_test_but_the_run(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end says why."""

    def append(self: Recorder, data: bytes) -> None:
        raise OutputError(f"{self.path}: No space left on device")

    monkeypatch.setattr(Recorder, "append", append)
    result = run(
        project,
        "def test(assert_conforms):\n    assert_conforms(answer())\n    assert_conforms(answer())\n",
        "--schemagen-record=seen.har",
    )
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.INTERNAL_ERROR
    assert summary(result)[-1] == "the recording is not complete: seen.har: No space left on device"


def test_workers_of_xdist_tell_what_they_have_seen(project: pytest.Pytester) -> None:
    """Counts, coverage and recording are those of one process."""
    result = run(
        project,
        """
        import pytest

        @pytest.mark.parametrize("number", range(6))
        def test(assert_conforms, number, subtests):
            with subtests.test():
                assert_conforms(answer({**GOOD, "code": ["no_parcel", "bad_weight"][number % 2]}), "acme")
        """,
        "-n2",
        "--schemagen-record=seen.ndjson",
    )
    assert summary(result) == [
        "acme: 1 of 4 responses, 2 of 4 codes, 0 of 2 messages seen",
        "  never: responses 401, 422, 429; codes bad_key, too_fast",
        '6 responses asserted, 6 checked: 0 errors, 3 drift (fail_on="warning" fails on drift)',
        "6 responses recorded in seen.ndjson",
    ]
    lines = (project.path / "seen.ndjson").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["response"]["status"] for line in lines] == [404] * 6


def test_loading_the_plugin_costs_nothing() -> None:
    """It and what counts, and no library."""
    modules = imported("import schemagen.integrations.pytest_plugin")
    assert ours(modules) == {
        "schemagen",
        "schemagen.integrations",
        "schemagen.integrations.pytest_plugin",
        "schemagen.integrations.suite",
    }
    assert heavy(modules) == set()


def test_a_run_that_does_not_use_it_imports_no_more(tmp_path: Path) -> None:
    """From its beginning to its end, in a process of its own."""
    (tmp_path / "test_it.py").write_text("def test():\n    pass\n", encoding="utf-8")
    modules = imported(
        f"import pytest\npytest.main(['-q', '-p', 'no:schemathesis', '-p', 'no:respx', {str(tmp_path)!r}])"
    )
    assert {name for name in ours(modules) if name.count(".") < 2} == {"schemagen", "schemagen.integrations"}
    assert len(ours(modules)) == 4


def test_any_runner_can_assert(tmp_path: Path) -> None:
    """Without pytest the project is that of the current folder."""
    shutil.copytree(PROJECT, tmp_path / "project")
    script = f"""
    import sys
    from schemagen.integrations.testing import assert_conforms
    assert_conforms((404, {{"Content-Type": "application/json"}}, {GOOD!r}), "acme")
    assert "pytest" not in sys.modules
    assert_conforms((404, {{"Content-Type": "application/json"}}, {WRONG!r}), "acme")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=tmp_path / "project",
        capture_output=True,
        text=True,
    )
    assert "schemagen.MismatchError: the 404 response is not as acme documents it\n" in done.stderr
