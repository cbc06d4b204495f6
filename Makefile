# Infinite Studio. The two commands for everyone: `make run` and `make test`; both do all the set-up.
.PHONY: run test check setup format faults bench package lock clean
PY := .venv/bin/python
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
	QT_QPA_PLATFORM=offscreen .venv/bin/pytest -q

faults: setup
	@packaging/setup.sh test
	STUDIO_FAULTS_LEVEL=N QT_QPA_PLATFORM=offscreen .venv/bin/pytest -q -m faults --timeout 3600

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

bench: setup
	for name in startup compose waveform responsiveness listening; do QT_QPA_PLATFORM=offscreen $(PY) -m benchmarks.$$name || exit 1; done

package: setup
	.venv/bin/pyinstaller --noconfirm --log-level WARN studio.spec
	$(PY) packaging/smoke.py

lock: setup
	packaging/lock.sh

clean:
	rm -rf .venv .tools build dist tour .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
