# Two commands do everything on a fresh machine: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq

.PHONY: help demo test coverage nightly lint lock clean

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.ready  ## the whole week on the bundled sample web, in ./demo
	$(BIN)/digest demo demo
	@echo "  (here, digest is $(BIN)/digest, and python is $(BIN)/python)"

test: $(VENV)/.ready-dev lint  ## every check and every test
	$(BIN)/python -m pytest -n auto --dist loadfile

coverage: $(VENV)/.ready-dev  ## what no test reaches; tracing takes as long again as the tests
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term:skip-covered

nightly: $(VENV)/.ready-dev  ## what a draft must never lose, on 5,000 examples for each property
	DIGEST_EXAMPLES=5000 $(BIN)/python -m pytest -n auto tests/draft -k "properties or updating or tracked"

lint: $(VENV)/.ready-dev  ## style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock:  ## pin the packages anew (needs uv)
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --quiet --upgrade -o requirements.lock
	uv pip compile pyproject.toml --all-extras --group build --group dev --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --quiet --upgrade -c requirements.lock -o requirements-dev.lock

clean:  ## remove what was made here
	rm -rf $(VENV) demo .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage build dist

# A bare Debian may have Python without ensurepip: then a pip that is on the machine installs into the
# environment, and without one the message says what to install.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "digest needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(VENV)/bin/python install --quiet pip; } || { rm -rf $(VENV); echo "Python's venv module is not installed. On Debian: apt-get install python3-venv" >&2; exit 2; }

$(VENV)/.ready: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
