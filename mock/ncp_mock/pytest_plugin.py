"""The ``ncp_mock`` fixture. pytest loads this module in every run of every project: keep it light."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def ncp_mock() -> Iterator[str]:
    """The base URL of a mock of NAVER Cloud Platform's Server API that lasts for the test session.

    Skips where Node.js is missing, except in CI (where the variable CI is set), where it fails.
    """
    from . import NodeMissingError, Prism

    try:
        with Prism() as prism:
            yield prism.url
    except NodeMissingError as error:
        reason = str(error)
    else:
        return
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
