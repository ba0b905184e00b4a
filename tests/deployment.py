"""What docker-compose.yml and the Dockerfile say, as a machine with a Docker engine would read it."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>[A-Z_]+)(?:(?P<kind>:-|:\?)(?P<rest>[^}]*))?\})")


class VariableIsMissing(Exception):
    """The file asks for a variable that .env does not have."""


def compose(variables: dict[str, str]) -> dict[str, Any]:
    """docker-compose.yml with its variables put in. Raises VariableIsMissing with the file's own words."""

    def put_in(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        value = variables.get(found["name"], "")
        if not value and found["kind"] == ":?":
            raise VariableIsMissing(found["rest"])
        return value or (found["rest"] or "" if found["kind"] == ":-" else "")

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: walk(value) for key, value in node.items()}
        if isinstance(node, list):
            return [walk(value) for value in node]
        return VARIABLE.sub(put_in, node) if isinstance(node, str) else node

    return dict(walk(yaml.safe_load((ROOT / "docker-compose.yml").read_text())))


@dataclass(frozen=True)
class Instruction:
    """One instruction of the Dockerfile: FROM, RUN, …, and the rest of its line."""

    name: str
    rest: str


def dockerfile() -> list[Instruction]:
    """The Dockerfile's instructions, continued lines joined."""
    text = re.sub(r"(?m)^#.*\n", "", (ROOT / "Dockerfile").read_text())
    lines = re.sub(r"\\\n", " ", text).splitlines()
    return [Instruction(*line.split(None, 1)) for line in lines if line.strip()]


def command(service: str, variables: dict[str, str]) -> list[str]:
    """What the service runs: its own command, else the image's."""
    own = compose(variables)["services"][service].get("command")
    if own:
        return list(own)
    whole = next(each.rest for each in reversed(dockerfile()) if each.name == "CMD")
    return list(yaml.safe_load(whole))


def image_variables() -> dict[str, str]:
    """What the last stage of the Dockerfile puts into the environment."""
    named: dict[str, str] = {}
    for each in dockerfile():
        if each.name == "FROM":
            named = {}
        if each.name == "ENV":
            named |= dict(pair.split("=", 1) for pair in shlex.split(each.rest))
    return named
