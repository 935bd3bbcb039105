# `make demo` and `make test` work in a fresh clone: each prepares what it needs, once.
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.13 || command -v python3)
VENV := .venv
READY := $(VENV)/.ready
RUN := $(VENV)/bin/python

.PHONY: help setup demo sim test check tests format bench docs screenshots clean

help: ## show what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 14

setup: $(READY) ## create the virtual environment in .venv

$(READY): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 13) and "Python 3.13 or later is needed, not " + sys.version.split()[0] + ": make PYTHON=/path/to/python3.13")'
	$(PYTHON) -m venv --clear $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

demo: $(READY) ## play the workshop's story against a simulated Azure
	@$(RUN) -m demo

sim: $(READY) ## leave a simulated Azure and the app running to play with
	@$(RUN) -m demo --stay

test: check tests ## everything CI runs

check: $(READY) ## format, lint, types, import contracts
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports

tests: $(READY) ## the tests alone
	$(RUN) -m pytest

format: $(READY) ## rewrite the code in the project's format
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

bench: $(READY) ## measure how fast it is, which takes some 20 minutes
	@$(RUN) -m benchmarks

docs: $(READY) ## write the pages of docs/ that are made from the code
	$(RUN) -m docs.generate

screenshots: $(READY) ## take the pictures of docs/images/, which needs chromium
	$(RUN) -m docs.screenshots

clean: ## remove everything that was made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .simulator
