"""What tests of more than one module look at."""

from collections.abc import Iterator

import pytest
from ncp_mock import Mock
from ncp_vserver import Client, Credentials
from support.contrary import (
    Answers,
)
from support.verifications import FLEET, sender, verified


@pytest.fixture(scope="session")
def answers() -> Iterator[Answers]:
    """What the mock answers to every call."""
    with Mock(fleet=FLEET) as mock, Client(Credentials(mock.access_key, mock.secret_key), base_url=mock.url) as client:
        yield verified(sender(mock, client).send).exchanges
