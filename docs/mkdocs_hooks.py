"""What the documentation site makes of a repository that is read on GitHub, too.

The pages are written for both. The README is the site's first page and gives the others their order, folders that are
linked to become lists of their files, files outside of this folder are copied, and links follow. MkDocs calls the functions named `on_`; `.mkdocs.yml`
names this file.
"""

from __future__ import annotations

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
from schemagen.reference import describe
from schemagen.reference.site import write_site
from schemagen.rendering import Artifact

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
CATALOGUE = "errors"
FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(?:.*?)^\1$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[((?:[^\[\]`]|`[^`]*`)*)\]\((?![a-z]+:|#)([^)\s#]+)(#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Makes the navigation: pages as the README names them, then those that it does not name."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\]\(docs/([a-z-]+\.md)\)", readme)
    others = sorted(path.name for path in DOCS.glob("*.md"))
    folders = [target for target in MOVED.values() if target.endswith("/index.md")]
    pages = dict.fromkeys(["index.md", *named, *others, *folders, MOVED["CHANGELOG.md"]])
    config.nav = [*pages, {"Error formats": f"{CATALOGUE}/index.html"}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds what is not below `docs`, and the lists of files."""
    for source, target in MOVED.items():
        path = ROOT / source
        text = _listing(path) if path.is_dir() else path.read_text(encoding="utf-8")
        files.append(File.generated(config, target, content=text))
    for artifact in _catalogue():
        files.append(File.generated(config, f"{CATALOGUE}/{artifact.path}", content=artifact.text))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """A page of the repository as MkDocs wants it: its links, and nothing but the language after a fence."""
    uri = page.file.src_uri
    source = next((source for source, target in MOVED.items() if target == uri), f"docs/{uri}")
    return "".join(
        _fence(part) if part.startswith("```") else LINK.sub(lambda link: _followed(link, source, uri), part)
        for part in _parts(markdown)
    )


def _catalogue() -> Iterator[Artifact]:
    """The shipped formats as the site that `schemagen docs --to site` makes of them."""
    found = definitions.collect(contract_only=True)
    return write_site([describe(each.require()) for each in found], None)


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
    named = (word.partition("=") for word in words if "=" in word)
    given = [f'{name}="{value.strip(chr(34))}"' for name, _, value in named]
    return "\n".join([" ".join([language, *given]), rest])


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
