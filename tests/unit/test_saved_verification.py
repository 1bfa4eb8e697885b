"""The file of a verification: nothing in it tells whose account it was, and the same value is the same everywhere."""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import httpx
import pytest
from ncp_signer import Credentials, signed_headers
from ncp_vserver._verify.calls import CALLS, DETAIL, FILTERS, JSON, LIST, Call
from ncp_vserver._verify.contract import resolved, roots
from ncp_vserver._verify.exchange import Exchange, read
from ncp_vserver._verify.saved import document
from ncp_vserver._verify.saving import NotSavedError, check, write
from ncp_vserver._verify.verification import Verdict
from support.canary import CANARY
from support.contract import CONTRACT
from support.xml_values import as_xml

KEYS: Final = Credentials("ncp_iam_BPAMKR0123456789abcd", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0")
ANYWHERE: Final = httpx.URL("https://gateway.of-somebody.example:8443")
SERVER: Final[Mapping[str, Any]] = CONTRACT["components"]["schemas"]["ServerInstance"]["properties"]
KEPT: Final = {"cpuCount": 4, "memorySize": 8589934592, "totalRows": 1, "returnCode": "24120", "errorCode": "200"}
LISTED: Final = Call(name="list", topic="")


def exchange(body: bytes | str | Mapping[str, Any], call: Call = LISTED, target: str = "", **more: Any) -> Exchange:
    content = json.dumps(body) if isinstance(body, Mapping) else body
    content = content.encode() if isinstance(content, str) else content
    form, value = read(content)
    target = target or f"/vserver/v2/{call.operation}?{call.query}"
    fields: dict[str, Any] = {"status": 200, "body": content, "format": form, "value": value} | more
    return Exchange(call, target, fields.pop("form", None), 0.0, **fields)


def listed(*servers: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    answer = {
        "totalRows": len(servers),
        "serverInstanceList": list(servers),
        "requestId": "1d2d35f9-86cd-453c-ab42-b7e1cd2e969e",
        "returnCode": "0",
    }
    return {f"{LIST}Response": answer | more}


def saved(*exchanges: Exchange, verdicts: Iterable[Verdict] = (), gateway: httpx.URL = ANYWHERE) -> dict[str, Any]:
    return document(exchanges, verdicts, credentials=KEYS, gateway=gateway)


def body_of(exchange: Exchange) -> Any:
    [each] = saved(exchange)["exchanges"]
    return each["answer"]["body"]


class Canaries:
    """Unique values, all of which could be anybody's."""

    def __init__(self, form: str) -> None:
        self._form = form
        self.all: list[str] = []

    def new(self) -> str:
        self.all.append(self._form.format(len(self.all) + 10))
        return self.all[-1]

    def of(self, schema: Mapping[str, Any]) -> Any:
        """A value of a schema with canaries for all texts, and fields that the contract lacks in each object."""
        schema = resolved(schema)
        if schema["type"] == "array":
            return [self.of(schema["items"])]
        if schema["type"] == "object":
            known = {name: KEPT.get(name) or self.of(each) for name, each in schema["properties"].items()}
            return known | {"owner": {"code": self.new(), "list": [self.new(), {self.new(): True}]}, "seen": self.new()}
        return True if schema["type"] == "boolean" else self.new()

    def found_in(self, text: str) -> list[str]:
        """Those that stand in a text, in any encoding."""
        unescaped = re.sub(r"\\+u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
        shown = [text, unquote(text), unquote_plus(text), html.unescape(text), unescaped]
        return [each for each in self.all if any(each in one for one in shown)]


def echoed(texts: Iterable[str]) -> Iterator[str]:
    """Texts in which a service or a proxy repeats them."""
    for text in texts:
        forms = (
            quote(text, safe=""),
            quote_plus(text),
            quote(text, safe="").lower(),
            json.dumps(text),
            html.escape(text),
        )
        yield f"‘{text}’ is none of {', '.join(forms)}."


def showing(canaries: Canaries, form: str) -> Iterator[Exchange]:
    """Exchanges that have canaries everywhere, and repeat each in texts, headers and requests."""
    for name in ("error", "responseError", f"{LIST}Response"):
        schema = roots()[name]
        value = canaries.of(schema)
        yield exchange({name: value} if form == "json" else as_xml(name, value))
    yield exchange({canaries.new(): {"name": canaries.new()}, "x": [canaries.new()]})
    for text in list(echoed(canaries.all)):
        yield exchange(
            {"error": {"errorCode": text, "message": text, "details": text}},
            target=f"/vserver/v2/{DETAIL}?serverInstanceNo={quote(text, safe='')}&regionCode={quote(text, safe='')}",
            form=f"{quote(text, safe='')}={quote(text, safe='')}",
            headers=(("server", text), ("x-request-id", text), ("content-length", text), (text, "1")),
            error=httpx.ReadError(text),
        )
    yield exchange(f"<html>{' '.join(canaries.all)}</html>", status=502)


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    "canary", [CANARY + "-{}", "ncp_Iam{}XyZxYzXyZ0aB", "{}34567", "bird.{}@mine.example", "10.9.8.{}"]
)
def test_nothing_of_the_account_in_any_field(form: str, canary: str) -> None:
    canaries = Canaries(canary)
    exchanges = list(showing(canaries, form))
    verdicts = [Verdict("dates", "differs", text, ("list",)) for text in echoed(canaries.all)]

    text = json.dumps(saved(*exchanges, verdicts=verdicts), ensure_ascii=False)

    assert len(canaries.all) == 100
    assert not canaries.found_in(text)


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("canary", ["결제-{}", "a b&{}<c>", "s{}", "10{}"])
def test_values_that_look_like_any_word(form: str, canary: str) -> None:
    canaries = Canaries(canary)
    names = [name for name in SERVER if name.endswith(("No", "Name", "Ip")) and "Status" not in name]
    server = {name: canaries.new() for name in names}
    list_of_them = listed(server) if form == "json" else as_xml(f"{LIST}Response", listed(server)[f"{LIST}Response"])
    refusals = [exchange({"responseError": {"returnMessage": text}}) for text in echoed(canaries.all)]

    text = json.dumps(saved(*refusals, exchange(list_of_them)), ensure_ascii=False)

    assert canaries.all
    assert not canaries.found_in(text)


def test_keys_and_signatures_are_not_in_it() -> None:
    headers = signed_headers(KEYS, "GET", f"/vserver/v2/{LIST}?{JSON}", timestamp_ms=1_795_000_000_123)
    canaries = Canaries("")
    canaries.all = [*headers.values(), KEYS.secret_key.reveal(), ANYWHERE.host]
    texts = [*echoed(canaries.all), repr(headers), "&".join(f"{name}={quote(each)}" for name, each in headers.items())]
    exchanges = [
        exchange({"error": {"details": text, "echo": text, text: text}}, headers=(("x-echo", text), ("via", text)))
        for text in texts
    ]

    text = json.dumps(saved(*exchanges, verdicts=[Verdict("dates", "differs", text, ()) for text in texts]))

    assert not canaries.found_in(text)


def test_the_same_value_has_the_same_substitute_everywhere() -> None:
    server = {
        "serverInstanceNo": "1234567",
        "serverName": "결제 01",
        "loginKeyName": "결제 01",
        "publicIp": "211.188.1.2",
        "privateIp": "fe80::1",
        "serverDescription": " ",
        "vpcNo": "",
        "subnetNo": None,
        "placementGroupNo": 1234567,
    }
    call = Call(name="detail", topic="", operation=DETAIL)
    refused = {
        "responseError": {"returnCode": "24120", "returnMessage": "Server 결제 01 (1234567, 211.188.1.2) is bad."}
    }
    target = f"/vserver/v2/{DETAIL}?serverInstanceNo=1234567&serverName={quote('결제 01')}&ip=211.188.1.2"
    verdict = Verdict("dates", "differs", "code 24120, 1234567: 결제 01", ("list",))

    made = saved(
        exchange(refused, call, target, headers=(("x-server", "결제 01"), ("x-tenant", "acme"))),
        exchange(listed(server), form="serverInstanceNoList.1=1234567"),
        exchange(
            as_xml(f"{LIST}Response", {"serverInstanceList": {"serverInstance": server | {"vpcNo": "211.188.1.2"}}})
        ),
        verdicts=[verdict],
    )

    first, second, third = made["exchanges"]
    assert second["answer"]["body"][f"{LIST}Response"]["serverInstanceList"] == [
        {
            "serverInstanceNo": "1000001",
            "serverName": "server-1",
            "loginKeyName": "server-1",
            "publicIp": "192.0.2.1",
            "privateIp": "2001:db8::1",
            "serverDescription": " ",
            "vpcNo": "",
            "subnetNo": None,
            "placementGroupNo": 1000001,
        }
    ]
    assert second["request"]["form"] == "serverInstanceNoList.1=1000001"
    text = "Server server-1 (1000001, 192.0.2.1) is bad."
    assert first["answer"]["body"] == {"responseError": {"returnCode": "24120", "returnMessage": text}}
    assert first["request"]["target"].endswith("?serverInstanceNo=1000001&serverName=server-1&ip=192.0.2.1")
    assert first["answer"]["headers"] == [["x-server", "server-1"], ["x-tenant", "value-1"]]
    [of_xml] = third["answer"]["body"][f"{LIST}Response"]["serverInstanceList"]
    assert (of_xml["serverInstanceNo"], of_xml["vpcNo"]) == ("1000001", "192.0.2.1")
    assert made["verdicts"][0]["text"] == "code 24120, 1000001: server-1"


def test_what_is_harmless_is_kept() -> None:
    server = {
        "cpuCount": 4,
        "isProtectServerTermination": True,
        "serverInstanceStatus": {"code": "RUN", "codeName": "Server RUN state"},
        "serverImageProductCode": "SW.VSVR.OS.LNX64.UBNTU.SVR24.G003",
        "serverSpecCode": "ci4-g3",
        "zoneCode": "KR-1",
        "newField": {"isNew": False, "many": 12, "share": 0.25, "none": None, "code": "GOLD", "message": "gold"},
    }
    replaced = server | {
        "newField": {"isNew": False, "many": 11, "share": 0.5, "none": None, "code": "value-1", "message": "value-2"}
    }

    body = body_of(exchange(listed(server)))

    assert body[f"{LIST}Response"] == listed(replaced)[f"{LIST}Response"] | {
        "requestId": "00000000-0000-4000-8000-000000000001"
    }


def test_dates_keep_their_form_and_order() -> None:
    dates = ["2025-06-26T09:54:55+0900", "2024-01-01T00:00:00+0900", "2025-06-26 09:54:56.123Z", "", "yesterday"]

    body = body_of(exchange(listed(*({"uptime": date, "createDate": dates[0]} for date in dates))))

    servers = body[f"{LIST}Response"]["serverInstanceList"]
    assert [server["uptime"] for server in servers] == [
        "2020-01-01T00:02:00+0900",
        "2020-01-01T00:00:00+0900",
        "2020-01-01 00:01:00.000Z",
        "",
        "value-1",
    ]
    assert {server["createDate"] for server in servers} == {"2020-01-01T00:02:00+0900"}


def test_a_name_that_is_a_code_as_well() -> None:
    server = {"serverName": "RUN", "serverInstanceStatus": {"code": "RUN", "codeName": "RUN it"}}

    [replaced] = body_of(exchange(listed(server)))[f"{LIST}Response"]["serverInstanceList"]

    assert replaced == {"serverName": "server-1", "serverInstanceStatus": {"code": "RUN", "codeName": "server-1 it"}}


def test_names_of_the_contract_and_of_headers_stay_whatever_a_server_is_called() -> None:
    servers = [{"serverName": name} for name in ("serverName", "returnCode", "getServerInstanceListResponse", "vary")]
    target = f"/vserver/v2/{LIST}?serverName=vary"

    [made] = saved(exchange(listed(*servers), target=target, headers=(("vary", "a b"),)))["exchanges"]

    assert made["answer"]["body"][f"{LIST}Response"]["serverInstanceList"][0].keys() == {"serverName"}
    assert made["answer"]["body"][f"{LIST}Response"]["returnCode"] == "0"
    assert made["request"]["target"].endswith("?serverName=server-1")
    assert made["answer"]["headers"] == [["vary", "a b"]]


@pytest.mark.parametrize("text", ["%22web-1%22", r"\nweb-1", "%2522web-1", "a%2520b", "d2ViLTE=", "%20web-1"])
def test_a_short_name_beside_or_in_something_encoded(text: str) -> None:
    refused = exchange({"error": {"details": f"No: {text}"}})

    _, made = saved(exchange(listed({"serverName": "web-1"}, {"serverName": "a b"})), refused)["exchanges"]

    assert "server-" in made["answer"]["body"]["error"]["details"]


def test_hosts_and_numbers_in_messages() -> None:
    refused = {"error": {"message": 27001234, "details": "db01.corp.example is away", "errorCode": 200}}
    headers = (("via", "1.1 proxy01.corp.example (squid/4.10)"),)

    [made] = saved(exchange(refused, headers=headers))["exchanges"]

    assert made["answer"]["body"]["error"] == {"message": 10000001, "details": "value-2 is away", "errorCode": 200}
    assert made["answer"]["headers"] == [["via", "1.1 value-1 (squid/4.10)"]]


def test_long_texts_are_no_end() -> None:
    assert "가" in body_of(exchange({"error": {"message": "가" * 300_000}}))["error"]["message"]


def test_no_number_that_json_lacks() -> None:
    body = f'{{"{LIST}Response": {{"totalRows": NaN, "returnCode": Infinity}}}}'

    assert body_of(exchange(body)) == {f"{LIST}Response": {"totalRows": 0.5, "returnCode": 0.5}}


def test_a_substitute_is_no_value_of_the_account() -> None:
    servers = [
        {"serverName": name, "serverInstanceNo": number}
        for name, number in [("a1", "9876543"), ("server-1", "1000001")]
    ]

    replaced = body_of(exchange(listed(*servers)))[f"{LIST}Response"]["serverInstanceList"]

    assert replaced == [
        {"serverName": "server-2", "serverInstanceNo": "1000002"},
        {"serverName": "server-3", "serverInstanceNo": "1000003"},
    ]


def test_more_addresses_than_documentation_has() -> None:
    servers = [{"publicIp": f"211.1.{n // 250}.{n % 250}"} for n in range(300)]

    replaced = saved(*(exchange(listed(server)) for server in servers))["exchanges"][-1]["answer"]["body"]

    assert replaced[f"{LIST}Response"]["serverInstanceList"] == [{"publicIp": "198.18.1.44"}]


def test_a_long_list_is_cut_and_counted() -> None:
    servers = [{"serverInstanceNo": str(1000 + n)} for n in range(100)]
    refused = {"responseError": {"returnMessage": "1099 of 4321 at 10:15:00"}}

    listing, refusal = saved(exchange(listed(*servers)), exchange(refused))["exchanges"]

    assert listing["answer"]["servers"] == 100
    assert len(listing["answer"]["body"][f"{LIST}Response"]["serverInstanceList"]) == 20
    text = refusal["answer"]["body"]["responseError"]["returnMessage"]
    assert text.endswith(" of 4321 at 10:15:00")
    assert not text.startswith("1099 ")


def test_hostile_values_are_no_end() -> None:
    deep: Any = "bottom"
    for _ in range(100):
        deep = {"a": [deep]}

    body = body_of(exchange(listed({"deep": deep, "long": "7" * 5000, "big": -(10**40), "odd\nname": "\ud800"})))

    [server] = body[f"{LIST}Response"]["serverInstanceList"]
    assert server["long"] == "value-1"
    assert server["big"] == 0
    assert server["field-1"] == "value-3"


def test_each_call_of_a_verification_is_kept_as_it_is() -> None:
    facts = dict.fromkeys((*FILTERS.values(), "absent", "otherStatus", "partOfName"), "1234567")
    filled = {call.name: call.filled(facts, "KR") for call in CALLS}
    exchanges = [exchange("", call, target, form=form) for call in CALLS for target, form in [filled[call.name]]]

    made = saved(*exchanges)["exchanges"]

    for call, each in zip(CALLS, made, strict=True):
        target, form = filled[call.name]
        request = each["request"]
        if "{otherStatus}" in call.query or "Code" in call.query or "Mode" in call.query:
            continue  # kept as a code, which those facts are not
        assert (request["target"], request["form"]) == (target.replace("1234567", "1000001"), form)
        assert (request["method"], request["contentType"], request["signing"]) == (
            call.method,
            call.content_type,
            call.signing,
        )


@pytest.mark.parametrize(
    ("body", "layout"),
    [
        ('{"error": {"errorCode": "200"}}', '{"error": {…}}'),
        ('{\n  "error" :{"a": {"b": {}} }\n}\n', '{\n  "error" :{… }\n}\n'),
        ('{"error": []}', None),
        ('{"else": {"a": 1}}', None),
        (as_xml("error", {"errorCode": "1"}), None),
        ("<html></html>", None),
    ],
)
def test_layout_of_json(body: str, layout: str | None) -> None:
    assert saved(exchange(body))["exchanges"][0]["answer"]["layout"] == layout


def test_a_body_that_is_no_response_of_the_vendors_is_left_out() -> None:
    [made] = saved(
        exchange("<html>proxy</html>", status=502, headers=(("content-type", "text/html"), ("content-length", "18")))
    )["exchanges"]

    assert made["answer"] == {
        "status": 502,
        "headers": [["content-type", "text/html"], ["content-length", "18"]],
        "format": None,
        "body": None,
        "layout": None,
        "size": 18,
        "servers": 0,
    }


def test_no_response_has_its_problem() -> None:
    lost = httpx.ConnectError(f"{ANYWHERE.host} is away")
    [made] = saved(Exchange(LISTED, "/a", None, 0.0, 1.23456, lost))["exchanges"]

    assert (made["answer"], made["problem"], made["seconds"]) == (None, "ConnectError: key-3 is away", 1.235)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://ncloud.apigw.ntruss.com", "public"),
        ("https://fin-ncloud.apigw.fin-ntruss.com/", "fin"),
        ("http://127.0.0.1:1", "another"),
    ],
)
def test_head_of_the_file(url: str, site: str) -> None:
    made = saved(gateway=httpx.URL(url))

    assert (made["format"], made["site"], made["exchanges"], made["verdicts"]) == (1, site, [], [])
    assert made["program"].startswith("ncp-vserver ")


def test_file_is_written_and_replaced(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "seen.json"
    file.parent.mkdir()
    made = saved(exchange(listed({"serverName": "서버"}), headers=(("server", "\ud800 엔진"),)))

    file.touch()
    for _ in range(2):
        check(file)
        write(file, made)

    assert json.loads(file.read_text(encoding="utf-8")) == made
    assert [each.name for each in file.parent.iterdir()] == ["seen.json"]


def test_file_that_holds_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    file.write_text('{"format": 1}')

    with pytest.raises(NotSavedError, match="holds something else than a verification"):
        write(file, saved())

    assert file.read_text() == '{"format": 1}'


def test_file_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotSavedError, match="is no regular file"):
        check(tmp_path)
    with pytest.raises(NotSavedError, match="cannot be written: No such file or directory"):
        check(tmp_path / "gone" / "seen.json")
    monkeypatch.setattr("ncp_vserver._verify.saving.check", lambda path: None)
    with pytest.raises(NotSavedError, match="cannot be written: No such file or directory"):
        write(tmp_path / "gone" / "seen.json", saved())
