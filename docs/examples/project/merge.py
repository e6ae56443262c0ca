"""Merges fragments into an OpenAPI document: `merge.py HOST FRAGMENT…`."""

import json
import sys
from pathlib import Path

import yaml

host, *fragments = (yaml.safe_load(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:])
for fragment in fragments:
    for kind, parts in fragment["components"].items():
        host.setdefault("components", {}).setdefault(kind, {}).update(parts)
text = json.dumps(host, indent=2, ensure_ascii=False)
for name in sys.argv[2:]:
    text = text.replace(f'"{name}#/', '"#/')
sys.stdout.write(text)
