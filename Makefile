# `make help` lists the commands. Each one first makes what it needs: the virtual environments in .venv and .local, renewed
# whenever a lock file in requirements/ changes.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# Packages are installed uncompiled; without this a machine that forbids bytecode would compile them on every start.
unexport PYTHONDONTWRITEBYTECODE

# The Python that everything here runs on: the first of these that is new enough, or the one that is named with PYTHON=...
ifndef PYTHON
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
endif
BIN := .venv/bin
AT_PORT := $(if $(PORT),--port $(PORT))
DOCUMENT := functions/reference/openapi.json
# They run on the Node.js of their own environment, and send nothing anywhere.
NODE_TOOLS := PATH="$(CURDIR)/.local/venvs/node/bin:$$PATH" REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
	.local/npm/node_modules/.bin
LOCKS := runtime dev stack checkov node generators

.PHONY: help
help: ## Lists the commands
	@echo "Usage: make COMMAND. PORT=4600 moves the stack from port 4566, TESTS=tests/unit runs a part of the tests,"
	@echo "PYTHON=python3.13 chooses the Python that everything runs on."
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

.PHONY: dev
dev: stack-environments ## Runs the system on this machine, follows its logs, reloads changed code; Ctrl-C stops it
	@exec $(BIN)/python -m local.stack dev $(AT_PORT)

.PHONY: up
up: stack-environments ## The same in the background; returns when it answers
	@exec $(BIN)/python -m local.stack up $(AT_PORT)

.PHONY: down
down: ## Stops it and keeps its data
	@test -x $(BIN)/python || { echo "The stack was never started; there is nothing to stop."; exit 0; }; exec $(BIN)/python -m local.stack down

.PHONY: reset
reset: stack-environments ## Empties it, running or stopped, and starts over with the example data
	@exec $(BIN)/python -m local.stack reset $(AT_PORT)

.PHONY: test
test: stack-environments ## Runs every test, a file at a time on two processes
	@'$(PYTHON)' -m local.dynoxide
	@'$(PYTHON)' -m local.environments generators npm
	@exec $(BIN)/python -m pytest -n 2 $(TESTS)

.PHONY: coverage
coverage: stack-environments ## The same with coverage by branch, which takes about twice as long
	@'$(PYTHON)' -m local.dynoxide
	@'$(PYTHON)' -m local.environments generators npm
	@exec $(BIN)/python -m pytest -n 2 --cov $(TESTS)

.PHONY: check
check: environments ## Checks style, types, layers, template, OpenAPI document and translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cfn-lint template.yaml
	@$(MAKE) security
	$(BIN)/python -m local.openapi --check
	@$(MAKE) lint-document
	$(BIN)/python -m local.messages --check

.PHONY: lint-document
lint-document: python ## Lets redocly and spectral look at the OpenAPI document
	@'$(PYTHON)' -m local.environments npm
	@$(NODE_TOOLS)/redocly lint --extends recommended-strict $(DOCUMENT)
	@$(NODE_TOOLS)/spectral lint --ruleset .spectral.yaml --fail-severity hint $(DOCUMENT)

.PHONY: format
format: environments ## Formats the code and mends what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: openapi
openapi: environments ## Writes the OpenAPI document from the code
	$(BIN)/python -m local.openapi

.PHONY: messages
messages: environments ## Collects the texts to translate and compiles the translations
	$(BIN)/python -m local.messages

.PHONY: bench
bench: stack-environments ## Measures the system on this machine
	@'$(PYTHON)' -m local.dynoxide
	@exec $(BIN)/python -m tests.bench

.PHONY: deploy
deploy: ## Deploys to AWS with the SAM CLI; asks what it has to know the first time
	@command -v sam >/dev/null || { echo "make deploy needs the AWS SAM CLI (pip install aws-sam-cli) and AWS credentials." >&2; exit 1; }
	sam build --build-in-source
	sam deploy --capabilities CAPABILITY_IAM $(if $(wildcard samconfig.toml),,--guided)

.PHONY: lock
lock: ## Renews the lock files from requirements/*.in
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	@cd requirements && for name in $(LOCKS); do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
			"$$name.in" --output-file "$$name.txt"; done
	@'$(PYTHON)' -m local.environments node
	@for folder in npm web; do (cd requirements/$$folder && PATH="$(CURDIR)/.local/venvs/node/bin:$$PATH" npm update \
		--package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund); done

.PHONY: environments
environments: python
	@'$(PYTHON)' -m local.environments dev web

.PHONY: stack-environments
stack-environments: python
	@'$(PYTHON)' -m local.environments dev stack runtime web

.PHONY: python
python:
	@test -n '$(PYTHON)' || { echo "Python 3.11 or newer is needed and none was found. Install one, or name it: make PYTHON=/path/to/python3.13 ..." >&2; exit 1; }
	@'$(PYTHON)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "$(PYTHON) is not a Python 3.11 or newer. Name another one: make PYTHON=/path/to/python3.13 ..." >&2; exit 1; }
	@'$(PYTHON)' -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks its venv module. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

-include packaging.mk
