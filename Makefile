# `make demo` and `make test` work in a fresh clone: each prepares what it needs, once.
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.13 || command -v python3)
VENV := .venv
READY := $(VENV)/.ready
RUN := $(VENV)/bin/python
TARGETS := help setup demo sim test check tests unit soak mutants bench terraform format docs screenshots requirements clean
# What decides knows no Azure; these three of its tests bring a simulated one.
DECIDING := model config events classify plan status/views
WITH_AZURE := fewest_writes histories move_gateways
COMPILE = $(RUN) -m uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make requirements" $(UPGRADE:%=--upgrade-package %)
FOLDER = $(shell dirname "$(strip $(MAKEFILE_LIST))")
PYTHON_FITS = $(shell command $(PYTHON) -c 'import sys; print(sys.version_info >= (3, 13))' 2>/dev/null)

.PHONY: $(TARGETS)

ifneq ($(strip $(MAKEFILE_LIST)),Makefile)
# make -f /path/to/Makefile, from another folder
$(TARGETS): ; @$(MAKE) --no-print-directory -C "$(FOLDER)" $@
else

help: ## show what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 14

setup: $(READY) ## create the virtual environment in .venv

$(READY): requirements.txt requirements-dev.txt
	$(if $(filter True,$(PYTHON_FITS)),,$(error Python 3.13 or later is needed, and PYTHON='$(PYTHON)' is not: make PYTHON=/path/to/python3.13))
	@echo "first run: under a minute to install what is needed into $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check \
		--requirement requirements.txt --requirement requirements-dev.txt
	@touch $@

demo: $(READY) ## play a story against a simulated Azure (SCENARIO=workshop, two-regions or landing-zone)
	@$(RUN) -m demo$(SCENARIO:%= --scenario '%')

sim: $(READY) ## leave a simulated Azure and the app running to play with (SCENARIO=workshop PORT=8443 APP_PORT=7071)
	@$(RUN) -m demo --stay$(SCENARIO:%= --scenario '%')$(PORT:%= --port %)$(APP_PORT:%= --app-port %)

test: check tests ## everything CI runs

check: $(READY) ## format, lint, types, import contracts
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports --no-logo

tests: $(READY) ## the tests alone
	$(RUN) -m pytest --cov

unit: $(READY) ## the tests of what decides, in seconds
	$(RUN) -m pytest $(DECIDING:%=tests/%) $(WITH_AZURE:%=--ignore=tests/plan/test_%.py)

soak: $(READY) ## play SEEDS=50 histories of trouble, or SEED=7 alone
	@$(RUN) -m tests.soak $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),50))

mutants: $(READY) ## show that the histories catch deliberate defects
	@$(RUN) -m tests.soak.mutants

format: $(READY) ## rewrite the code in the project's format
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

bench: $(READY) ## measure how fast it is, which takes some 20 minutes
	@$(RUN) -m benchmarks

terraform: $(READY) ## try the Terraform module with tofu or terraform, where azapi is there
	@$(RUN) -m tests.infra.terraform

docs: $(READY) ## write the pages of docs/ that are made from the code
	$(RUN) -m docs.generate

screenshots: $(READY) ## take the pictures of docs/images/, which needs chromium
	$(RUN) -m docs.screenshots

requirements: $(READY) ## compile requirements*.txt from pyproject.toml (UPGRADE=aiohttp to raise what is pinned)
	$(COMPILE) pyproject.toml --extra app --extra telemetry --output-file requirements.txt
	$(COMPILE) --group dev --constraint requirements.txt --output-file requirements-dev.txt

clean: ## remove everything that was made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .simulator .coverage

endif
