"""The product runs once for all stories; each story has browsers of its own, which must not complain."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.product import Product, run_product
from tests.e2e.stage import Stage

FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    with run_product() as product:
        yield product


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome: Any = yield
    if outcome.get_result().failed:
        item.stash[FAILED] = True


@pytest.fixture
def stage(
    request: pytest.FixtureRequest, product: Product, chromium: Browser
) -> Iterator[Callable[[str, int], Stage]]:
    """`stage("paid", 375)` sets a story; in the end no browser of it may have complained."""
    stages: list[Stage] = []

    def set_stage(name: str, width: int = 1440) -> Stage:
        stages.append(Stage(product, chromium, width, name))
        return stages[-1]

    yield set_stage
    if request.node.stash.get(FAILED, False):
        for each in stages:
            each.show_last()
    assert [line for each in stages for line in each.close()] == []
