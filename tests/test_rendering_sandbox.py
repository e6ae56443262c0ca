"""Templates of a stranger: nothing is reached, nothing is changed, and no few characters cost everything."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

import schemagen
from schemagen.contract import Contract
from schemagen.errors import TemplateError
from schemagen.reference import as_data, describe, pieces
from schemagen.reference.site import write_site
from schemagen.rendering import budget


@pytest.fixture(scope="module")
def contract() -> Contract:
    """A shipped definition."""
    return schemagen.load("telecomx")


def filled(contract: Contract, folder: Path, text: str, to: str = "html") -> str:
    """The piece `about` with this template."""
    name = folder / to / f"about.{'md' if to == 'markdown' else 'html'}.j2"
    name.parent.mkdir(parents=True, exist_ok=True)
    name.write_text(text, encoding="utf-8")
    return pieces(contract, "about", to=to, templates=folder)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ format|attr('__class__') }}",
        "{{ '{0.__class__}'.format(format) }}",
        "{{ '{0.__class__}'.format_map({'0': format}) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ joiner.__init__.__globals__.os }}",
        "{{ namespace.__init__ }}",
        "{{ href.__globals__ }}",
        "{{ href.__func__ }}",
        "{{ href.__self__ }}",
        "{{ self.__init__ }}",
        "{{ (1).__abs__ }}",
        "{{ format.update({'id': 'x'}) }}",
        "{{ lipsum() }}",
        "{{ [1]|random }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../../../etc/passwd' %}",
        "{% include 'html/../../../secret' %}",
    ],
)
def test_nothing_beyond_the_context_is_reached(contract: Contract, tmp_path: Path, text: str) -> None:
    """Known ways out of a sandbox are refused in one line."""
    with pytest.raises(TemplateError) as caught:
        filled(contract, tmp_path, text)
    assert "\n" not in str(caught.value)


NUMBER = "a number above 100,000"
FORMAT = "a format that is too wide"
LONG = "a text of more than 1,000,000 characters"
STEPS = "loops, calls and texts of more than 200,000 steps in all"
DOUBLED = "{% set n = namespace(x='0123456789') %}{% for i in range(99) %}{% set n.x = STEP %}{% endfor %}"
NESTED = "{% set n = namespace(x=[]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}"
LOOPS = "{% for a in range(9999) %}{% for b in range(9999) %}STEP{% endfor %}{% endfor %}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ 'a' * 1000000000 }}", NUMBER),
        ("{{ 'abcdefgh' * 50000 * 50000 }}", "more than 100,000 of something"),
        ("{{ 10 ** 100000 }}", "a power of numbers above 64"),
        ("{{ 99 ** 64 ** 64 }}", "a power of numbers above 64"),
        ("{{ range(10**9) }}", NUMBER),
        ("{{ range(-99999, 99999) }}", "a range of more than 100,000 steps"),
        (DOUBLED.replace("'0123456789'", "1").replace("STEP", "n.x + n.x"), f"a number above {10**18:,}"),
        ("{{ 'x'|center(1000000000) }}", NUMBER),
        ("{{ 'x'.ljust(1000000000) }}", NUMBER),
        ("{{ '%999999999d'|format(1) }}", FORMAT),
        ("{{ '%999999999d' % 1 }}", FORMAT),
        ("{{ '%*d' % (99999, 1) }}", FORMAT),
        ("{{ '{:>999999999}'.format(1) }}", FORMAT),
        ("{{ format.title|wordwrap(2000000) }}", NUMBER),
        (DOUBLED.replace("STEP", "n.x ~ n.x"), LONG),
        (DOUBLED.replace("STEP", "n.x + n.x"), LONG),
        (DOUBLED.replace("STEP", "'%s%s' % (n.x, n.x)"), LONG),
        (DOUBLED.replace("STEP", "'{0}{0}'.format(n.x)"), LONG),
        (DOUBLED.replace("STEP", "n.x|replace('1', '11')"), LONG),
        (DOUBLED.replace("STEP", "[n.x, n.x]|join"), LONG),
        ("{% set x %}0123456789{% endset %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 30, LONG),
        ("{% macro m(x) %}{{ x }}{{ x }}{% endmacro %}{{ " + "m(" * 30 + "'x'" + ")" * 30 + " }}", LONG),
        ("{{ ('b' * 99999).join('a' * 99999) }}", LONG),
        ("{{ ('a' * 99999).replace('', 'b' * 99999) }}", LONG),
        ("{{ ('a' * 99999)|replace('a', 'b' * 99999) }}", LONG),
        ("{{ ('\t' * 99999).expandtabs(99999) }}", LONG),
        ("{{ ('\\n' * 99999)|indent(99999) }}", LONG),
        ("{{ ['a' * 99999] * 9999 }}", LONG),
        (NESTED + "{{ n.x }}", STEPS),
        (NESTED + "{{ n.x|tojson }}", STEPS),
        (NESTED + "{{ n.x|upper }}", STEPS),
        (NESTED + "{{ n.x ~ '' }}", STEPS),
        (NESTED + "{{ n.x is upper }}", STEPS),
        (NESTED + "{{ n.x == [] }}", STEPS),
        (LOOPS.replace("STEP", ""), STEPS),
        (LOOPS.replace("STEP", "{{ loop.index }}"), STEPS),
        (LOOPS.replace("9999", "99999").replace("STEP", "{{ a }}" * 9), STEPS),
        (LOOPS.replace("range(9999)", "format.codes|map(attribute='code')").replace("STEP", LOOPS), STEPS),
        (LOOPS.replace("range(9999)", "'x' * 9999"), STEPS),
        (LOOPS.replace("STEP", "{{ 'x' * 9999 == 'y' * 9999 }}"), STEPS),
        ("{% for a in range(9) recursive %}{{ loop(range(9)) if loop.depth < 99 }}{% endfor %}", STEPS),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "call themselves without end"),
        ("{% include 'html/about.html.j2' %}", "call themselves without end"),
    ],
)
def test_a_few_characters_do_not_cost_everything(
    contract: Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    """Large numbers, long texts, loops in loops and recursion end in one line, before they have cost much."""
    monkeypatch.setattr(budget, "STEPS", 200_000)
    monkeypatch.setattr(budget, "MORE", 0)
    monkeypatch.setattr(budget, "LONGEST", 1_000_000)
    with pytest.raises(TemplateError) as caught:
        filled(contract, tmp_path, text)
    place = "" if "without end" in message else f"{tmp_path / 'html' / 'about.html.j2'}:1: "
    assert str(caught.value).startswith(place)
    assert str(caught.value).endswith(message)


def test_a_template_may_cost_what_a_large_page_does(contract: Contract, tmp_path: Path) -> None:
    """A million turns of a loop are too much, some hundred thousands are not."""
    text = "{% for i in range(99999) %}{{ i }}{% endfor %}"
    assert filled(contract, tmp_path, text).endswith("99998")
    (tmp_path / "more").mkdir()
    about = describe(contract)
    things = len(about.schemas) + len(about.responses) + len(about.codes) + len(about.examples)
    with pytest.raises(TemplateError, match=f"more than {5_000_000 + 1_000 * things:,} steps in all"):
        filled(contract, tmp_path / "more", text * 10)


@pytest.mark.parametrize(
    "text",
    [
        "{% for code in format.codes %}{{ loop.index }}/{{ loop.length }}{{ loop.last }} {% endfor %}",
        "{% for code in format.codes if code.statuses|length > 1 %}{{ code.code }}{% else %}none{% endfor %}",
        "{{ format.codes|map(attribute='code')|sort|join(', ')|upper|truncate(99)|indent(4) }}",
        "{{ 'code' ~ ' ' ~ format.codes[1:]|length ~ ('x' in ['x', 'y']) }}",
        "{% for a in [[1], [2]] recursive %}{{ loop(a) if a is sequence else a }}{% endfor %}",
        "{{ '%s: %5.1f' % ('a', 1) }}{{ '{}'.format(1) }}{{ (2 ** 10 + 1 - 5) * 3 }}{{ {'a': [1]} }}",
    ],
)
def test_what_templates_do_comes_out_as_jinja_says(contract: Contract, tmp_path: Path, text: str) -> None:
    """Counting changes nothing."""
    data = as_data(describe(contract))
    assert filled(contract, tmp_path, text) == jinja2.Environment(autoescape=True).from_string(text).render(format=data)  # fmt: skip


def test_a_template_of_ones_own_replaces_ours_and_can_build_on_it(contract: Contract, tmp_path: Path) -> None:
    """`builtin/` leads to what is replaced."""
    text = "<hr>{% include 'builtin/html/about.html.j2' %}"
    assert filled(contract, tmp_path, text) == f"<hr>{pieces(contract, 'about', to='html')}"


@pytest.mark.parametrize(
    ("to", "shown"), [("html", "&lt;b&gt;_x_ *y*"), ("markdown", r"&lt;b&gt;\_x\_ \*y\*")]
)
def test_what_a_template_puts_out_is_escaped(contract: Contract, tmp_path: Path, to: str, shown: str) -> None:
    """In HTML and in Markdown, unless it is markup already."""
    assert filled(contract, tmp_path, "{{ format.id ~ '<b>_x_ *y*' }}", to) == f"telecomx{shown}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n{{ format.nothing }}", "2: 'dict object' has no attribute 'nothing'"),
        ("{% if %}", "1: Expected an expression, got 'end of statement block'"),
        ("\n\n{{ unknown }}", "3: 'unknown' is undefined"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(
    contract: Contract, tmp_path: Path, text: str, message: str
) -> None:
    """File, line, and what is wrong."""
    with pytest.raises(TemplateError) as caught:
        filled(contract, tmp_path, text)
    assert str(caught.value) == f"{tmp_path / 'html' / 'about.html.j2'}:{message}"


def test_a_template_that_names_none_has_its_place(contract: Contract, tmp_path: Path) -> None:
    """Whether it includes it, extends it or imports from it; the nearest name is told, and one of the sandbox's own is none."""
    file = tmp_path / "html" / "about.html.j2"
    for text, name, hint in (
        ("\n\n{% include 'html/cods.html.j2' %}", "html/cods.html.j2", "; did you mean html/codes.html.j2?"),
        (
            "\n\n{% import 'html/macro.html.j2' as say %}",
            "html/macro.html.j2",
            "; did you mean html/macros.html.j2?",
        ),
        ("\n\n{% extends 'builtin/nothing' %}", "builtin/nothing", ""),
    ):
        with pytest.raises(TemplateError) as caught:
            filled(contract, tmp_path, text)
        assert str(caught.value) == f"{file}:3: there is no template {name}{hint}"


