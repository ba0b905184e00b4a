"""The product runs once for all stories; each story has browsers of its own, which must not complain."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.product import Product, run_product
from tests.e2e.stage import Stage


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    with run_product() as product:
        yield product


@pytest.fixture
def stage(product: Product, chromium: Browser) -> Iterator[Callable[[str, int], Stage]]:
    """`stage("paid", 375)` sets a story; in the end no browser of it may have complained."""
    stages: list[Stage] = []

    def set_stage(name: str, width: int = 1440) -> Stage:
        stages.append(Stage(product, chromium, width, name))
        return stages[-1]

    yield set_stage
    assert [line for each in stages for line in each.close()] == []
