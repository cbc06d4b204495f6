import subprocess
import sys
from pathlib import Path

LIGHT_MODULES = ("values", "reports", "recipe", "snapshot", "names", "locking", "store")


def run(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_the_values_of_the_history_load_without_a_database_library() -> None:
    code = (
        f"import importlib; [importlib.import_module(f'infinite_studio.history.{{name}}') for name in {LIGHT_MODULES}];"
        "print(sorted({'sqlalchemy', 'alembic', 'sqlite3', 'numpy'} & set(sys.modules)))"
    )
    assert run(code) == "[]"


def test_opening_an_up_to_date_library_does_not_load_alembic(empty_library: Path) -> None:
    code = (
        "from pathlib import Path; from infinite_studio.history.library import Library;"
        "Library.open(Path(sys.argv[1]), writable=False).close(); print('alembic.command' in sys.modules)"
    )
    assert run(code, str(empty_library)) == "False"
