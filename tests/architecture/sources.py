"""The house's own source files, read once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    *(
        "approvals",
        "billing",
        "clients",
        "core",
        "integrations",
        "ledger",
        "people",
        "projects",
        "psa",
        "reports",
    ),
    *("staffing", "tenants", "timesheets"),
)
BESIDE = ("sandbox", "tools", "tests")
# Modules with a place of their own; whatever else a room has is a rule: a gerund that writes or a noun that reads.
FURNITURE = {
    "admin", "api", "apps", "celery", "context", "forms", "guards", "health", "logs", "menu", "middleware", "pages",
    "responses", "settings", "staticfiles", "tasks", "urls", "views", "wiring", "wsgi",
}  # fmt: skip


@cache
def modules(*folders: str) -> tuple[Path, ...]:
    """The modules of some folders, by default of all; migrations are history, not code to read."""
    found = (path for folder in folders or ROOMS + BESIDE for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(path for path in found if "migrations" not in path.parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def templates() -> tuple[Path, ...]:
    return tuple(sorted((ROOT / "templates").rglob("*.html")))


def rules() -> Iterator[Path]:
    """The modules of the rooms that know neither the web nor Celery."""
    for path in modules(*(room for room in ROOMS if room not in ("psa", "tenants"))):
        parts = path.relative_to(ROOT).with_suffix("").parts[1:]
        is_furniture = any(
            part in FURNITURE or part.startswith("urls_") or part.endswith("_forms") or part == "templatetags"
            for part in parts
        )
        if not is_furniture:
            yield path


def imports(path: Path) -> set[str]:
    """The full names of the modules, and of what is taken from them, wherever in the file they are imported."""
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names
