"""Which gateway is asked, for which region, and who said so: an argument, the environment, or the keys' profile."""

import os
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

import httpx
from ncp_signer import Credentials, Keys, checked_address

from ncp_vserver._values.arguments import checked_region, region_hint

Site = Literal["public", "gov", "fin"]
"""A site of NCP, which has a gateway of its own: the public, the government's, the financial sector's."""

GATEWAYS: Final[Mapping[str, str]] = {
    "public": "https://ncloud.apigw.ntruss.com",
    "gov": "https://ncloud.apigw.gov-ntruss.com",
    "fin": "https://fin-ncloud.apigw.fin-ntruss.com",
}

# As NAVER's SDKs and its Terraform provider name them.
_GATEWAY: Final = "NCLOUD_API_GW"
_SITE: Final = "NCLOUD_SITE"
_REGION: Final = "NCLOUD_REGION"


class Gateway(NamedTuple):
    """The address of a gateway, and where it comes from, for people."""

    url: httpx.URL
    source: str

    def __str__(self) -> str:
        return f"{self.url} ({self.source})"


class Region(NamedTuple):
    """The code of a region, None for the service's default, and where it comes from, for people."""

    code: str | None
    source: str

    def __str__(self) -> str:
        if self.code is None:
            return "the service's default"
        hint = region_hint(self.code)
        return f"{self.code} ({self.source}{hint and f'; {hint}'})"


def gateway(base_url: str | None, site: Site | None, keys: Keys) -> Gateway:
    """The gateway that an argument names; else the one that the environment and the keys' profile agree on.

    NAVER's tools differ in which of the latter comes first. Where two say different gateways, somebody believes to ask
    another one than is asked.

    Raises:
        ValueError: One of them is no gateway, or they contradict each other.
    """
    if site is not None and base_url is not None:
        raise ValueError("base_url and site both say which gateway to ask: give one of them")
    if base_url is not None:
        return Gateway(_address("base_url", str(base_url)), "arguments")
    if site is not None:
        return Gateway(_of_site("site", site), "arguments")
    named: dict[str, httpx.URL] = {}
    if (address := os.environ.get(_GATEWAY)) is not None:
        named[_GATEWAY] = _address(_GATEWAY, address.strip())
    if (name := os.environ.get(_SITE)) is not None:
        named[_SITE] = _of_site(_SITE, name.strip())
    if isinstance(keys.given, Credentials) and keys.given.api_url:
        place = f"ncloud_api_url of {keys.source}"
        named[place] = _address(place, keys.given.api_url)
    if len(set(named.values())) > 1:
        said = ", and ".join(f"{place} says {url}" for place, url in named.items())
        raise ValueError(
            f"which gateway to ask is contradictory: {said}; unset what is wrong, or give site or base_url"
        )
    for place, url in named.items():
        return Gateway(url, place)
    return Gateway(httpx.URL(GATEWAYS["public"]), "default")


def region(code: str | None) -> Region:
    """The region that an argument names, else the environment.

    Raises:
        ValueError: It is no code.
    """
    if code is not None:
        return Region(checked_region(code), "arguments")
    if (name := os.environ.get(_REGION)) is not None:
        return Region(checked_region(name.strip(), _REGION), _REGION)
    return Region(None, "default")


def _of_site(place: str, site: str) -> httpx.URL:
    if not isinstance(site, str) or site not in GATEWAYS:  # pyright: ignore[reportUnnecessaryIsInstance]  # for callers without a type checker
        raise ValueError(f"{place} must be one of {', '.join(GATEWAYS)}")
    return httpx.URL(GATEWAYS[site])


def _address(place: str, address: str) -> httpx.URL:
    return httpx.URL(checked_address(place, address, ("https", "http"), GATEWAYS["public"]))
