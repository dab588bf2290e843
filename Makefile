# Station Atlas. `make` lists what there is. Written for GNU make 3.81 (macOS) and later.

PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python
PIP    := $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r
LOCK   := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --annotation-style line --custom-compile-command "make lock"
PO     := stations/locale/zh_CN/LC_MESSAGES/stations.po
POT    := $(VENV)/stations.pot

.PHONY: help app test kill lock messages pictures bench clean

help:
	@echo "make app       install what the app needs, then serve it and print its address"
	@echo "make test      install what the tests need, then check style and types and run every test"
	@echo "make kill      kill writers at random moments, a hundred times, and look whether anything is lost"
	@echo "make bench     measure the app against its peers"
	@echo "make lock      write the locks anew from requirements.txt and requirements-dev.txt"
	@echo "make messages  bring the Chinese catalogue in step with the messages in the code"
	@echo "make pictures  take the pictures of the documentation anew"
	@echo "make clean     remove .venv and caches; the register in data/ stays"

app: $(VENV)/app.stamp $(VENV)/compiled.stamp
	$(RUN) -m stations serve

test: $(VENV)/dev.stamp
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy --strict
	$(RUN) -m pytest -m "not browser" --numprocesses auto --maxprocesses 8 --dist loadfile
	# A journey that fails is tried once more, one at a time, on a machine with less to do; both times are told.
	$(RUN) -m pytest -m browser --numprocesses 2 --dist loadfile || $(RUN) -m pytest -m browser --last-failed --last-failed-no-failures none

kill: $(VENV)/dev.stamp
	KILL_ROUNDS=100 $(RUN) -m pytest --log-cli-level=INFO tests/store/test_durability.py

bench: $(VENV)/dev.stamp
	$(RUN) -m benchmarks.run

lock: $(VENV)/dev.stamp
	$(LOCK) requirements.txt --output-file requirements.lock
	$(LOCK) requirements-dev.txt --constraints requirements.lock --output-file requirements-dev.lock

messages: $(VENV)/dev.stamp
	$(VENV)/bin/pybabel --quiet extract --keyword mark --no-location --sort-output --width 120 \
		--output-file $(POT) stations
	$(VENV)/bin/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
		--width 120 --locale zh_CN --input-file $(POT) --output-file $(PO)

pictures: $(VENV)/dev.stamp
	$(RUN) docs/pictures.py

clean:
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp says that its lock is installed, so that the second time is quick.
$(VENV)/app.stamp: requirements.lock $(RUN)
	@echo "Installing the packages of $< into $(VENV) (about 1 GB, once) ..."
	$(PIP) $<
	@touch $@

$(VENV)/compiled.stamp: $(VENV)/app.stamp $(wildcard stations/analysis/siting/*.py)
	@echo "Compiling the loops that look for sites (once) ..."
	@$(RUN) -c "import stations.analysis.siting"
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(RUN)
	@echo "Installing the packages of $< into $(VENV) (about 2 GB, once) ..."
	$(PIP) $<
	@touch $@

$(RUN):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Station Atlas needs Python 3.11 or newer, and $(PYTHON) is older or missing." >&2; \
		echo "Install one and name it, for example: make app PYTHON=python3.12" >&2; \
		exit 1; }
	$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }
