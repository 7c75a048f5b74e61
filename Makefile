# make run: the dashboard on the shipped sample.  make test: everything that must hold.
.DELETE_ON_ERROR:
.PHONY: run test format bench coverage sample

REVLENS_DB ?= .revlens/revlens.duckdb
export REVLENS_DB
BIN := .venv/bin
PYTHON := $(BIN)/python
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
PYTEST := $(BIN)/pytest -q -n 2
BY_FILE := --dist loadfile --no-loadscope-reorder

run: $(REVLENS_DB)
	@exec $(PYTHON) -m engine serve

# Two processes share two cores: a thread that waits must not take turns from one that works.
test: export OMP_WAIT_POLICY = passive
test: $(DEVELOPMENT)
	@.ci/system chromium fonts-noto-cjk
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --processes 2 sql
	$(PYTEST) tests/test_*.py tests/unit tests/sql
	$(PYTEST) $(BY_FILE) tests/integration tests/pages
	$(PYTEST) $(BY_FILE) tests/browser

format: $(DEVELOPMENT)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# BENCH_SIZE=small, normal or full; needs a network for public logs and for peers.
bench: export BENCH_SIZE ?= normal
bench: $(DEVELOPMENT)
	@set -e; for file in benchmarks/[!_]*.py; do \
		case $$file in */coverage.py|*/rung_zero.py) continue;; esac; \
		PYTHONPATH=. $(PYTHON) $$file; done

# Made-up worlds whose truth is known: hours on two cores; worlds that are judged are kept under .bench, so that it goes on.
coverage: $(DEVELOPMENT)
	PYTHONPATH=. $(PYTHON) benchmarks/coverage.py
	PYTHONPATH=. $(PYTHON) benchmarks/rung_zero.py

sample: $(RUNTIME)
	PYTHONPATH=. $(PYTHON) sample_data/make.py

# Built only when missing; an interrupted build is deleted, never half a database. Make
# deletes the file itself; what lies beside it belongs to the lost file and goes as well.
$(REVLENS_DB): | $(RUNTIME)
	@rm -rf "$@.wal" "$@.d"
	$(PYTHON) -m engine sample
	$(PYTHON) -m engine train

$(RUNTIME): requirements.txt
	@.ci/system python3-venv libgomp1
	@.ci/venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
