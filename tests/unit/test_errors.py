"""The base of all errors: what it says, and that it survives being sent to another process."""

import copy
import pickle

import pytest
from ncp_signer import CredentialsError, NcpError, SigningRefusedError

KINDS = [NcpError, CredentialsError, SigningRefusedError]
FACTS = {
    "text": "it failed",
    "status": 400,
    "code": "24120",
    "message": "no such server",
    "request_id": "1d2d35f9",
    "request_ids": ("0a",),
    "server_instance_nos": ("1", "2", "3", "4"),
    "accepted": ("1",),
    "rejected": ("2",),
    "unknown": ("3",),
    "not_sent": ("4",),
    "operation": "rebootServerInstances",
    "region_code": "KR",
    "sent_at": 1_800_000_000.5,
    "sent_monotonic": 86_400.5,
}


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_is_known_is_kept(kind: type[NcpError]) -> None:
    error = kind(**FACTS)  # type: ignore[arg-type]  # a table of them

    for again in (error, copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301 - made on this line
        assert type(again) is kind
        assert vars(again) == FACTS
        assert str(again) == (
            "it failed (HTTP 400 code 24120 “no such server” request id 1d2d35f9)."
            " accepted: 1; rejected: 2; unknown: 3; not sent: 4"
        )


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_has_to_be_known(kind: type[NcpError]) -> None:
    assert vars(kind()).keys() == FACTS.keys()
    assert not any(vars(kind()).values())
    assert (str(kind()), str(kind("it failed"))) == ("", "it failed")


@pytest.mark.parametrize(
    ("kind", "executed"), [(NcpError, None), (CredentialsError, False), (SigningRefusedError, False)]
)
def test_what_was_done(kind: type[NcpError], executed: bool | None) -> None:
    assert kind.executed is executed


def test_signers_errors_are_still_value_errors() -> None:
    assert issubclass(CredentialsError, ValueError)
    assert issubclass(SigningRefusedError, ValueError)
