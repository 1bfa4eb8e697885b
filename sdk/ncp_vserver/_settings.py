"""The settings of a client, from its arguments and the environment."""

import contextlib
import os
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, Final, Generic, TypedDict, TypeVar
from urllib.request import getproxies, proxy_bypass

import httpx
from ncp_signer import Keys, NcpAuth, is_loopback, load_credentials

from ncp_vserver._requests.gateway import Gateway, Region, Site, gateway, region
from ncp_vserver._requests.network import TOTAL, AsyncNetwork, Network
from ncp_vserver._steps.retry import Policy
from ncp_vserver._values.arguments import MOST_RETRIES, checked_retries, whole_number

_PROXIES: Final = ("HTTPS_PROXY", "ALL_PROXY")
Verify = ssl.SSLContext | str | os.PathLike[str] | None

# Seconds for each step, not for the whole call. The vendor documents no timeout of its gateway's own; its JavaScript
# SDK waits 60 seconds for an answer.
DEFAULT_TIMEOUT: Final = httpx.Timeout(connect=5, read=60, write=10, pool=5)
DEFAULT_TOTAL_TIMEOUT: Final = 120.0

_LONGEST_TIMEOUT: Final = 86_400  # seconds; far beyond it, timeouts overflow in the operating system
_LARGEST_PORT: Final = 65535
_MOST_CONCURRENCY: Final = 1000


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a client, checked."""

    http: dict[str, Any]
    """Arguments of the httpx client."""
    auth: NcpAuth
    gateway: Gateway
    region: Region
    """The region of calls that name none."""
    keys_from: str
    """Where the keys come from, for people."""
    policy: Policy
    concurrency: int
    """How many requests may be in flight at a time."""

    def __str__(self) -> str:
        return f"{self.gateway.url}, keys from {self.keys_from}"


_Transport = TypeVar("_Transport")


class ClientOptions(TypedDict, Generic[_Transport], total=False):
    """The arguments of the clients, as ``Client`` says."""

    base_url: str | None
    site: Site | None
    region_code: str | None
    timeout: httpx.Timeout | float
    total_timeout: float
    allowed_hosts: Iterable[str]
    insecure_hosts: Iterable[str]
    retries: int
    retry_throttled: int
    correct_clock: bool
    concurrency: int
    verify: Verify
    transport: _Transport | None


def settings(
    keys: Keys | None,
    network: type[Network | AsyncNetwork],
    *,
    base_url: str | None = None,
    site: Site | None = None,
    region_code: str | None = None,
    timeout: httpx.Timeout | float = DEFAULT_TIMEOUT,
    total_timeout: float = DEFAULT_TOTAL_TIMEOUT,
    allowed_hosts: Iterable[str] = (),
    insecure_hosts: Iterable[str] = (),
    retries: int = 2,
    retry_throttled: int = 0,
    correct_clock: bool = False,
    concurrency: int = 10,
    verify: Verify = None,
    transport: httpx.BaseTransport | httpx.AsyncBaseTransport | None = None,
) -> Settings:
    """Check a client's arguments and set everything up; raises as the clients say.

    The clients wrap the credentials first: as they are, a traceback with local variables may show the secret.
    """
    policy = Policy(
        whole_number("retries", retries, 0, MOST_RETRIES),
        checked_retries(retry_throttled),
        _limits(timeout, total_timeout),
    )
    whole_number("concurrency", concurrency, 1, _MOST_CONCURRENCY)
    where = region(region_code)
    # Before the keys are looked for, which may take a while: whether the arguments can be right at all.
    keys = keys or Keys(load_credentials())
    whom = gateway(base_url, site, keys)
    try:
        auth = NcpAuth(keys, allowed_hosts=allowed_hosts, insecure_hosts=insecure_hosts, correct_clock=correct_clock)
    except TypeError as error:
        raise ValueError(str(error)) from None
    auth.check(whom.url)
    http: dict[str, Any] = {
        "base_url": whom.url,
        "headers": {
            "accept": "application/json",
            "cache-control": "no-store",  # no cache may answer a GET that restarts servers
            "connection": "close",
            "user-agent": _user_agent(),
        },
        "trust_env": False,
    }
    if transport is None:
        http["transport"] = network(_tls(verify), _proxy(whom.url))
    else:
        _check_transport(transport, network, verify)
        http["transport"] = transport
    return Settings(http, auth, whom, where, keys.source, policy, concurrency)


def _proxy(gateway: httpx.URL) -> httpx.Proxy | None:
    """The proxy of the environment. Requests in the clear, and those to loopback, go through none."""
    if gateway.scheme != "https" or is_loopback(gateway.host) or proxy_bypass(gateway.host):
        return None
    proxies = getproxies()
    address = proxies.get("https") or proxies.get("all")
    if not address:
        return None
    problem = "it is no address"  # not what httpx says: there may be a password in that
    with contextlib.suppress(httpx.InvalidURL, ValueError):
        proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
        if not proxy.url.host or not 0 < (proxy.url.port or 1) <= _LARGEST_PORT:
            problem = "it has no host, or a port that is none"
        elif proxy.url.scheme.startswith("socks") and not find_spec("socksio"):
            problem = "a SOCKS proxy needs httpx[socks]"
        else:
            return proxy
    place = next((name for name in _PROXIES if address in (os.environ.get(name), os.environ.get(name.lower()))), "")
    raise ValueError(f"the proxy of {place or 'the system'} cannot be used: {problem}")


def _check_transport(transport: object, network: type, verify: Verify) -> None:
    kind = httpx.BaseTransport if issubclass(network, httpx.BaseTransport) else httpx.AsyncBaseTransport
    if not isinstance(transport, kind):
        raise ValueError(f"transport must be an httpx.{kind.__name__}")  # noqa: TRY004 - as for every other argument
    if verify is not None:
        raise ValueError("verify is the transport's own business: give one of them")


def _tls(verify: Verify) -> ssl.SSLContext:
    """The certificates to trust: those given, the environment's, the system's where truststore is there, or httpx's."""
    if isinstance(verify, ssl.SSLContext):
        return verify
    if verify is not None and not (isinstance(verify, str | os.PathLike) and os.fspath(verify)):  # pyright: ignore[reportUnnecessaryIsInstance]  # for callers without a type checker
        raise ValueError("verify must be an ssl.SSLContext, or the path of a file of certificates")
    file, folders = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    where = os.fspath(verify) if verify is not None else "SSL_CERT_FILE" if file else "SSL_CERT_DIR" if folders else ""
    if where == "SSL_CERT_DIR" and folders and not any(map(os.path.isdir, folders.split(os.pathsep))):
        raise ValueError("the certificate authorities of SSL_CERT_DIR cannot be read: it is no folder")
    if not where:
        with contextlib.suppress(ImportError):  # not needed, but where a company has its authority in the system
            from truststore import SSLContext

            return SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return httpx.create_ssl_context() if verify is None else ssl.create_default_context(cafile=verify)
    except OSError as error:  # of which ssl.SSLError is one
        keys = os.environ.get("SSLKEYLOGFILE")
        if keys and error.filename == keys:
            raise ValueError(f"the file of SSLKEYLOGFILE cannot be written: {error}") from error
        raise ValueError(f"the certificate authorities of {where or 'httpx'} cannot be read: {error}") from error


def _user_agent() -> str:
    try:
        return f"ncp-vserver/{version('ncp-vserver')}"
    except PackageNotFoundError:  # the modules were copied without it
        return "ncp-vserver"


def _limits(timeout: httpx.Timeout | float, total_timeout: float) -> dict[str, float]:
    """Seconds for each step of an exchange, and for the whole."""
    if not isinstance(timeout, int | float | httpx.Timeout):  # pyright: ignore[reportUnnecessaryIsInstance]  # for callers without a type checker
        raise ValueError("timeout must be a number of seconds above 0, or an httpx.Timeout")  # noqa: TRY004 - as for every other
    limits: dict[str, float] = {}
    for name, seconds in {**httpx.Timeout(timeout).as_dict(), TOTAL: total_timeout}.items():
        if not isinstance(seconds, int | float) or not 0 < seconds <= _LONGEST_TIMEOUT:
            what = "total_timeout" if name == TOTAL else f"timeout for {name}"
            raise ValueError(f"{what} must be a number of seconds above 0 and at most {_LONGEST_TIMEOUT}")
        limits[name] = seconds
    return limits
