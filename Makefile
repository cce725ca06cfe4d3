# Everything runs in .venv, which the first target makes. Needed: Python 3.11 or later, and make.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check fix bench doctor clean lock docs runtime development

PROFILE ?= hall-booking
PORT ?= 8000
export PORT
PYTHON_RUN := .venv/bin/python

help: ## show this list
	@echo "Kalends: an engine for service-booking marketplaces."
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

demo: runtime ## start a marketplace with a city in it and tell a customer's story (PROFILE=hall-booking PORT=8000)
	@$(PYTHON_RUN) -m kalends demo --profile $(PROFILE)

test: development ## run all tests (TESTS=tests/core for some of them)
	@$(PYTHON_RUN) -m pytest -n 2 --dist loadgroup $(TESTS)

check: development ## lint, format, types, floors of the house, generated docs
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@$(PYTHON_RUN) -m mypy
	@$(PYTHON_RUN) -c 'from importlinter.cli import lint_imports_command as lint; lint()' --no-logo
	@$(PYTHON_RUN) -m kalends.app.docs --check

fix: development ## repair what lint and format can repair by themselves
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

docs: development ## write the generated pages in docs/ anew
	@$(PYTHON_RUN) -m kalends.app.docs

bench: development ## measure against the limits of this machine
	@$(PYTHON_RUN) -m bench

doctor: runtime ## check the installation and every invariant of the data
	@$(PYTHON_RUN) -m kalends doctor

lock: ## resolve the dependencies anew (make lock UPGRADE=--upgrade moves them on)
	@sh scripts/lock $(UPGRADE)

clean: ## delete .venv and caches; the data stay (kalends erase deletes those)
	@rm -rf .venv build dist ./*.egg-info .coverage .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime:
	@sh scripts/setup requirements.lock

development:
	@sh scripts/setup requirements-dev.lock
