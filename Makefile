# Two commands start everything: `make demo` and `make test`. `make help` lists the rest.
# Python 3.11 or newer, git and make are all that must be there beforehand.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
SIZE ?= small
PORT ?= 8000
DEMO_HOME := var/demo
VENV := .venv/bin
SETUP := $(PYTHON) scripts/setup.py

.PHONY: help demo demo-clean setup setup-dev test check conformance format prove bench lock messages clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: setup ## start the sample company in the browser (SIZE=small|medium|large PORT=8000)
	@exec $(VENV)/isthmus --home $(DEMO_HOME) demo --size $(SIZE) --port $(PORT)

demo-clean: ## throw away the sample company's data, and only that
	@rm -rf $(DEMO_HOME) && echo "The sample company is gone. 'make demo' makes a new one."

setup: ## install what the program needs into .venv
	@$(SETUP) runtime

setup-dev: ## install also what developers need
	@$(SETUP) dev

test: setup-dev ## run every test: browser included, on SQLite and on PostgreSQL
	@$(VENV)/python -m scripts.test $(TESTS)

check: setup-dev ## format, lint, types, import rules, migrations, templates, catalogues
	@$(VENV)/python -m scripts.check

conformance: setup-dev ## send with the real SDKs of Segment and Rudder, and our own script, to a running Isthmus
	@$(VENV)/python -m scripts.conformance $(TESTS)

format: setup-dev ## rewrite the code as `make check` wants it
	@$(VENV)/ruff check --quiet --fix-only . && $(VENV)/ruff format .

prove: setup-dev ## the long proofs: kill -9 under load, damaged files, backup and restore of a million facts
	@$(VENV)/python -m scripts.prove

bench: setup-dev ## a million persons, ten million facts, four clients: p50, p95 and their floors; then a million imported
	@$(VENV)/python -m bench $(BENCH)
	@$(VENV)/python -m bench.imports $(BENCH_IMPORTS)
	@$(VENV)/python -m bench.events $(BENCH_EVENTS)

lock: setup-dev ## compile requirements*.txt anew from pyproject.toml
	@$(VENV)/python -m scripts.lock $(LOCK)

messages: setup-dev ## collect every translatable text into isthmus/locale
	@$(VENV)/python -m scripts.messages

clean: ## remove the virtual environment and caches, keep all data
	@rm -rf .venv .conformance .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
