"""The files that deploy the product: valid, complete, without a secret, and as strict as the documentation says.

No Docker engine takes part. What the services run is run for real in tests/faults/.
"""

import os
import re
import subprocess
import sys
from typing import Any

import jsonschema_rs
import pytest

from tests.deployment import ROOT, VariableIsMissing, compose, dockerfile, image_variables

ENV = {
    "BASE_DOMAIN": "psa.example.com",
    "MAIL_FROM": "billing@example.com",
    "SMTP_URL": "smtp+tls://user:password@smtp.example.com:587",
    "POSTGRES_ADMIN_PASSWORD": "a" * 48,
    "POSTGRES_PASSWORD": "b" * 48,
    "SECRET_KEY": "0123456789abcdef" * 6,
    "FIELD_KEYS": "ZGV2ZWxvcG1lbnQtb25seS1kZXZlbG9wbWVudC1vbmw=",
}
TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT, "uniqueItems": True}
NAMED = {"^[a-zA-Z0-9._-]+$": {}}
DURATION = {"type": "string", "pattern": r"^\d+(ms|s|m|h)$"}


def thing(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    """An object that has these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": required or [],
        "additionalProperties": False,
    }


def map_of(values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "patternProperties": {next(iter(NAMED)): values}, "additionalProperties": False}


# The part of the Compose specification that the file uses, stricter than it: one way of writing each thing.
SERVICE = thing(
    ["image", "restart", "networks"],
    build=TEXT,
    image=TEXT,
    restart={"enum": ["no", "always", "on-failure", "unless-stopped"]},
    init={"type": "boolean"},
    cap_drop=TEXTS,
    security_opt=TEXTS,
    environment=map_of({"type": ["string", "number"]}),
    volumes={**TEXTS, "items": {"type": "string", "pattern": r"^[a-z]+:/"}},
    networks=TEXTS,
    ports={**TEXTS, "items": {"type": "string", "pattern": r"^([0-9.]+:)?\d+:\d+$"}},
    command={"type": "array", "items": TEXT, "minItems": 1},
    depends_on=map_of(
        thing(
            ["condition"],
            condition={"enum": ["service_started", "service_healthy", "service_completed_successfully"]},
        )
    ),
    healthcheck=thing(
        ["test"],
        test={"type": "array", "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}], "items": TEXT, "minItems": 2},
        interval=DURATION,
        timeout=DURATION,
        start_period=DURATION,
        retries={"type": "integer", "minimum": 1},
    ),
    configs={
        "type": "array",
        "items": thing(["source", "target"], source=TEXT, target=TEXT, mode={"type": "integer"}),
    },
    shm_size={"type": "string", "pattern": r"^\d+(kb|mb|gb)$"},
    stop_grace_period=DURATION,
)
FILE = {
    **thing(
        ["name", "services"],
        name={"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        services=map_of(SERVICE),
        networks=map_of(thing(internal={"type": "boolean"})),
        volumes=map_of(thing()),
        configs=map_of(thing(["content"], content=TEXT)),
    ),
    "patternProperties": {"^x-": {}},
}


@pytest.fixture
def file() -> dict[str, Any]:
    return compose(ENV)


def test_the_file_follows_the_specification(file: dict[str, Any]) -> None:
    errors = jsonschema_rs.validator_for({"$schema": "https://json-schema.org/draft/2020-12/schema", **FILE})
    assert [f"{list(e.instance_path)}: {e.message}" for e in errors.iter_errors(file)] == []


def test_the_check_would_find_a_mistake(file: dict[str, Any]) -> None:
    file["services"]["web"]["heathcheck"] = file["services"]["web"].pop("healthcheck")
    assert not jsonschema_rs.validator_for(FILE).is_valid(file)


def test_what_is_named_is_there(file: dict[str, Any]) -> None:
    for name, service in file["services"].items():
        assert set(service["networks"]) <= file["networks"].keys(), name
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= file["volumes"].keys(), name
        assert {config["source"] for config in service.get("configs", [])} <= file["configs"].keys(), name
        for other, wanted in service.get("depends_on", {}).items():
            needed = file["services"][other]
            if wanted["condition"] == "service_healthy":
                assert "healthcheck" in needed, (name, other)
            if wanted["condition"] == "service_completed_successfully":
                assert needed["restart"] == "no", (name, other)


def test_the_processes_of_the_documentation(file: dict[str, Any]) -> None:
    assert set(file["services"]) == {"postgres", "redis", "set-up", "web", "worker", "beat"}
    for name in ("web", "worker", "beat"):
        service = file["services"][name]
        assert service["image"] == "psa"
        assert service["depends_on"] == {"set-up": {"condition": "service_completed_successfully"}}
        assert "healthcheck" in service
        assert service["cap_drop"] == ["ALL"]
    assert file["networks"]["inside"]["internal"] is True
    # Nobody reaches database and queue from outside; the web only through the proxy on this machine.
    assert [name for name, service in file["services"].items() if "ports" in service] == ["web"]
    assert file["services"]["web"]["ports"] == ["127.0.0.1:8000:8000"]


@pytest.mark.parametrize("name", sorted(ENV))
def test_a_missing_secret_is_said(name: str) -> None:
    with pytest.raises(VariableIsMissing, match=f"set {name} in .env"):
        compose(ENV | {name: ""})


# What the C library reads.
MALLOC = ("MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")


def test_each_variable_is_one_that_the_settings_read_and_the_documentation_names(
    file: dict[str, Any],
) -> None:
    settings = (ROOT / "psa" / "settings.py").read_text()
    words = (ROOT / "docs" / "operations.md").read_text()
    read = set(re.findall(r'(?:environ\.get\(|required\()\s*"([A-Z_]+)"', settings))
    assert {name for name in read if f"`{name}`" not in words} == set()
    given = {*file["services"]["web"]["environment"], *image_variables()}
    assert given - read <= {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", *MALLOC}
    written = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    assert {name for name in written if f"`{name}`" not in words} == set()


def test_the_image_is_small_in_rights_and_holds_no_secret() -> None:
    instructions = dockerfile()
    stages = [each.rest for each in instructions if each.name == "FROM"]
    assert len(stages) == 3
    last = instructions[max(n for n, each in enumerate(instructions) if each.name == "FROM") :]
    user = next(n for n, each in enumerate(last) if each.name == "USER")
    assert last[user].rest == "app"
    assert not [each for each in last[user:] if each.name in ("RUN", "COPY", "ADD")]
    collected = next(each for each in last if "collectstatic" in each.rest)
    assert last.index(collected) < user
    whole = "\n".join(each.rest for each in instructions)
    assert "--require-hashes" in whole
    assert "npm ci" in whole
    assert not re.search(r"https?://|index-url|registry", whole)
    assert not re.search(r"SECRET_KEY|FIELD_KEYS|PASSWORD", whole)


def test_what_stays_out_of_the_image() -> None:
    ignored = set((ROOT / ".dockerignore").read_text().split())
    assert ignored >= {
        ".git",
        ".venv",
        ".demo",
        ".test",
        "build",
        "node_modules",
        "tests",
        "sandbox",
        "tools",
        ".env",
    }


def test_production_settings_pass_the_check_for_deployment(file: dict[str, Any]) -> None:
    environment = {name: str(value) for name, value in file["services"]["web"]["environment"].items()}
    # Set for tests that drive a browser in the same process; no deployment has it.
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    result = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env=inherited | environment | {"PRODUCTION": "1", "DJANGO_SETTINGS_MODULE": "psa.settings"},
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout + result.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS", "DATABASE_URL", "REDIS_URL", "SMTP_URL"])
def test_production_does_not_start_without_its_secrets(file: dict[str, Any], name: str) -> None:
    environment = {key: str(value) for key, value in file["services"]["web"]["environment"].items()}
    result = subprocess.run(
        [sys.executable, "-c", "import psa.settings"],
        env=os.environ | environment | {"PRODUCTION": "1", name: ""},
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert f"Set the environment variable {name}." in result.stderr
