# Kotae. `make` alone lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python

.PHONY: help run test test-database check format bench setup setup-dev clean

help: ## list these commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## set everything up, train, build the index and start the product with its demo shop
	@exec .venv/bin/kotae up --demo

test: setup-dev check ## set everything up and pass all checks and tests
	$(PY) -m pytest tests

test-database: setup-dev ## the tests that use a database, on the one KOTAE_TEST_DATABASE_URL names
	@test -n "$$KOTAE_TEST_DATABASE_URL" || { echo "KOTAE_TEST_DATABASE_URL is not set: name a PostgreSQL database that the tests may empty." >&2; exit 2; }
	$(PY) -m pytest tests/helpdesk tests/web_widget tests/cli tests/live -m "not browser and not model"

check: setup-dev ## ruff, ruff format, mypy --strict and the FAQ files
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/kotae check

format: setup-dev ## put the code in its standard form
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup-dev ## measure speed and memory against the baselines, write bench.json
	$(PY) -m tests.benchmarks

setup: ## only set up the two Python environments
	@requirements/install.sh app rasa

setup-dev:
	@requirements/install.sh app rasa dev

clean: ## remove the environments, built files and the local database (asks first)
	@read -r -p "Remove .venv, .venv-rasa and var (with its database)? [y/N] " answer && [ "$$answer" = y ] && rm -rf .venv .venv-rasa var
