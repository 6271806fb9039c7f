"""The rules of the house, about which nobody has to remember or argue."""

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
PACKAGES = ("auth", "executor", "loaders", "models", "resolvers", "rules", "schema", "server")
MEDIAN_LINES = 8
MOST_LINES = 400
EMPTY_NAMES = {"utils", "helpers", "common", "manager", "managers"}
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
GENERATED = {"__pycache__", "build", "node_modules"}

Function = ast.FunctionDef | ast.AsyncFunctionDef

# Each is written so that this file doesn't match it.
FORBIDDEN = {
    "a package registry": re.compile(
        r"pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)|yarnpkg[.]com|(?:deb|security)[.]debian[.]org"
        r"|archive[.]ubuntu[.]com|anaconda[.]org|crates[.]io|proxy[.]golang[.]org|rubygems[.]org"
    ),
    "the address of a package or an index": re.compile(
        r'"resolved"\s*:|--(?:extra-)?index[-]url|^\s*(?:registry|index[-]url)\s*=', re.MULTILINE
    ),
    "a folder of one machine": re.compile(r"(?<![\w.~-])(?:/(?:home|root|Users|work)/\w|[A-Z]:\\Users\b)"),
}


def test_the_median_function_has_at_most_eight_lines() -> None:
    lengths = {name: length for path in SOURCES for name, length in _lengths(path)}
    longest = sorted(lengths, key=lengths.__getitem__, reverse=True)[:10]
    middle = median(lengths.values())
    assert middle <= MEDIAN_LINES, f"{middle} lines; the longest are " + ", ".join(longest)


def test_no_file_has_more_than_400_lines() -> None:
    lines = {_name(path): len(path.read_text().splitlines()) for path in SOURCES}
    _assert_none(f"{name} has {length} lines" for name, length in lines.items() if length > MOST_LINES)


def test_no_function_imports() -> None:
    _assert_none(
        f"{_name(path)}:{node.lineno} imports inside {function.name}"
        for path in SOURCES
        for function in _functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    )


def test_no_module_has_a_name_that_says_nothing() -> None:
    _assert_none(
        f"{_name(path)} says nothing about what is in it"
        for path in SOURCES
        if EMPTY_NAMES.intersection(path.relative_to(ROOT).with_suffix("").parts)
    )


def test_no_file_tells_where_packages_come_from_or_whose_machine_it_was_made_on() -> None:
    _assert_none(
        f"{_name(path)}:{line} names {what}: {found}"
        for path in _files()
        for what, line, found in _forbidden(path.read_text(errors="replace"))
    )


def _assert_none(complaints: Iterator[str]) -> None:
    found = list(complaints)
    assert not found, "\n".join(["", *found])


def _lengths(path: Path) -> Iterator[tuple[str, int]]:
    """Each function with its lines, from `def` on."""
    for function in _functions(path):
        assert function.end_lineno
        yield f"{_name(path)}:{function.lineno} {function.name}", function.end_lineno - function.lineno + 1


def _functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, Function):
            yield node


def _forbidden(text: str) -> Iterator[tuple[str, int, str]]:
    """What must not be there, its line and its words."""
    for what, pattern in FORBIDDEN.items():
        for match in pattern.finditer(text):
            yield what, text.count("\n", 0, match.start()) + 1, match[0].strip()


def _files() -> list[Path]:
    """What is committed, or what lies here where Git can't tell."""
    found = _committed() or [path for path in ROOT.rglob("*") if not _is_generated(path)]
    return [path for path in found if path.is_file()]


def _committed() -> list[Path]:
    if (git := shutil.which("git")) is None:
        return []
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def _is_generated(path: Path) -> bool:
    folders = path.relative_to(ROOT).parts[:-1]
    return any(folder in GENERATED or (folder.startswith(".") and folder != ".ci") for folder in folders)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))
