"""Small enough to read: files, functions, views and templates keep to the sizes of the plan."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, modules, templates, tree_of

FILE, FUNCTION, USUAL_FUNCTION, VIEW, TEMPLATE = 400, 60, 40, 25, 150
USUAL_PERCENT = 95


def functions() -> Iterator[tuple[Path, ast.FunctionDef, int]]:
    """Every function with its length in lines, from `def` to its last line; decorators are not counted."""
    for path in modules():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef):
                yield path, node, (node.end_lineno or node.lineno) - node.lineno + 1


def test_files() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in modules()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > FILE
    }
    assert long == {}


def test_functions() -> None:
    sizes = [
        (count, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}") for path, node, count in functions()
    ]
    assert [size for size in sizes if size[0] > FUNCTION] == []
    beyond = [size for size in sizes if size[0] > USUAL_FUNCTION]
    assert len(beyond) * 100 <= len(sizes) * (100 - USUAL_PERCENT), beyond


def test_views() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {count} lines"
        for path, node, count in functions()
        if ("views" in path.parts or path.stem.startswith("views"))
        and node.args.args
        and node.args.args[0].arg == "request"
        and count > VIEW
    ]
    assert long == []


def test_templates() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in templates()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > TEMPLATE
    }
    assert long == {}
