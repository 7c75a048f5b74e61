"""The house rules that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from engine.cli.app import cli

ROOT = Path(__file__).parents[1]
LONGEST_FILE, LONGEST_PAGE, LONGEST_BODY = 300, 120, 40

ENGINE = sorted(ROOT.glob("engine/**/*.py"))
PAGES = sorted(ROOT.glob("pages/[!_]*/[!_]*.py"))
SCREEN = [ROOT / "dashboard.py", *sorted(ROOT.glob("pages/**/*.py"))]
SHIPPED = [*ENGINE, *SCREEN, *sorted(ROOT.glob("sample_data/*.py"))]
ALL_CODE = [
    *SHIPPED,
    *sorted(ROOT.glob("benchmarks/**/*.py")),
    *sorted(ROOT.glob("tests/**/*.py")),
]

SCHEMAS = ("raw", "staging", "intermediate", "marts")
"""Schemas of the layers, lowest first: the folders are named NN_<schema>."""
LAYERS = sorted(ROOT.glob("sql/[0-9][0-9]_*/*.sql"))
BUILT = [path for path in LAYERS if not path.parent.name.endswith("_raw")]
VERBS = cli.list_commands(click.Context(cli))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def packages(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first to the last statement; a docstring is not one."""
    first = 1 if ast.get_docstring(function) is not None else 0
    body = function.body[first:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def statement(path: Path) -> str:
    return re.sub(r"--.*", "", path.read_text()).lower()


def test_the_rules_find_code_to_judge():
    """A moved folder would otherwise leave every rule below with nothing to say."""
    assert min(len(ENGINE), len(PAGES), len(BUILT), len(VERBS)) > 0
    assert {path.parent.name[3:] for path in LAYERS} == set(SCHEMAS)


def test_no_page_sits_directly_in_pages():
    """A flat pages/*.py switches Streamlit to its old page discovery."""
    assert not list(ROOT.glob("pages/[!_]*.py"))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_only_wires(path):
    nodes = ast.walk(ast.parse(path.read_text()))

    assert packages(path) <= {"streamlit", "engine", "pages"}
    assert not [node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert len(path.read_text().splitlines()) <= LONGEST_PAGE


@pytest.mark.parametrize("path", BUILT, ids=name_of)
def test_sql_reads_only_from_lower_layers(path):
    own = path.parent.name[3:]
    text = statement(path)
    lower = set(SCHEMAS[: SCHEMAS.index(own)])
    read = set(re.findall(rf"\b(?:from|join)\s+({'|'.join(SCHEMAS)})\.\w+", text))

    assert read, "reads no layer at all"
    assert read <= lower, read - lower


@pytest.mark.parametrize("path", LAYERS, ids=name_of)
def test_a_sql_file_makes_the_table_it_is_named_after(path):
    made = rf"create (?:or replace )?(?:view|table) (?:if not exists )?{path.parent.name[3:]}\."
    names = re.findall(made + r"(\w+)", statement(path))

    assert names == [path.stem]


@pytest.mark.parametrize("path", ALL_CODE, ids=name_of)
def test_a_file_fits_in_the_head(path):
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", SHIPPED, ids=name_of)
def test_a_body_fits_on_a_screen(path):
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds)]
    long = {node.name: body_lines(node) for node in functions if body_lines(node) > LONGEST_BODY}

    assert not long


@pytest.mark.parametrize("path", SHIPPED, ids=name_of)
def test_only_the_screen_talks_to_streamlit(path):
    assert path in SCREEN or "streamlit" not in packages(path)


@pytest.mark.parametrize("path", SHIPPED, ids=name_of)
def test_only_the_store_talks_to_duckdb(path):
    assert path.is_relative_to(ROOT / "engine/store") or "duckdb" not in packages(path)


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_has_help_and_stands_in_the_readme(verb):
    command = cli.get_command(click.Context(cli), verb)

    assert command is not None and command.help
    assert f"python -m engine {verb}" in (ROOT / "README.md").read_text()


def test_every_requirement_is_explained_in_the_readme():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    required = {line.split("==")[0] for line in lines if line and not line.startswith("#")}
    readme = (ROOT / "README.md").read_text().partition("## Built on")[2].partition("\n## ")[0]

    assert required == set(re.findall(r"^\| ([a-z][a-z-]*) \| ", readme, flags=re.MULTILINE))
