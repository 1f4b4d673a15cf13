# Everything a developer or operator of this repository types. `make` alone explains it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/hotline-stamp

# Compiled modules are kept, whatever the environment says: everything starts in half the time.
unexport PYTHONDONTWRITEBYTECODE
PYTEST_ARGS ?=
UPGRADE ?=

COMPILE := --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links --no-emit-options $(UPGRADE)

# A migration runs in one transaction. Levels, counts, seconds and agent numbers stay small.
SQUAWK := --assume-in-transaction --exclude prefer-bigint-over-int,prefer-bigint-over-smallint

# Sub-makes of `test` need not ask again whether everything is there.
READY = $(if $(SETUP_DONE),,setup)

# $(call suite,NAME): the tests in tests/NAME; a folder without tests is said, not failed.
suite = $(if $(shell find tests/$1 -name 'test_*.py' 2>/dev/null | head -n 1),\
	$(BIN)/pytest $(PYTEST_ARGS) tests/$1,echo "tests/$1: no tests yet")

# $(call when,PATH,COMMAND): the command, once what it looks at exists.
when = $(if $(wildcard $1),$2,echo "$1: not there yet")

##@ Start here
.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@ / {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo

.PHONY: demo
demo: setup ## Set up, run three calls at once, show and verify what was heard and recorded
	@$(BIN)/python -m ari_app.lab.demo

.PHONY: setup
setup: ## Bring what is missing (packages, .venv, Asterisk, prompts); quick when all is there
	@$(PYTHON) -m tools.setup

##@ Tests
.PHONY: test test-unit test-integration test-acceptance test-dialplan test-faults test-faults-quick
test: setup ## All tests but the long ones: unit, integration, acceptance, dialplan, some faults
	@$(MAKE) --no-print-directory SETUP_DONE=1 --keep-going --jobs=2 --output-sync=target $(SUITES)

# Acceptance goes beside the rest, in three labs at once: calls take their time and leave most of a
# processor alone. What only computes gives way to it.
SUITES := test-acceptance test-unit test-integration test-dialplan test-faults-quick

# Two processes, for there are two cores and nothing but computing to do; their thousand
# temporary folders in memory, where there is a place for that.
test-unit: export PYTEST_DEBUG_TEMPROOT := $(wildcard /dev/shm)
HALF := tests/unit/agi tests/unit/ari tests/unit/commands tests/unit/site tests/unit/tools \
	tests/unit/watchdog
test-unit: $(STAMP) ## Decisions and protocols, without network (under 10 s)
	@nice $(BIN)/pytest $(PYTEST_ARGS) $(HALF) & half=$$!; \
	nice $(BIN)/pytest $(PYTEST_ARGS) tests/unit $(addprefix --ignore=,$(HALF)) || failed=1; \
	wait $$half && test -z "$${failed-}"

test-integration: $(READY) ## Real PostgreSQL and Redis
	@$(call suite,integration)

# Files of the first two labs; the third has the rest.
acceptance = $(foreach name,$1,tests/acceptance/test_$(name).py)
FIRST_LAB := $(call acceptance,agent_number calls command_line fallback listening own_agent \
	phones publishing transfers waiting)
SECOND_LAB := $(call acceptance,nodes outbound rules self_service)
test-acceptance: $(READY) ## Real Asterisk and three labs that play trunk, callers and phones
	@$(BIN)/pytest $(PYTEST_ARGS) $(FIRST_LAB) & first=$$!; \
	$(BIN)/pytest $(PYTEST_ARGS) -m "not beside" $(SECOND_LAB) & second=$$!; \
	$(BIN)/pytest $(PYTEST_ARGS) tests/acceptance \
		$(addprefix --ignore=,$(FIRST_LAB) $(SECOND_LAB)) || failed=1; \
	wait $$first || failed=1; wait $$second || failed=1; test -z "$${failed-}"

# Where each recovery's seconds are noted, and the table that is made of them.
RECOVERIES := .runtime/recoveries.jsonl
TABLE ?=

# What is under a few calls only, and mostly waits, goes beside the rest. Where engines are started
# under many calls nothing does: two that load at once leave the voices of both no processor.
BESIDE := .runtime/faults-beside.log
FAULTS := $(BIN)/pytest --durations=0 --durations-min=1 $(PYTEST_ARGS) tests/faults
# Engines die there, too.
DIALLING := tests/acceptance/test_outbound.py

test-faults: export HOTLINE_RECOVERIES := $(abspath $(RECOVERIES))
test-faults: $(READY) ## Everything that can break, broken under 50 live calls; TABLE=docs/reliability.md
	@mkdir -p $(dir $(RECOVERIES)) && rm -f $(RECOVERIES)
	@$(FAULTS) $(DIALLING) -m beside >$(BESIDE) 2>&1 & beside=$$!; \
	$(FAULTS) -m "not beside and not alone" || failed=1; \
	wait $$beside || failed=1; cat $(BESIDE); \
	$(FAULTS) -m alone || failed=1; \
	test ! -e $(RECOVERIES) || $(BIN)/python -m tests.faults.table $(RECOVERIES) $(TABLE); \
	test -z "$${failed-}"

test-faults-quick: $(READY) ## The engine killed under a few calls, once
	@HOTLINE_SEEDS=1 HOTLINE_WORKLOAD=4,3,2 $(BIN)/pytest $(PYTEST_ARGS) -m quick tests/faults

test-dialplan: $(STAMP) ## Text contracts of dialplan, prompts and Asterisk files
	@$(call suite,dialplan)

##@ Checks
.PHONY: check check-format check-lint check-types check-generated check-sql check-contracts
check: check-format check-lint check-types check-generated check-sql check-contracts ## All below

check-format: $(STAMP) ## Formatting (ruff)
	@$(BIN)/ruff format --check .

check-lint: $(STAMP) ## Lint (ruff)
	@$(BIN)/ruff check .

check-types: $(STAMP) ## Types (mypy, strict)
	@$(BIN)/mypy agi ari_app watchdog tools tests

check-generated: $(STAMP) ## Generated ARI types match Asterisk's API description
	@$(call when,tools/ari_codegen,$(BIN)/python -m tools.ari_codegen --check)

check-sql: $(STAMP) ## Migrations are safe to run on a live database (squawk)
	@$(call when,$(firstword $(wildcard ari_app/store/schema/*.sql) ari_app/store/schema),\
		$(BIN)/squawk $(SQUAWK) ari_app/store/schema/*.sql)

check-contracts: $(STAMP) ## Import rules, dialplan text, settings and flows
	@$(call when,tests/unit/test_architecture.py,$(BIN)/pytest -q tests/unit/test_architecture.py)
	@$(call suite,dialplan)
	@$(call when,ari_app/cli.py,$(BIN)/hotline check)

##@ Running it
.PHONY: up down status
up: setup ## Start one installation in .runtime
	@$(BIN)/hotline up

down: $(STAMP) ## Stop it
	@$(BIN)/hotline down

status: $(STAMP) ## Each part: green, or a reason
	@$(BIN)/hotline status

##@ Less often
.PHONY: bench-setup bench-acd bench-adoption bench-ari bench-ivr bench-load bench-ring bench-shift \
	bench-sim bench-wait sounds lock clean
bench-setup: $(READY) ## Call set-up time through our path over a plain Answer and Playback
	@$(BIN)/python -m bench.setup

bench-acd: $(STAMP) ## Time of a routing decision over a scan of everybody and over SQL
	@$(BIN)/python -m bench.acd

bench-adoption: $(READY) ## How soon a new engine has adopted 50, 100 and 200 live calls
	@$(BIN)/python -m bench.adoption

bench-ari: $(READY) ## Operations and events a second of our ARI client over asyncari and HTTP
	@$(BIN)/python -m bench.ari

bench-ivr: $(READY) ## Cost and rate of an IVR call over dialplan, FastAGI and asyncari (15 minutes)
	@$(BIN)/python -m bench.ivr

bench-load: $(READY) ## What a call that waits or talks needs of each program
	@$(BIN)/python -m bench.load

bench-ring: $(READY) ## From a free agent to the phone that rings, against app_queue (20 minutes)
	@$(BIN)/python -m bench.ring

bench-shift: $(READY) ## A quarter of an hour with 300 agents: what grows with the calls that are over
	@$(BIN)/python -m bench.shift

bench-sim: $(STAMP) ## A simulated day: how fast, and how far from Erlang's formulas
	@$(BIN)/python -m bench.sim

bench-wait: $(STAMP) ## Squared error of the estimated wait over that of other methods
	@$(BIN)/python -m bench.wait

sounds: $(STAMP) ## Generate the spoken prompts from sounds/manifest
	@$(BIN)/python -m ari_app.sounds

lock: ## Write requirements/*.txt anew; UPGRADE=--upgrade takes newer versions
	@place=$$(mktemp -d); trap 'rm -rf "$$place"' EXIT; \
	$(PYTHON) -m venv "$$place"; \
	"$$place/bin/pip" install --quiet --require-hashes -r requirements/tools.txt; \
	"$$place/bin/pip-compile" $(COMPILE) -o requirements/tools.txt requirements/tools.in; \
	"$$place/bin/pip-compile" $(COMPILE) --extra dev \
		-o requirements/lock.txt pyproject.toml requirements/lock.in; \
	"$$place/bin/pip-compile" $(COMPILE) \
		-o bench/ari_clients/requirements.txt bench/ari_clients/requirements.in

clean: ## Remove what can be made again; recordings and database only after a yes
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info sounds/generated
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@kept=$$(find .runtime recordings -type f ! -name README.md 2>/dev/null | head -n 1); \
	if [ -n "$$kept" ]; then \
		if [ -t 0 ]; then read -r -p "Delete recordings and the database in .runtime too? [yes/No] " answer; \
		else answer=no; fi; \
		if [ "$$answer" = yes ]; then rm -rf .runtime; find recordings -type f ! -name README.md -delete; \
		else echo "kept: recordings and .runtime"; fi; \
	fi

$(STAMP): requirements/lock.txt pyproject.toml
	@$(PYTHON) -m tools.setup
	@touch $@
