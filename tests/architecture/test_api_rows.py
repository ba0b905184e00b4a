"""Shapes of the API that compute a field do it once."""

import ast

from tests.architecture.sources import ROOMS, modules, tree_of


def test_what_computes_its_fields_is_answered_as_the_row_of_the_database() -> None:
    """An answer is read into its shape when it leaves; `from_orm` before that would compute from what was computed."""
    trees = {path: tree_of(path) for path in modules(*ROOMS) if "api" in path.parts or path.name == "api.py"}
    computing = {
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(part, ast.FunctionDef) and part.name.startswith("resolve_") for part in node.body)
    }
    assert "RunRow" in computing
    twice = [
        f"{path.name}:{node.lineno}"
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "from_orm"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in computing
    ]
    assert twice == []
