"""Mechanisms are tested without a worker of their own: what they ask for later is written down."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core import later, tasks


@pytest.fixture(autouse=True)
def asked() -> Iterator[list[tuple[str, int]]]:
    """The tasks that were sent, as (name, id)."""
    sent: list[tuple[str, int]] = []
    later.bind(lambda task, row_id, not_before: sent.append((task, row_id)))
    yield sent
    later.bind(tasks.send)


@pytest.fixture
def disk(tmp_path: Path, settings: Any) -> Path:
    """A data directory of the test's own."""
    settings.DATA_DIR = tmp_path
    return tmp_path
