# Thin on purpose: every target is a line or two of public tools; the README gives each without make.
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
UNIT := course_utils tests --ignore=tests/ext --ignore=tests/notebooks --ignore=tests/site
PORT ?= 8000
# The matrices of the course are small: threads cost more than they bring, above all on two cores.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help book pdf serve test test-fast test-all benchmarks observations lint lock oracles system-packages clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

book: .venv/installed  ## Build the site and print where it is
	$(BIN)/python -m course_utils.grading build
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo "$(CURDIR)/_build/html/index.html"

pdf: export BOOK_PDF := 1
pdf: book  ## Build the site with a PDF of the whole course, in a few minutes; needs Chromium
	$(BIN)/python book/_ext/print_pdf.py

serve: book  ## Build the site and serve it on this machine alone
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

test: lint  ## Run everything that a change is held to: types, units, doctests, build, notebooks, browser
	$(PYTEST) -n 2 $(UNIT) -m "not slow"
	$(MAKE) book
	$(PYTEST) -n 2 --dist worksteal tests/ext -m "not slow"
	$(PYTEST) -n 2 --dist loadfile tests/notebooks -m "not slow"
	$(PYTEST) -n 2 --dist loadgroup tests/site -m "not slow"

test-fast: lint  ## Run types, units and doctests, in a minute or two
	$(PYTEST) -n 2 -q $(UNIT) --ignore=tests/peers -m "not slow and not thorough"

test-all: test  ## Run what is slow as well: second build, oldest versions, other libraries
	$(PYTEST) -n 2 course_utils tests -m slow

benchmarks: .venv/installed  ## Measure accuracy and speed beside other libraries, and grading, in a quarter of an hour
	$(BIN)/python tests/benchmarks/accuracy.py && $(BIN)/python tests/benchmarks/speed.py
	$(BIN)/python tests/benchmarks/grading.py

observations: .venv/installed  ## Store anew what the libraries do on the pages that compare them
	$(BIN)/python tests/peers/record_observations.py

lint: .venv/installed  ## Check style and types, and that no exercise has to be built anew
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m course_utils.grading build --check

lock: .venv/installed  ## Pin the newest versions of everything in constraints.txt
	$(BIN)/pip install --quiet uv
	grep -v '^-c' requirements.txt | $(BIN)/uv pip compile - --universal --python-version 3.11 --upgrade \
		--no-header --no-annotate --no-emit-package course-utils --output-file constraints.txt

oracles: .venv/installed  ## Install PyTorch and Keras, which the tests of claims about them need
	$(BIN)/pip install --quiet -c constraints.txt $(shell grep -E '^(torch|keras)' tests/requirements-oracles.txt)

system-packages:  ## Install Debian's packages that the tests need (asks for sudo unless root)
	$(if $(filter 0,$(shell id -u)),,sudo )apt-get update -qq
	$(if $(filter 0,$(shell id -u)),,sudo )apt-get install -qq -y --no-install-recommends $(shell cat .ci/packages.txt)

clean:  ## Remove the site, the executed chapters and the proofs remembered
	rm -rf _build

.venv/installed: requirements.txt constraints.txt pyproject.toml tests/requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@
