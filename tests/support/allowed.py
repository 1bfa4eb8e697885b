"""What the contract says to a request as it came over the wire."""

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest

from .contract import CONTRACT, parameters_of
from .wire import Received

_OPENAPI = OpenAPI.from_dict(CONTRACT)


def assert_allowed(received: Received) -> None:
    """The contract allows this request, and knows every parameter by its exact name."""
    path, _, query = received.target.partition("?")
    request = MockRequest(
        "https://ncloud.apigw.ntruss.com",
        received.method.lower(),
        path,
        args=dict(received.parameters) if query else {},
        headers={name.lower(): value for name, value in received.headers},
        content_type=received.header("content-type")[0] if received.body else "",
        data=received.body,
    )
    _OPENAPI.validate_request(request)
    names = [name for name, _ in received.parameters]
    declared, _ = parameters_of(CONTRACT["paths"][path][received.method.lower()])
    unknown = set(names) - set(declared)
    assert not unknown, f"the contract has no parameter {unknown}"
    assert len(set(names)) == len(names), f"a parameter is given twice: {names}"
