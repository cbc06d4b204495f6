# Infinite Studio. The two commands for everyone: `make run` and `make test`; both do all the set-up.
.PHONY: run test coverage check setup format faults bench package package-models lock clean
PY := .venv/bin/python
# How many processes share the tests.
WORKERS ?= 2
HAS_DISPLAY := $(or $(DISPLAY),$(WAYLAND_DISPLAY),$(filter Darwin,$(shell uname -s)))

run: setup
ifneq ($(strip $(HAS_DISPLAY)),)
	.venv/bin/infinite-studio
else
	@echo "There is no display here, so this is the tour: the main job from end to end, without a window."
	.venv/bin/infinite-studio tour --out tour
	@echo "The results lie in $(CURDIR)/tour: listen to the sounds and look at window.png."
endif

setup:
	@packaging/setup.sh

test:
	@packaging/setup.sh test
	QT_QPA_PLATFORM=offscreen .venv/bin/pytest -q -n $(WORKERS) --dist loadfile

faults: setup
	@packaging/setup.sh test
	STUDIO_FAULTS_LEVEL=N QT_QPA_PLATFORM=offscreen .venv/bin/pytest -q -m faults --timeout 3600

# Every line and branch of the history, by the tests that are about it.
coverage: setup
	@packaging/setup.sh test
	QT_QPA_PLATFORM=offscreen $(PY) -m coverage run --rcfile=tests/checks/history.coveragerc -m pytest -q \
		tests/unit/history tests/property/test_history_graph.py tests/faults/test_history_bundle_attacks.py
	$(PY) -m coverage report --rcfile=tests/checks/history.coveragerc

check: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache
	$(PY) -m tests.checks.docstrings
	$(PY) -m tests.checks.links

format: setup
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

BENCHMARKS = startup compose waveform responsiveness history history_panel sketch sketch_quality listening humming loops musicgen responsiveness_musicgen
STEMS_PARTS = api batch hour quick accuracy cancel
MUSICGEN_START_PARTS = load first memory

bench: setup
	@packaging/setup.sh bench
	for name in $(BENCHMARKS); do QT_QPA_PLATFORM=offscreen $(PY) -m benchmarks.$$name || exit 1; done
	for part in $(STEMS_PARTS); do $(PY) -m benchmarks.stems $$part || exit 1; done
	for part in $(MUSICGEN_START_PARTS); do $(PY) -m benchmarks.musicgen_start $$part || exit 1; done

# One folder that needs no Python; see docs/packaging.md.
package: setup
	.venv/bin/pyinstaller --noconfirm --log-level WARN studio.spec
	$(PY) packaging/smoke.py

# The same with torch, MusicGen, Demucs, CREPE and CLAP inside.
package-models: export STUDIO_WITH_MODELS = 1
package-models: package

lock: setup
	packaging/lock.sh

clean:
	rm -rf .venv .tools build dist tour .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
