"""Takes the pictures in `docs/images`: the report of the demo, and the catalogue of the shipped formats.

Run it with `make images`; it needs Chromium and its driver. No test compares the pictures, because each machine has
other fonts; one holds them to be small.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

from schemagen import api
from schemagen.reporters import Look
from schemagen.reporters.html import render

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
DEMO = ("docs/demo/telecom.har", "docs/demo/responses.ndjson")
COLOURS = 256  # of a picture, which is text and tables

sys.path.insert(0, str(ROOT / "tests"))
import browser  # noqa: E402 - it stands beside the tests


def take(folder: Path) -> None:
    """Makes the pages in a folder and takes a picture of each."""
    run = api.begin_validation()
    for name in DEMO:
        run.read_file(name)
    (folder / "report.html").write_text(render(run.report(), Look()), encoding="utf-8")
    api.docs(folder / "site", to="site")
    with browser.started(folder / "profile") as window:
        window.prefer(color_scheme="light")
        window.order("Emulation.setScrollbarsHidden", hidden=True)
        for name, page, width, height in (
            ("report", "report.html", 1100, 800),
            ("site", "site/index.html?q=not+found", 1100, 560),
        ):
            window.resize(width, height)
            window.open(f"{folder.as_uri()}/{page}")
            window.settle()
            window.picture(folder / f"{name}.png")
            (IMAGES / f"{name}.png").write_bytes(_small((folder / f"{name}.png").read_bytes()))


def _small(picture: bytes) -> bytes:
    """The picture with few colours, packed as well as PNG can."""
    out = io.BytesIO()
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        take(Path(name))
