# SOVEREIGN Research Kernel. `make help` lists what can be done; everything lives in $(VENV), nothing outside it is changed.

VENV ?= .venv
JOBS ?= 2
ARGS ?=
BENCH ?= overhead
BIN := $(VENV)/bin
ASK = $(BIN)/sovereign research $(ARGS) -- "$$RESEARCH_GOAL"
# With a key of LangSmith's, the server counts runs and nodes for its maker, whatever the tracing says.
STUDIO_ENVIRONMENT := LANGSMITH_TRACING=false LANGGRAPH_CLI_NO_ANALYTICS=1 LANGGRAPH_NO_VERSION_CHECK=1 \
	LANGSMITH_API_KEY= LANGCHAIN_API_KEY= LANGSMITH_CONTROL_PLANE_API_KEY=

# The goal travels by the environment, unexpanded: no quote, dollar or backtick in it reaches make or the shell as code.
unexport GOAL
export RESEARCH_GOAL = $(value GOAL)

.DEFAULT_GOAL := help
.PHONY: help research test lint format studio bench docs constraints clean

help:  ## what can be done
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22

research: $(VENV)/.installed  ## research GOAL="…": from a goal to a checked draft, with no key; ARGS="--source corpus" adds options
	@if [ -z "$$RESEARCH_GOAL" ]; then echo 'Say what to research: make research GOAL="How does …?"' >&2; exit 2; fi
	@$(ASK) || { code=$$?; [ $$code -eq 3 ] || exit $$code; }  # 3: the draft is there and waits for its owner

test: lint  ## everything that must hold: format, lint, types, layers, tests with warnings as errors
	@$(BIN)/pytest -n $(JOBS)

lint: $(VENV)/.installed-dev  ## format, lint and types only
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: $(VENV)/.installed-dev  ## put the code into its format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

studio: $(VENV)/.installed-dev  ## serve the graph for LangGraph Studio, without telemetry
	@$(STUDIO_ENVIRONMENT) $(BIN)/langgraph dev --no-browser --no-reload

bench: $(VENV)/.installed-dev  ## measure: make bench BENCH=overhead (any script of bench/, ARGS="…" for its options)
	@$(BIN)/python bench/$(BENCH).py $(ARGS)

docs: $(VENV)/.installed-dev  ## write docs/settings.md and docs/cli.md from the code
	@$(BIN)/python docs/generate.py

constraints: $(VENV)/.installed-dev  ## write constraints.txt from what is installed and tested
	@$(BIN)/python -m pip --disable-pip-version-check freeze --exclude-editable --exclude sovereign-kernel | grep == > constraints.txt

clean:  ## remove the environment and the caches; runs/ stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .langgraph_api

PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what the kernel needs into $(VENV): once, about a minute and 400 MB …" >&2
	@$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the kernel and its test tools into $(VENV): once, about two minutes and 700 MB …" >&2
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.installed

$(BIN)/python:
	@for python in python3.13 python3.12 python3.11 python3 python; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(VENV) with $$($$python --version) …" >&2; \
			$$python -m venv $(VENV) && exit 0; \
			rm -rf $(VENV); \
			echo "error: $$python cannot make a virtual environment" >&2; \
			echo "next: install its venv module (on Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; \
		fi; \
	done; \
	echo "error: no Python 3.11 or newer was found" >&2; \
	echo "next: install one, or name it by hand: <python> -m venv $(VENV), then make again" >&2; exit 1
