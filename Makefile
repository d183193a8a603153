# The commands of the house. Each does its own set-up: Python 3.11 or later with venv, and make, are all it starts from.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.PHONY: run test check fast format messages translations lock bench clean

export PYTHONDONTWRITEBYTECODE :=
# What the tests install for themselves comes beside the packages of the house.
MAKEFLAGS += --jobs=2
# The system's own interpreter where it will do: a distribution builds it for speed (plain Python took two thirds of the time here that
# one built without takes) and mends it with all else.
PYTHON ?= $(shell for one in /usr/bin/python3 python3; do \
	$$one -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && exit; done; echo python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-compile
UV := $(BIN)/uv pip install -q --python $(BIN)/python --system-certs --no-deps
# The locks name everything. uv takes a tenth of pip's time; pip steps in where an index is named in pip's own settings alone.
install = $(UV) $(1) || $(PIP) $(1)

run: .venv/.ready  ## Start the site with the demo network: http://localhost:8000
	@$(BIN)/guildhall demo --serve

test: .venv/.ready-for-tests check  ## Everything: set-up, checks, then all tests, the fast ones first
	@$(BIN)/python -m tests.suite

fast: .venv/.ready-for-tests  ## The fast tests only
	@$(BIN)/python -m tests.suite --fast

check: .venv/.ready-for-tests  ## Format, lint, types, import contracts, migrations up to date, documents complete
	@$(BIN)/python -m tests.check

format: .venv/.ready-for-tests  ## Put the code in the house's format
	@$(BIN)/ruff format && $(BIN)/ruff check --fix

messages: .venv/.ready-for-tests  ## Collect every text of the interface into community/locale
	@$(BIN)/python -m community.text.catalogue

translations: messages  ## Bring every language's catalogue up to date, and list what it lacks
	@$(BIN)/python -m community.text.translating

bench: .venv/.ready-for-tests  ## Print the figures
	@$(BIN)/python -m bench

lock: .venv/.ready-for-tests  ## Resolve the dependencies anew, with hashes
	@$(BIN)/uv pip compile -q pyproject.toml --extra valkey --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate -o requirements.lock
	@$(BIN)/uv pip compile -q pyproject.toml --extra valkey --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate -c requirements.lock -o requirements-dev.lock
	@$(BIN)/uv pip compile -q --group setup --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate -c requirements-dev.lock -o requirements-setup.lock

.venv/.ready: requirements-setup.lock requirements.lock pyproject.toml
	@echo "Setting up in .venv (once, up to a minute) ..."
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Guildhall needs Python 3.11 or later.")'
	@test -x $(BIN)/pip || { rm -rf .venv/bin .venv/lib*; $(PYTHON) -m venv .venv; } || { echo "Install Python with venv (Debian: apt install python3-venv)."; exit 1; }
	@-$(PIP) --require-hashes -r requirements-setup.lock
	@$(call install,--require-hashes -r requirements.lock)
	@$(call install,--no-build-isolation -e .)
	@touch $@

.venv/.ready-for-tests: .venv/.ready .venv/.servers requirements-dev.lock
	@echo "Installing what the tests need ..."
	@$(call install,--require-hashes -r requirements-dev.lock)
	@touch $@

.venv/.servers: tests/prepare.py
	@mkdir -p .venv
	@$(PYTHON) -m tests.prepare
	@touch $@

clean:  ## Remove the environment and all data of this checkout
	rm -rf .venv var
