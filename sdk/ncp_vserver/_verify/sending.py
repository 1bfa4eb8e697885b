"""Sending a call as the table has it, also where it is wrong on purpose."""

import http
import time
from collections.abc import Mapping
from typing import Final

import httpx
from ncp_signer import Credentials, clock_offset, is_skewed, signed_headers

from .calls import Call, Signing
from .exchange import Exchange, exchange

_TIMESTAMP: Final = "x-ncp-apigw-timestamp"
_ACCESS_KEY: Final = "x-ncp-iam-access-key"
_SIGNATURE: Final = "x-ncp-apigw-signature-v2"
_SIGNATURE_V1: Final = "x-ncp-apigw-signature-v1"

_MOST_SKEW: Final = 300.0
"""Seconds. With more, the gateway refuses the call: a Date that shows more elsewhere is another clock's."""

_MINUTE_MS: Final = 60_000
_AGES: Final[Mapping[Signing, int]] = {"four minutes old": 4 * _MINUTE_MS, "six minutes old": 6 * _MINUTE_MS}
_WITHOUT: Final[Mapping[Signing, tuple[str, ...]]] = {
    "no header": (_TIMESTAMP, _ACCESS_KEY, _SIGNATURE),
    "no timestamp": (_TIMESTAMP,),
    "no access key": (_ACCESS_KEY,),
    "no signature": (_SIGNATURE,),
}


class Sender:
    """Sends calls to one gateway, of which it has been checked that it may get a signature.

    Args:
        limits: Seconds for each step of an exchange, and for the whole, by name.
        region: Added to the calls that take one.
        correct_clock: Whether a correctly signed call that was refused for minutes of clock skew is sent once more, by
            the gateway's clock.
    """

    def __init__(
        self,
        credentials: Credentials,
        gateway: httpx.URL,
        transport: httpx.BaseTransport,
        *,
        headers: Mapping[str, str],
        limits: Mapping[str, float | None],
        region: str | None,
        correct_clock: bool = False,
    ) -> None:
        self._correct_clock = correct_clock
        self._credentials = credentials
        self._gateway = gateway
        self._transport = transport
        self._headers = headers
        self._limits = limits
        self._region = region
        self._skew = 0.0
        """Clock skew in seconds, gateway time minus this machine's: calls are signed by the gateway's clock."""

    def send(self, call: Call, facts: Mapping[str, str]) -> Exchange:
        """Send a call, and read the response. Raises KeyError, before that, for a fact that is not known."""
        found = self._send(call, facts)
        skew = clock_offset(found.header("date"), time.time())
        if not found.envelope or skew is None:
            return found
        is_refused = found.status == http.HTTPStatus.UNAUTHORIZED and call.signing == "right"
        if self._correct_clock and is_refused and is_skewed(skew - self._skew):
            self._skew = skew
            return self._send(call, facts)
        if abs(skew - self._skew) < _MOST_SKEW:
            self._skew = skew
        return found

    def _send(self, call: Call, facts: Mapping[str, str]) -> Exchange:
        target, form = call.filled(facts, self._region)
        return exchange(self._transport, self._request(call, target, form), call, target, form)

    def _request(self, call: Call, target: str, form: str | None) -> httpx.Request:
        headers = [*self._headers.items(), *self._signing(call, target)]
        if call.content_type:
            headers.append(("content-type", call.content_type))
        # The target goes out character for character: httpx would mend what is wrong in it on purpose.
        extensions = {"timeout": dict(self._limits), "target": target.encode()}
        return httpx.Request(call.method, self._gateway, headers=headers, content=form, extensions=extensions)

    def _signing(self, call: Call, target: str) -> list[tuple[str, str]]:
        timestamp = int((time.time() + self._skew) * 1000) - _AGES.get(call.signing, 0)
        signed = "/" if call.signing == "wrong" else target
        headers = signed_headers(self._credentials, call.method, signed, timestamp_ms=timestamp)
        if call.signing == "unknown access key":
            headers[_ACCESS_KEY] = "0" * len(self._credentials.access_key)
        if call.signing == "as v1":
            headers[_SIGNATURE_V1] = headers.pop(_SIGNATURE)
        sent = [(name, value) for name, value in headers.items() if name not in _WITHOUT.get(call.signing, ())]
        return [*sent, sent[-1]] if call.signing == "signature twice" else sent
