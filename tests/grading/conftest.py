"""Every test that takes `isolation` runs in both kinds, or says why it does not."""

import functools
import os
import shutil

import pytest

from course_utils.grading import sandbox


@functools.cache
def obstacle(isolation):
    try:
        sandbox.probe(isolation)
    except sandbox.IsolationUnavailable as error:
        return str(error)
    return None


def require(isolation):
    """Skip the test if this isolation is not to be had; where CI has installed it, fail."""
    reason = obstacle(isolation)
    if reason and os.environ.get("CI") and shutil.which("bwrap"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


@pytest.fixture
def bubblewrap():
    require("bubblewrap")
    return "bubblewrap"


@pytest.fixture(params=["bubblewrap", "limits"])
def isolation(request):
    require(request.param)
    return request.param
