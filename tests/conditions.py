"""What a machine may lack, and what that means for a test."""

import os

import pytest


def require(condition: object, reason: str) -> None:
    """Skip the test where the machine lacks something; under CI that is a failure."""
    if condition:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have everything, but: {reason}")
    pytest.skip(reason)
