"""Which gateway and region are asked: arguments, then what NAVER's tools read, which must not contradict itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from ncp_signer import Credentials, CredentialsError, NcpAuth, SigningRefusedError, load_credentials
from ncp_vserver import AsyncClient, Client

PUBLIC, GOV = "https://ncloud.apigw.ntruss.com", "https://ncloud.apigw.gov-ntruss.com"
MOCK = "http://127.0.0.1:4010"
GIVEN = Credentials("KEY", "secret")

each_client = pytest.mark.parametrize("make", [Client, AsyncClient])
Configure = Callable[..., Path]


@pytest.fixture
def configure() -> Configure:
    """Write a file whose profile ``gov`` has these lines beside its keys, as does DEFAULT."""

    def write(*lines: str) -> Path:
        file = Path.home() / ".ncloud" / "configure"
        file.parent.mkdir(exist_ok=True)
        keys = "ncloud_access_key_id = {0}KEY\nncloud_secret_access_key = {0}-secret\n" + "".join(
            f"{line}\n" for line in lines
        )
        file.write_text(f"[DEFAULT]\n{keys.format('DEFAULT')}[gov]\n{keys.format('GOV')}")
        return file

    return write


def asked(client: Any) -> tuple[str, str]:
    url, source = client._settings.gateway
    assert str(client._http.base_url) == str(url)
    return str(url), source


@each_client
def test_site_of_the_environment(make: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCLOUD_SITE", "gov")

    assert asked(make(GIVEN)) == (GOV, "NCLOUD_SITE")


@each_client
@pytest.mark.parametrize("written", [GOV, f"{GOV}/", f"{GOV}:443"])
def test_gateway_of_the_profile(make: type[Any], written: str, configure: Configure) -> None:
    file = configure(f"ncloud_api_url = {written}")

    assert asked(make(load_credentials("gov"))) == (GOV, f"ncloud_api_url of {file} [gov]")


def test_gateway_of_the_default_profile(configure: Configure) -> None:
    file = configure(f"NCLOUD_API_URL={GOV}")

    assert asked(Client()) == (GOV, f"ncloud_api_url of {file} [DEFAULT]")


@pytest.mark.parametrize("lines", [(), ("ncloud_api_url =",)], ids=["absent", "empty"])
def test_profile_that_names_no_gateway(configure: Configure, lines: tuple[str, ...]) -> None:
    configure(*lines)

    assert asked(Client()) == (PUBLIC, "default")


def test_profile_of_keys_that_are_not_used_says_nothing(configure: Configure) -> None:
    configure(f"ncloud_api_url = {GOV}")

    assert asked(Client(GIVEN)) == (PUBLIC, "default")


def test_argument_comes_first(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(f"ncloud_api_url = {GOV}")
    monkeypatch.setenv("NCLOUD_API_GW", PUBLIC)
    monkeypatch.setenv("NCLOUD_SITE", "gov")

    assert asked(Client(base_url=MOCK)) == (MOCK, "arguments")
    assert asked(Client(site="fin"))[1] == "arguments"


@each_client
@pytest.mark.parametrize(
    ("environment", "url", "said"),
    [
        ({"NCLOUD_API_GW": MOCK, "NCLOUD_SITE": "gov"}, None, ["NCLOUD_API_GW says http", "NCLOUD_SITE says"]),
        ({"NCLOUD_API_GW": PUBLIC}, GOV, ["NCLOUD_API_GW says", f"configure [DEFAULT] says {GOV}"]),
        ({"NCLOUD_SITE": "public"}, GOV, ["NCLOUD_SITE says", f"configure [DEFAULT] says {GOV}"]),
    ],
    ids=["environment", "environment-and-profile", "site-and-profile"],
)
def test_contradiction(
    make: type[Any],
    environment: dict[str, str],
    url: str | None,
    said: list[str],
    configure: Configure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure(*([f"ncloud_api_url = {url}"] if url else []))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ValueError, match=r"^which gateway to ask is contradictory: ") as caught:
        make()

    assert all(each in str(caught.value) for each in said)


def test_those_that_agree_are_no_contradiction(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(f"ncloud_api_url = {GOV}")
    monkeypatch.setenv("NCLOUD_API_GW", f"{GOV}/")
    monkeypatch.setenv("NCLOUD_SITE", "gov")

    assert asked(Client()) == (GOV, "NCLOUD_API_GW")


@pytest.mark.parametrize("site", ["", "GOV", "ncloud"])
def test_site_that_is_none(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCLOUD_SITE", site)

    with pytest.raises(ValueError, match=r"^NCLOUD_SITE must be one of public, gov, fin$"):
        Client(GIVEN)


def test_gateway_of_the_profile_that_is_none(configure: Configure) -> None:
    configure("ncloud_api_url = https://user:password@ncloud.example/vserver/v2")

    with pytest.raises(ValueError, match=r"^ncloud_api_url of .* \[DEFAULT\] has a path or query") as caught:
        Client()

    assert "password" not in str(caught.value)


def test_gateway_of_the_profile_that_may_get_no_signature(configure: Configure) -> None:
    configure("ncloud_api_url = https://ncloud.example")

    with pytest.raises(SigningRefusedError, match=r"not signing for host 'ncloud\.example'"):
        Client()


# Profiles


def test_profile_of_the_environment(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    configure()
    monkeypatch.setenv("NCLOUD_PROFILE", " gov ")

    assert load_credentials() == Credentials("GOVKEY", "GOV-secret")
    assert load_credentials("DEFAULT") == Credentials("DEFAULTKEY", "DEFAULT-secret")


@pytest.mark.parametrize(
    ("profile", "keys", "said"),
    [
        ("gov", ["NCLOUD_ACCESS_KEY_ID", "NCLOUD_SECRET_ACCESS_KEY"], "ID and NCLOUD_SECRET_ACCESS_KEY are set: these"),
        ("gov", ["NCLOUD_SECRET_KEY"], "and NCLOUD_SECRET_KEY is set: these may be two accounts"),
        (" ", [], "NCLOUD_PROFILE is set and empty"),
        ("fin", [], "has no profile fin, but DEFAULT, gov"),
    ],
    ids=["keys", "a-key", "empty", "absent"],
)
def test_profile_of_the_environment_that_is_contradicted_or_none(
    profile: str, keys: list[str], said: str, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure()
    monkeypatch.setenv("NCLOUD_PROFILE", profile)
    for name in keys:
        monkeypatch.setenv(name, "value")

    with pytest.raises(CredentialsError, match=said):
        load_credentials()


# Regions


def region_asked(client: Client, **options: Any) -> str | None:
    list(client.servers(**options))
    return regions.pop()


regions: list[str | None] = []


def no_servers(request: httpx.Request) -> httpx.Response:
    regions.append(request.url.params.get("regionCode"))
    return httpx.Response(
        200,
        json={
            "getServerInstanceListResponse": {
                "requestId": "1",
                "returnCode": "0",
                "returnMessage": "success",
                "totalRows": 0,
                "serverInstanceList": [],
            }
        },
    )


def test_region_of_a_call_of_the_client_and_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    transport = httpx.MockTransport(no_servers)
    assert region_asked(Client(GIVEN, transport=transport)) is None

    monkeypatch.setenv("NCLOUD_REGION", " KR ")
    assert region_asked(Client(GIVEN, transport=transport)) == "KR"
    assert region_asked(Client(GIVEN, transport=transport, region_code="JPN")) == "JPN"
    assert region_asked(Client(GIVEN, transport=transport, region_code="JPN"), region_code="SGN") == "SGN"


@pytest.mark.parametrize("region", ["", "K R", "한국"])
def test_region_of_the_environment_that_is_none(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCLOUD_REGION", region)

    with pytest.raises(ValueError, match=r"^NCLOUD_REGION must be a code such as KR"):
        Client(GIVEN)


# Hosts that get a signature in the clear


def test_insecure_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")

    client = Client(GIVEN, base_url="http://Mock:4010", insecure_hosts=["mock"])

    assert asked(client)[0] == "http://mock:4010"
    assert client._settings.http["transport"]._proxy is None, "a proxy would see the signature"
    NcpAuth(GIVEN, insecure_hosts=["mock"]).check(httpx.URL("https://mock"))


@pytest.mark.parametrize("url", ["http://mock.example:4010", "http://other:4010", "ftp://mock"])
def test_hosts_that_are_not_insecure(url: str) -> None:
    with pytest.raises(SigningRefusedError):
        NcpAuth(GIVEN, allowed_hosts=["mock.example"], insecure_hosts=["mock"]).check(httpx.URL(url))


@pytest.mark.parametrize(
    "host",
    [
        "ncloud.apigw.ntruss.com",
        "NCLOUD.apigw.gov-ntruss.com",
        "ncloud.apigw.ntruss.com.",
        "ntruss.com",
        "x.fin-ntruss.com",
        "*.example",
        "mock:4010",
    ],
)
def test_hosts_that_cannot_be_insecure(host: str) -> None:
    with pytest.raises(ValueError, match=r"^insecure_hosts: "):
        NcpAuth(GIVEN, insecure_hosts=[host])
