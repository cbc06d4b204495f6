"""Counts that tests tell: they stand at the end of every run, captured or not, in one process or in several."""

from collections.abc import Callable
from functools import partial

import pytest

_COUNT = "count"


@pytest.fixture
def tell_count(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tell what was counted, as one line of the run's summary."""
    return partial(record_property, _COUNT)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write what was told below the results."""
    told = [
        f"{report.nodeid.rpartition('::')[2]}: {text}"
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, text in report.user_properties
        if name == _COUNT
    ]
    if told:
        terminalreporter.section("counts")
        for line in told:
            terminalreporter.write_line(line)
