"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no failure; tests that promise a time measure CPU themselves.
settings.register_profile("digest", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("digest")

CHECKOUT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real material that is kept beside the checkout and never copied into it."""
    folder = CHECKOUT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the real material in ../shared, which is not here")
    return folder
