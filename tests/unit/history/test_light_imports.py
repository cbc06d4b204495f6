import subprocess
import sys

import pytest

LIGHT_MODULES = ("values", "recipe", "snapshot", "names", "locking", "store")


@pytest.mark.parametrize("module", LIGHT_MODULES)
def test_the_values_of_the_history_load_without_a_database_library(module: str) -> None:
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}; import infinite_studio.history.{module};"
        "print(sorted({'sqlalchemy', 'alembic', 'sqlite3', 'numpy'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_opening_an_up_to_date_library_does_not_load_alembic(tmp_path) -> None:
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}; from pathlib import Path;"
        "from infinite_studio.history.library import Library; Library.open(Path(sys.argv[1])).close();"
        "print('alembic.command' in sys.modules)"
    )
    for expected in ("True", "False"):
        answer = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
        )
        assert answer.stdout.strip() == expected
