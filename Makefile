# Boca. `make run` and `make test` are all a fresh machine needs: Python 3.11, git, make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PORT ?= 8600

.DEFAULT_GOAL := help
.PHONY: help install run test check format bench scoreboard train screenshot hooks lock clean

help: ## list what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

install: $(READY) ## set up the environment from the lock
$(READY): requirements.lock pyproject.toml
	@echo "Setting up $(VENV) from requirements.lock …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

run: install ## run everything on a small simulated town and serve the page (PORT=8600)
	@$(BIN)/boca simulate --if-missing
	@$(BIN)/boca run --port $(PORT)

test: install ## run the tests
	@$(BIN)/python -m pytest

check: install ## format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

format: install ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install ## run every benchmark (add QUICK=1 for the short ones)
	@for script in benchmarks/[a-z]*.py benchmarks/influence/[a-z]*.py; do $(BIN)/python $$script $(if $(QUICK),--quick) || exit 1; done

scoreboard: install ## write docs/scoreboard.md: ours and rivals on public sets (DATA=folder HUB=model)
	@$(BIN)/python benchmarks/nlp_scoreboard.py --out docs/scoreboard.md $(if $(DATA),--data $(DATA)) $(if $(HUB),--hub $(HUB))

train: install ## train what reads language: DATA=folder, TUNED=set or OWN=labelled file, ENCODER= or TEACHER=folder
	@$(BIN)/python -m nlp.training $(if $(DATA),--data $(DATA)) $(if $(TUNED),--tuned $(TUNED)) $(if $(OWN),--own $(OWN)) $(if $(ENCODER),--encoder $(ENCODER)) $(if $(TEACHER),--teacher $(TEACHER))

screenshot: ## renew the README's picture (needs chromium, and `make run` in another terminal)
	@chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
		--hide-scrollbars --window-size=1200,1780 --screenshot=docs/screenshot.png \
		"http://127.0.0.1:$(PORT)/?lang=en&days=30" >/dev/null 2>&1

hooks: install ## run the checks before each commit
	@$(BIN)/pre-commit install

lock: install ## renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --group dev \
		--python-version 3.11 --upgrade -o requirements.lock pyproject.toml

clean: ## remove the environment and everything Boca stored here
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache
