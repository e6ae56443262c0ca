# The house's commands. A machine needs Python 3.11 or newer, make and git; everything else comes from pip, into .venv.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
CHECKED := .venv/.ready-for-check
NODE := tests/node/node_modules/.package-lock.json
DOCUMENTED := .venv/.ready-for-docs
BENCHED := .venv/.ready-for-bench
PEERS := benchmarks/node/node_modules/.package-lock.json
OPENAPI_CORE := benchmarks/work/openapi-core/.ready
WORKERS ?= auto
SIZE ?= full
SECONDS ?= 300

.PHONY: help demo test check docs images build bench fuzz clean

help:
	@echo "make demo    set up, build output/ from specs/, check the recordings in docs/demo"
	@echo "make test    set up and run the tests"
	@echo "make check   the tests, lint, types, and what needs other tools"
	@echo "make docs    write anew what follows from the source: docs/, README.md, schemagen/precompiled/;"
	@echo "             and the documentation as a site, in build/docs"
	@echo "make images  the pictures in docs/images; it needs chromium"
	@echo "make build   the wheel and the source distribution, in dist/"
	@echo "make bench   measure against other tools, into benchmarks/RESULTS.md; SIZE=quick takes two minutes"
	@echo "make fuzz    damaged recordings, in search of one that parts the fast path from the usual way; SECONDS=300"
	@echo "make clean   remove what was set up and built"

demo: $(READY)
	$(BIN)/schemagen build
	$(BIN)/schemagen validate --fail-on never docs/demo/telecom.har docs/demo/responses.ndjson
	@echo
	@echo "These findings are what the recordings were made to show; \`make demo\` itself has succeeded."
	@echo "Where to look next:"
	@echo "  output/telecomx/                          what was built: JSON Schemas, OpenAPI responses, the codes"
	@echo "  specs/telecomx.yaml                       what it was built from"
	@echo "  $(BIN)/schemagen explain               what each rule means"
	@echo "  $(BIN)/schemagen new my-api.yaml       a definition of your own"

test: $(READY)
	$(BIN)/pytest -n $(WORKERS) -m "not tools"

# Each part runs even if one before it has failed; what failed, and which tools are missing, stands at the end.
check: $(CHECKED) $(if $(shell command -v npm),$(NODE))
	@failed=""; \
	run() { echo "== $$*"; "$$@" || failed="$$failed\n  $$*"; }; \
	run $(BIN)/ruff format --check .; \
	run $(BIN)/ruff check .; \
	run $(BIN)/mypy; \
	run $(BIN)/schemagen build --check; \
	run $(BIN)/pytest -n $(WORKERS); \
	if [ -n "$$failed" ]; then printf "failed:$$failed\n"; exit 1; fi; \
	echo "make check: everything that could run has passed"

# What follows from the source: generated pages, the example project, output of commands in docs/ and README.md, and the
# shipped definitions as they are compiled before they are shipped. Then the pages as a site.
docs: $(DOCUMENTED)
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/transcripts.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict -f .mkdocs.yml

images: $(DOCUMENTED)
	$(BIN)/python docs/screenshots.py

build: $(CHECKED)
	$(BIN)/python -m build --outdir dist .

# What it finds is kept in tests/fuzz_finds, where a test replays it.
fuzz: $(READY)
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

# A quarter of an hour on a quiet machine; with SIZE=quick two minutes, into benchmarks/work. Peers in node are left out where
# there is no npm.
bench: $(BENCHED) $(OPENAPI_CORE) $(if $(shell command -v npm),$(PEERS))
	$(BIN)/python -m benchmarks.run --size $(SIZE)

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/node/node_modules
	rm -rf benchmarks/work benchmarks/node/node_modules benchmarks/node/compiled
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "schemagen needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv \
	  || { echo "python3 -m venv does not work here (Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(CHECKED): $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,check]'
	@touch $@

$(DOCUMENTED): $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,docs]'
	@touch $@

$(BENCHED): $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@touch $@

$(PEERS): benchmarks/node/package-lock.json
	npm ci --silent --no-audit --no-fund --prefix benchmarks/node

# openapi-core wants other versions of libraries than schemagen does, so it has an environment of its own.
$(OPENAPI_CORE): benchmarks/openapi-core.txt
	$(PYTHON) -m venv benchmarks/work/openapi-core
	benchmarks/work/openapi-core/bin/pip install --quiet --disable-pip-version-check -r benchmarks/openapi-core.txt
	@touch $@

$(NODE): tests/node/package.json
	npm ci --silent --no-audit --no-fund --prefix tests/node
