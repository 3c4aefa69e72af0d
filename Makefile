# make demo   sets up and finds the contradictions in the seed article, offline, with the shipped model
# make test   sets up and runs all tests
# make check  what CI runs: lint, format, types, imports, tests
#
# On Linux, PyPI's torch brings several gigabytes for GPUs. For the small build:
#   make demo TORCH_INDEX=https://download.pytorch.org/whl/cpu

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
TORCH_INDEX ?=

.PHONY: demo test check lint clean
.DELETE_ON_ERROR:

demo: $(VENV)/.run
	@echo "==> nli article seeds/article.txt"
	@$(BIN)/nli article seeds/article.txt
	@echo
	@echo "==> nli score --a ... --b ...   (the same for two statements of your own)"
	@$(BIN)/nli score --a "Ukraine attacked the residence with 91 drones." --b "There was no attack on the residence."

test: $(VENV)/.dev
	@echo "==> running all tests"
	@$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

$(VENV)/.run: pyproject.toml constraints.txt
	@echo "==> setting up $(VENV) (once; some minutes with downloads)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) torch $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	@$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@echo "==> adding what tests and training need"
	@$(PIP) --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