def test_what_is_wrong_in_any_file_has_its_place(contract: Contract, tmp_path: Path) -> None:
    """Also in one that is no `.j2`, and in one that is no text."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "site.css").write_text("\n{{ nothing }}", encoding="utf-8")
    with pytest.raises(TemplateError, match=r"site\.css:2: 'nothing' is undefined"):
        list(write_site([describe(contract)], tmp_path))
    (tmp_path / "other" / "site").mkdir(parents=True)
    (tmp_path / "other" / "site" / "site.css").write_bytes(b"\xff")
    with pytest.raises(TemplateError, match=r"site/site\.css: it is not UTF-8"):
        list(write_site([describe(contract)], tmp_path / "other"))


def test_a_link_out_of_the_folder_is_refused(contract: Contract, tmp_path: Path) -> None:
    """Its text stays where it is, whether it would replace a template or be included by one."""
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    for name in ("secret.j2", "body.html.j2"):
        folder = tmp_path / name
        (folder / "html").mkdir(parents=True)
        (folder / "html" / name).symlink_to(tmp_path / "secret")
        with pytest.raises(TemplateError, match=f"html/{name}: a link that leads out of the folder"):
            filled(contract, folder, f"{{% include 'html/{name}' %}}")


def test_a_folder_that_replaces_nothing_is_a_mistake(contract: Contract, tmp_path: Path) -> None:
    """So is one that is not there: a wrong name would go unseen."""
    (tmp_path / "abuot.html.j2").write_text("x", encoding="utf-8")
    with pytest.raises(TemplateError, match="no template in it has the name of one to replace"):
        pieces(contract, "about", to="html", templates=tmp_path)
    with pytest.raises(TemplateError, match="there is no such folder of templates"):
        pieces(contract, "about", to="html", templates=tmp_path / "none")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("html/coeds.html.j2", "did you mean html/codes.html.j2?"),
        ("html/about.html", "did you mean html/about.html.j2?"),
        ("htlm/codes.html.j2", "did you mean html/codes.html.j2?"),
        ("codes.html.j2", "did you mean html/codes.html.j2?"),
        ("site/site.cs", "did you mean site/site.css?"),
        ("html/own/parts.html.j2", "rename or remove it"),
    ],
)
@pytest.mark.parametrize(
    "around", ["x", "{% for each in ['body'] %}{% include 'html/' ~ each ~ '.html.j2' %}{% endfor %}"]
)
def test_a_misspelt_name_is_told_beside_a_good_one(
    contract: Contract, tmp_path: Path, name: str, hint: str, around: str
) -> None:
    """With the nearest name there is; also where a template makes up the names of others."""
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("y", encoding="utf-8")
    if "own" in name and "include" in around:
        assert filled(contract, tmp_path, around)
        return
    with pytest.raises(TemplateError) as caught:
        filled(contract, tmp_path, around)
    assert str(caught.value) == f"{file}: it replaces no template, and none includes it; {hint}"


def test_what_templates_name_may_stand_beside_them(contract: Contract, tmp_path: Path) -> None:
    """So may what these name, what begins with a dot, and what is no template and in none of their folders."""
    for name, text in {
        "html/own/table.html.j2": "{% import 'cells.html.j2' as cells %}{{ cells.one() }}",
        "cells.html.j2": "{% macro one() %}<hr>{% endmacro %}",
        "html/.DS_Store": "",
        "README.md": "",
    }.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert filled(contract, tmp_path, "{% include 'html/own/table.html.j2' %}") == "<hr>"
