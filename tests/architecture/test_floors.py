"""What import-linter cannot say: rules know neither web nor Celery, one module rounds, operations have one shape."""

import ast
from pathlib import Path

from tests.architecture.sources import ROOMS, ROOT, imports, modules, rules, tree_of

WEB = (
    "django.http",
    "django.forms",
    "django.shortcuts",
    "django.views",
    "django.template.response",
    "celery",
    # The API is an entrance like the web: its routes call operations, rules know nothing of it.
    "ninja",
    "pydantic",
)
# Entrances that outside code calls with a request: Stripe's webhook, allauth.
ENTRANCES = {"integrations/stripe/webhooks.py", "people/allauth_adapter.py"}
ROUNDING = {"core/money.py", "core/minutes.py"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_rules_know_neither_the_web_nor_celery() -> None:
    found = {
        name(path): sorted(known)
        for path in rules()
        if name(path) not in ENTRANCES
        if (known := {each for each in imports(path) if each.startswith(WEB)})
    }
    assert found == {}
    assert len(list(rules())) > 80


def test_one_module_rounds_money_and_one_minutes() -> None:
    rounding = [
        f"{name(path)}:{node.lineno}"
        for path in modules(*ROOMS)
        if name(path) not in ROUNDING
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "round")
            or (isinstance(node.func, ast.Attribute) and node.func.attr in ("quantize", "to_integral_value"))
        )
    ]
    assert rounding == []


def operations() -> list[tuple[Path, ast.FunctionDef]]:
    """Public functions of gerunds that are told who acts and open a transaction: every write with a consequence."""
    return [
        (path, node)
        for path in rules()
        if path.stem.endswith("ing") and not path.is_relative_to(ROOT / "core")
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not node.decorator_list  # a context manager is furniture of operations
        and "by" in {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]}
        and "transaction.atomic" in ast.unparse(node)
    ]


def test_operations_take_keywords_only() -> None:
    positional = [f"{name(path)}:{node.lineno} {node.name}" for path, node in operations() if node.args.args]
    assert positional == []
    assert len(operations()) > 60


def test_only_views_and_tasks_look_at_the_clock() -> None:
    """Operations are told `on` or `at`; turning an instant into a date is no look at the clock."""
    looks = {"clock.now", "clock.today", "timezone.now", "timezone.localdate", "date.today", "datetime.now"}
    found = [
        f"{name(path)}:{node.lineno}"
        for path in rules()
        if name(path) not in ENTRANCES | {"core/clock.py"}
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in looks
    ]
    assert found == []


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{name(path)}:{inner.lineno}"
        for path in modules(*ROOMS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_module_or_class_has_an_empty_name() -> None:
    empty = {
        "data",
        "info",
        "util",
        "utils",
        "helper",
        "helpers",
        "handler",
        "handlers",
        "service",
        "services",
    }
    # What people run, not what the house is made of; `services` there are PostgreSQL and Redis.
    houses = modules(*ROOMS, "sandbox")
    assert [name(path) for path in houses if path.stem in empty] == []
    classes = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in houses
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and node.name.lower() in empty
    ]
    assert classes == []
