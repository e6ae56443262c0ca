"""What the documentation site makes of a repository that is read on GitHub, too.

The pages are written for both. The README is the site's first page and gives the others their order, folders that are
linked to become lists of their files, files outside of this folder are copied, and links follow. MkDocs calls the functions named `on_`; `.mkdocs.yml`
names this file.
"""

from __future__ import annotations

import functools
import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from schemagen.api import definitions
from schemagen.reference import Reference, describe, stylesheet
from schemagen.reference.site import write_site

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
# Where a file or a folder of the repository is in the site, if it is not where it is below `docs`.
MOVED = {
    "README.md": "index.md",
    "CHANGELOG.md": "changes.md",
    "docs/demo": "demo/index.md",
    "docs/examples/project": "examples/project/index.md",
    "schemagen/report.schema.json": "report.schema.json",
}
CATALOGUE = "errors"  # the folder of `schemagen docs --to site`
STYLE = "error-format.css"  # of the blocks `error-format`
FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(?:.*?)^\1$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[((?:[^\[\]`]|`[^`]*`)*)\]\((?![a-z]+:|#)([^)\s#]+)(#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Makes the navigation: pages as the README names them, then those that it does not name."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\]\(docs/([a-z-]+\.md)\)", readme)
    others = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
    folders = [target for target in MOVED.values() if target.endswith("/index.md")]
    pages = dict.fromkeys(["index.md", *named, *others, *folders, MOVED["CHANGELOG.md"]])
    formats = [f"formats/{one.id}.md" for one in _references()]
    config.nav = [*pages, {"Error formats": [{"All, with a search": f"{CATALOGUE}/index.html"}, *formats]}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds what is not below `docs`, lists of files, and the shipped formats: as pages, and as the catalogue."""
    for source, target in MOVED.items():
        path = ROOT / source
        text = _listing(path) if path.is_dir() else path.read_text(encoding="utf-8")
        files.append(File.generated(config, target, content=text))
    for one in _references():
        text = f"# {one.title}\n\n```error-format\n{one.id}\n```\n"
        files.append(File.generated(config, f"formats/{one.id}.md", content=text))
    for artifact in write_site(_references(), None):
        files.append(File.generated(config, f"{CATALOGUE}/{artifact.path}", content=artifact.text))
    files.append(File.generated(config, STYLE, content=stylesheet()))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """A page of the repository as MkDocs wants it: its links, and nothing but the language after a fence."""
    uri = page.file.src_uri
    source = next((source for source, target in MOVED.items() if target == uri), f"docs/{uri}")
    return "".join(
        _fence(part) if part.startswith("```") else LINK.sub(lambda link: _followed(link, source, uri), part)
        for part in _parts(markdown)
    )


@functools.cache
def _references() -> list[Reference]:
    """What is told of the shipped formats."""
    return [describe(each.require()) for each in definitions.collect(contract_only=True)]


def _listing(folder: Path) -> str:
    """A page that links to all files below a folder; what begins with a dot is copied by no site."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    links = [f"* [{name}]({name})" for name in files if not re.search(r"(?:^|/)\.", name)]
    return "\n".join([f"# {folder.relative_to(ROOT).as_posix()}", "", *links, ""])


def _parts(markdown: str) -> Iterator[str]:
    """The text before, in and after each fence."""
    end = 0
    for fence in FENCE.finditer(markdown):
        yield markdown[end : fence.start()]
        yield fence[0]
        end = fence.end()
    yield markdown[end:]


def _fence(block: str) -> str:
    """A fence whose head MkDocs understands: values in quotes, and without the words that only our tests read."""
    head, _, rest = block.partition("\n")
    language, *words = head.split(" ")
    named = (word.replace('"', "").partition("=") for word in words if "=" in word)
    return "\n".join([" ".join([language, *(f'{name}="{value}"' for name, _, value in named)]), rest])


def _followed(link: re.Match[str], source: str, uri: str) -> str:
    """The link, as it is from a page of the site; only its text, where the site does not hold what it leads to."""
    text, path, anchor = link[1], link[2], link[3] or ""
    base = source if (ROOT / source).is_dir() else posixpath.dirname(source)
    target = posixpath.normpath(posixpath.join(base, path))
    inside = MOVED.get(target) or (target.removeprefix("docs/") if target.startswith("docs/") else None)
    if inside is None:
        return text
    start = posixpath.dirname(uri) or "."
    return f"[{text}]({os.path.relpath(inside, start).replace(os.sep, '/')}{anchor})"
