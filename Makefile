# Each target makes what it needs: a virtual environment in .venv, with the pinned packages.

# The first of these that is recent enough; `make PYTHON=…` names another. A distribution's own is built for
# speed, one that was built at home often is not: Debian's took a sixth less time than the same version of pyenv.
PYTHON ?= $(shell for python in /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c '$(RECENT)' 2>/dev/null && echo $$python && break; done)
RECENT := import ensurepip, sys; sys.exit(sys.version_info < (3, 11))
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet
DATA = $(or $(RAPPORT_DATA_DIRECTORY),.rapport)

.PHONY: serve test check bench conformance lock

serve: .venv/runtime
	@$(BIN)/python -m server.explorer.install $(DATA)/explorer
	@$(BIN)/rapport serve

test: check
	$(BIN)/python -m pytest $(ARGS)

check: .venv/development
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

# `make bench ONLY=name` runs one of them.
ONLY ?= *
bench: .venv/development
	@for file in $$(grep -l __main__ benchmarks/$(ONLY).py); do \
		echo "== $$file"; $(BIN)/python -m benchmarks.$$(basename $$file .py) || exit 1; done

# graphql-core's own published tests of execution, run by the compiled executor.
conformance: .venv/development
	$(BIN)/python -m tests.conformance

# `make lock UPGRADE=--upgrade` takes the newest versions that pyproject.toml allows.
lock: .venv/development
	$(COMPILE) $(UPGRADE) --extra build --output-file requirements.txt
	$(COMPILE) $(UPGRADE) --extra build --extra dev --constraint requirements.txt --output-file requirements-dev.txt

.venv/runtime: requirements.txt pyproject.toml
	@$(BIN)/python -c '$(RECENT)' 2>/dev/null || { \
		$(PYTHON) -c '$(RECENT)' 2>/dev/null || { echo "Python 3.11 or later is needed: make PYTHON=…" >&2; exit 1; }; \
		$(PYTHON) -m venv --clear .venv; }
	@echo "Installing the pinned packages into .venv"
	@$(INSTALL) --require-hashes --requirement requirements.txt
	@$(INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

.venv/development: .venv/runtime requirements-dev.txt
	@echo "Installing the pinned development packages into .venv"
	@$(INSTALL) --require-hashes --requirement requirements-dev.txt
	@touch $@
