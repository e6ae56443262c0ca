"""Templates of a stranger: nothing is reached, nothing is changed, and no few characters cost everything."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import schemagen
from schemagen.contract import Contract
from schemagen.errors import TemplateError
from schemagen.reference import pieces


@pytest.fixture(scope="module")
def contract() -> Contract:
    """A shipped definition."""
    return schemagen.load("telecomx")


def filled(contract: Contract, folder: Path, text: str, to: str = "html") -> str:
    """The piece `about` with this template."""
    name = folder / to / f"about.{'md' if to == 'markdown' else 'html'}.j2"
    name.parent.mkdir(exist_ok=True)
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


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' * 1000000000 }}",
        "{{ 'abcdefgh' * 50000 * 50000 }}",
        "{{ 10 ** 100000 }}",
        "{{ 99 ** 64 ** 64 }}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{{ range(10**9) }}",
        "{{ 'x'|center(1000000000) }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{{ '%999999999d'|format(1) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%*d' % (99999, 1) }}",
        "{{ '{:>999999999}'.format(1) }}",
        "{{ format.title|wordwrap(2000000) }}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% include 'html/about.html.j2' %}",
    ],
)
def test_a_few_characters_do_not_cost_everything(contract: Contract, tmp_path: Path, text: str) -> None:
    """Large numbers, wide formats, loops and recursion end at once, in one line."""
    started = time.process_time()
    with pytest.raises(TemplateError):
        filled(contract, tmp_path, text)
    assert time.process_time() - started < 5


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


def test_a_link_out_of_the_folder_is_no_template(contract: Contract, tmp_path: Path) -> None:
    """Its text stays where it is."""
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    folder = tmp_path / "templates"
    (folder / "html").mkdir(parents=True)
    (folder / "html" / "secret.j2").symlink_to(tmp_path / "secret")
    with pytest.raises(TemplateError, match=r"there is no template html/secret\.j2"):
        filled(contract, folder, "{% include 'html/secret.j2' %}")


def test_a_folder_that_replaces_nothing_is_a_mistake(contract: Contract, tmp_path: Path) -> None:
    """So is one that is not there: a wrong name would go unseen."""
    (tmp_path / "abuot.html.j2").write_text("x", encoding="utf-8")
    with pytest.raises(TemplateError, match="no template in it has the name of one to replace"):
        pieces(contract, "about", to="html", templates=tmp_path)
    with pytest.raises(TemplateError, match="there is no such folder of templates"):
        pieces(contract, "about", to="html", templates=tmp_path / "none")
