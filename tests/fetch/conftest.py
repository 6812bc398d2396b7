"""What the tests of fetching share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fetch.making import Memory
from tests.fetch.server import Web


@pytest.fixture
def web() -> Iterator[Web]:
    """A server on loopback."""
    server = Web()
    yield server
    server.close()


@pytest.fixture
def memory() -> Memory:
    """An empty store."""
    return Memory()
