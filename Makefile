# Two commands on a fresh machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
ARGS ?=
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes

.DEFAULT_GOAL := help
.PHONY: help demo up doctor test test-fast lint format types layers browser-parts sweep bench-privacy bench-rules \
	bench-sentiment lock clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/run.stamp: requirements-build.lock requirements.lock pyproject.toml
	@echo "setting up .venv (a few minutes the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) -r requirements-build.lock
	@$(PIP) --no-build-isolation -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	@$(PIP) --no-build-isolation -r requirements-dev.lock
	@touch $@

.venv/bench.stamp: .venv/dev.stamp requirements-bench.lock
	@$(PIP) --no-build-isolation -r requirements-bench.lock
	@touch $@

demo: .venv/run.stamp  ## carry one item the whole way and stay up; ARGS="--exit --json FILE [--video FILE]"
	@$(BIN)/yiyuan demo $(ARGS)

up: .venv/run.stamp  ## the product, on a data folder that survives restarts
	@$(BIN)/yiyuan up $(ARGS)

doctor: .venv/run.stamp  ## name each fault of this installation and its remedy
	@$(BIN)/yiyuan doctor $(ARGS)

browser-parts:
	@sh tests/browser/install.sh

test: .venv/dev.stamp browser-parts  ## the whole suite, browser tests included where Chromium can be had
	@$(BIN)/python -m pytest --numprocesses 2 --dist worksteal $(ARGS)

test-fast: .venv/dev.stamp  ## all but browser and Prefect tests
	@$(BIN)/python -m pytest --numprocesses 2 -m "not browser and not prefect" $(ARGS)

lint: .venv/dev.stamp  ## ruff: rules and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: .venv/dev.stamp  ## let ruff rewrite what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: .venv/dev.stamp  ## mypy --strict, over tests, benchmarks and training too
	@$(BIN)/mypy

layers: .venv/dev.stamp  ## which package may import which
	@$(BIN)/lint-imports

sweep: .venv/dev.stamp  ## long forms: 10,000 random steps at the gate and of duties, 300 kills on every channel
	@GATE_STEPS=10000 $(BIN)/python -m pytest tests/review/approval/test_gate_state_machine.py
	@DUTY_STEPS=10000 $(BIN)/python -m pytest tests/duties/test_random_steps.py
	@$(BIN)/python -m tests.chaos --kills 300 --posts 30 --seed 1

bench-privacy: .venv/bench.stamp  ## speed and leak beside deface; needs YIYUAN_BENCH_DATA
	@$(BIN)/python -m bench.privacy $(ARGS)

bench-rules: .venv/dev.stamp  ## recall, false alarms and speed of the rule pack; needs YIYUAN_BENCH_DATA
	@$(BIN)/python -m bench.compliance $(ARGS)

bench-sentiment: .venv/dev.stamp  ## accuracy and speed of the scorer beside SnowNLP; needs YIYUAN_BENCH_DATA
	@$(BIN)/python -m bench.sentiment.measure $(ARGS)

lock:  ## resolve the locks anew from pyproject.toml (needs uv)
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --override overrides.txt pyproject.toml -o requirements.lock
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --override overrides.txt --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --override overrides-bench.txt --extra bench -c requirements.lock pyproject.toml -o requirements-bench.lock
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-build.in -o requirements-build.lock

clean:  ## remove what was built, not your data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
