"""Nested parameters as Stripe's libraries write them: a[b][0][c]=value."""

import re
from typing import Any
from urllib.parse import parse_qsl

from sandbox.stripe.errors import ApiError

Tree = dict[str, Any]  # of strings and trees
_PART = re.compile(r"\[([^\[\]]*)\]")


def parse(encoded: str) -> Tree:
    """A tree of dicts; lists stay dicts keyed "0", "1", … Raises ApiError when names contradict each other."""
    tree: Tree = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        head, bracket, _ = name.partition("[")
        _put(tree, [head, *_PART.findall(name[len(head) :] if bracket else "")], value, name)
    return tree


def _put(tree: Tree, parts: list[str], value: str, name: str) -> None:
    node = tree
    for part in parts[:-1]:
        inner = node.setdefault(part or str(len(node)), {})
        if not isinstance(inner, dict):
            raise ApiError(f"Invalid parameter: {name} is both a value and a group.", param=name)
        node = inner
    last = parts[-1] or str(len(node))
    if last in node and isinstance(node[last], dict):
        raise ApiError(f"Invalid parameter: {name} is both a value and a group.", param=name)
    node[last] = value
