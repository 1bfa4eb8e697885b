"""A request that the mock lets in, and the check that refuses others."""

from ncp_mock._gateway.authentication import Keys, authenticate
from ncp_mock._messages import Refusal, Request

NOW = 1700000000000
ACCESS = "NCPACCESSKEYEXAMPLE0"
SECRET = "NCPsecretKeyEXAMPLEfortestsonly0123456789"  # noqa: S105 - an example
# The signature of GET /vserver/v2/getRegionList at NOW, as openssl computes it (see README.md).
SIGNATURE = "bsm0jONrdeXvMsL2PZZxIbslW/hp1FfLyut5ePtsKt0="
GOOD = {
    "x-ncp-apigw-timestamp": str(NOW),
    "x-ncp-iam-access-key": ACCESS,
    "x-ncp-apigw-signature-v2": SIGNATURE,
}


def request(headers: dict[str, str], *more: tuple[str, str], target: str = "/vserver/v2/getRegionList") -> Request:
    return Request("GET", target, (*headers.items(), *more))


def refused(request: Request, now_ms: int = NOW, keys: Keys | None = None) -> Refusal:
    refusal = authenticate(request, keys or Keys(), now_ms)
    assert refusal is not None
    return refusal
