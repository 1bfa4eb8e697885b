"""Signs every request that Schemathesis sends, after it is complete: the signature covers the URL as sent."""

import schemathesis
from ncp_signer import Credentials, signed_headers
from requests import PreparedRequest
from requests.auth import AuthBase

CREDENTIALS = Credentials("NCPACCESSKEYEXAMPLE0", "NCPsecretKeyEXAMPLEfortestsonly0123456789")


class Signed(AuthBase):
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        assert request.method is not None
        request.headers.update(signed_headers(CREDENTIALS, request.method, request.path_url))
        return request


schemathesis.auth.set_from_requests(Signed())  # type: ignore[attr-defined]  # pyright: ignore[reportFunctionMemberAccess]  # set on a function at run time
