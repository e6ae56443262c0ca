"""The plugin of MkDocs: `mkdocs serve` watches the definitions. What stands on pages is the extension's to say."""

from __future__ import annotations

from typing import Any

from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin

from schemagen import embedding
from schemagen.errors import SchemagenError

_EXTENSION = "schemagen.markdown"


class _NoOptions(Config):  # type: ignore[no-untyped-call]
    """The folders are those that the extension has."""


class SchemagenPlugin(BasePlugin[_NoOptions]):  # type: ignore[no-untyped-call]
    """Lets the server watch what pages are made from."""

    def on_serve(self, server: LiveReloadServer, /, *, config: MkDocsConfig, **_: Any) -> LiveReloadServer:
        """Adds the folders of definitions and of templates to those that are watched."""
        options = config.mdx_configs.get(_EXTENSION) or {}
        try:
            found = embedding.folders(options.get("definitions", ""), options.get("templates", ""))
        except SchemagenError as problem:
            raise PluginError(str(problem)) from None
        for folder in (found.definitions, found.templates):
            if folder:
                server.watch(str(folder))
        return server
