# On a fresh machine `make run` serves the notice's graph and `make test` passes the tests;
# both set up all they need in .venv from the locked requirements.

HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help run test lint bench data lock clean
.DEFAULT_GOAL := help

help: ## show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-6s %s\n", $$1, $$2}'

run: $(VENV)/.run ## serve the graph: make run PORT=8000 HOST=127.0.0.1
	@$(BIN)/coopgraph serve --host "$(HOST)" --port "$(PORT)"

test: $(VENV)/.test ## run the tests: make test ARGS='-k paths'
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.test ## check style, types, import direction and generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.bench ## measure against peers: make bench ARGS=--quick
	$(BIN)/python -m benchmarks $(ARGS)

data: $(VENV)/.run ## generate data/ from its sources
	$(BIN)/python -m coopgraph.intake.quotation data/sources/gansu-iit-2019-67.ttl \
		data/sources/gansu-iit-2019-67.txt data/stated/gansu-iit-2019-67.ttl
	$(BIN)/python data/background/build.py

lock: $(VENV)/.run ## lock the newest allowed versions, with hashes
	$(PIP) install uv
	set -e; compile="$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --no-header"; \
	$$compile pyproject.toml -o requirements/run.txt; \
	$$compile -c requirements/run.txt --group build -o requirements/build.txt; \
	$$compile -c requirements/run.txt -c requirements/build.txt --group test -o requirements/test.txt; \
	$$compile -c requirements/run.txt -c requirements/test.txt --group bench -o requirements/bench.txt

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.venv:
	@test -n "$(PYTHON)" || { echo "coopgraph needs Python 3.11 or newer; name it with PYTHON=" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.venv requirements/run.txt requirements/build.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements/run.txt -r requirements/build.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt requirements/reasoner.txt
	$(PIP) install --require-hashes -r requirements/test.txt
	$(PIP) install --no-deps --require-hashes --upgrade --target $(VENV)/reasoner -r requirements/reasoner.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.test requirements/bench.txt
	$(PIP) install --require-hashes -r requirements/bench.txt
	@touch $@
