# Thin on purpose: every target is a line of public tools, and the README gives each without make.
PYTHON ?= python3
BIN := .venv/bin
BOOK := $(BIN)/jupyter-book build . -W -n --keep-going

.DEFAULT_GOAL := book

.venv/installed: requirements.txt constraints.txt pyproject.toml tests/requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.PHONY: lock
lock: .venv/installed  ## Pin the newest versions of everything in constraints.txt
	grep -v '^-c' requirements.txt | uvx uv pip compile - --universal --python-version 3.11 --upgrade \
		--no-header --no-annotate --no-emit-package course-utils --output-file constraints.txt
