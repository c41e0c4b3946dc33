# What can be made here; `make help` lists it.

PYTHON ?= python3
UV ?= uv

VENV := .venv
BIN := $(VENV)/bin
CSV := data/local/events.csv
DATA ?= ../shared
TRAINED := data/local/training

.DEFAULT_GOAL := help
.PHONY: help install run test check schema docs train evaluate lock clean

help:  ## list what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

install: $(VENV)/installed  ## make the virtual environment in .venv

run: $(VENV)/installed  ## read the sample articles into the store, and write their events as CSV
	@$(BIN)/breachwire run data/samples --export $(CSV)

test: $(VENV)/installed  ## run the tests, on all cores; only some of them with TESTS="tests/test_dates.py -k weekday"
	@$(BIN)/python -m pytest -n auto --dist worksteal $(TESTS)

check: $(VENV)/installed  ## look at style, types and imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

schema: $(VENV)/installed  ## write schemas/event.schema.json again, after a change to the type of Event
	@$(BIN)/python -m schemas.json_schema

docs: $(VENV)/installed  ## write docs/schema.md and docs/queries.md again, after a change to the store or to data/queries
	@$(BIN)/python -m store.documents

train: LEARN = $(BIN)/python -m training.train --gold $(DATA)/gold --casie $(DATA)/casie \
	  --vcdb $(DATA)/vcdb/incidents.jsonl --general-news $(DATA)/news/bbc-2004-2005.jsonl.gz
train: $(VENV)/installed  ## train data/model anew on the annotated articles in DATA, and score it (hours without a GPU)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
	  -r requirements-training.lock -c requirements-training.lock
	@$(BIN)/python -m training.pretrain --news $(DATA)/news/security-2022-2026.jsonl.gz $(DATA)/gold/train.articles.jsonl \
	  $(DATA)/casie/train.jsonl $(DATA)/vcdb/incidents.jsonl $(DATA)/hibp/breaches.jsonl \
	  --leave-out $(DATA)/gold/dev.articles.jsonl $(DATA)/casie/dev.jsonl --output $(TRAINED)/pretrained.pt
	@$(LEARN) --pretrained $(TRAINED)/pretrained.pt --epochs 9 --output $(TRAINED)/model.pt
	@$(LEARN) --start $(TRAINED)/model.pt --epochs 2 --seed 8 --output $(TRAINED)/model.pt
	@$(BIN)/python -m training.export --model $(TRAINED)/model.pt --output data/model
	@$(BIN)/python -m training.calibrate --gold $(DATA)/gold
	@$(BIN)/python -m training.topics --gold $(DATA)/gold --news $(DATA)/news/security-2022-2026.jsonl.gz \
	  --general-news $(DATA)/news/bbc-2004-2005.jsonl.gz --read $(TRAINED)/read.json
	@$(BIN)/python -m training.agreement --model $(TRAINED)/model.pt --gold $(DATA)/gold
	@$(MAKE) --no-print-directory evaluate

evaluate: $(VENV)/installed  ## score data/model on the annotated articles in DATA
	@$(BIN)/python -m training.evaluate --gold $(DATA)/gold --part dev --ablate

lock: COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile pyproject.toml --quiet --upgrade --universal \
	  --generate-hashes --python-version 3.11 --no-annotate
lock:  ## choose the versions of the locks again (needs uv)
	@$(COMPILE) --extra dev --extra notebook --output-file requirements.lock
	@$(COMPILE) --extra training --constraint requirements.lock --output-file requirements-training.lock

clean:  ## take away the virtual environment and the caches; data/local stays
	@rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -rf *.egg-info

# The lock is given as constraints too: pip takes `name` for another thing than `name[extra]`, and would look at the
# newest release of the second. The lock holds everything with its hash; then breachwire itself, in place and without asking the network.
$(VENV)/installed: requirements.lock pyproject.toml
	@set -e; \
	suits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; \
	python=; \
	for candidate in "$(PYTHON)" python3.13 python3.12 python3.11; do \
	  if "$$candidate" -c "$$suits" 2>/dev/null; then python="$$candidate"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "breachwire needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Install one and name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.13" >&2; exit 1; \
	fi; \
	echo "Making a virtual environment in $(VENV) with $$("$$python" --version); a minute or two, once …"; \
	"$$python" -m venv --clear $(VENV); \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
	  -r requirements.lock -c requirements.lock; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .; \
	touch $@
