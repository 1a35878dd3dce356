# Probatum. `make run` is all that a first look needs; `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := sh governance/stack/install.sh
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
export PYTHONPATH := $(CURDIR):$(CURDIR)/clients/python/src
# Handed on when given: make run PORT=8100 VAR_DIR=/srv/probatum SAMPLE=0
export PORT VAR_DIR DATABASE_URL DATABASE_OWNER_URL SIGNER_DATABASE_URL BROKER_URL BASE_URL SAMPLE ONLY
export ACCEPT_NEW_STATE
unexport MAKEFLAGS
# Or each process that starts compiles the whole product anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev test check bench figures torture drill verifier lock wipe-sample clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: setup  ## Set up what is missing and run the product in the foreground
	@exec $(BIN)/python -m governance.stack up

setup: $(RUN_STAMP)  ## Install what the product needs, without starting it
	@$(PYTHON) -m governance.stack.native run

setup-dev: $(DEV_STAMP)
	@$(PYTHON) -m governance.stack.native test

test: setup-dev  ## Run all tests, those in a browser included
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(TESTS)

check: setup-dev  ## Check format, lint, imports, types, migrations, deployment
	sh governance/stack/check.sh $(BIN)

bench: setup-dev  ## Measure speed and size; ONLY=name measures one thing
	$(BIN)/python -m tests.benchmarks

figures: setup-dev  ## Write the tables of the READMEs from what make bench measured
	$(BIN)/python -m tests.benchmarks.figures

torture: setup-dev  ## Kill the product's processes under load; SECONDS=300 SEED=text
	TORTURE_SECONDS=$(or $(SECONDS),300) TORTURE_SEED=$(SEED) TORTURE_DISK=4G \
		$(BIN)/python -m pytest -s tests/faults/test_random_kills.py

drill: setup  ## Attack a scratch log as application, owner and superuser; ONLY=text
	@DJANGO_SETTINGS_MODULE=governance.settings.test DATABASE_URL= DATABASE_OWNER_URL= SIGNER_DATABASE_URL= \
		$(BIN)/python manage.py tamper --drill --only "$(ONLY)"

verifier: setup  ## Build build/verifier.pyz and build/verify.html, which check evidence
	$(BIN)/python -m audits.tlog.zipapp_build
	$(BIN)/python -m audits.tlog.page_build

wipe-sample: setup  ## Remove the sample workspace and nothing else
	$(BIN)/python manage.py sample wipe

lock: setup-dev  ## Write requirements*.lock anew from requirements*.txt
	sh governance/stack/lock.sh $(BIN)

clean:  ## Remove what was installed and built; your data in var/ stays
	rm -rf $(VENV) .venv-bench build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(RUN_STAMP): requirements.lock
	@$(INSTALL) $(PYTHON) $(VENV) $< && touch $@

$(DEV_STAMP): requirements-dev.lock
	@$(INSTALL) $(PYTHON) $(VENV) $< && touch $@ $(RUN_STAMP)
