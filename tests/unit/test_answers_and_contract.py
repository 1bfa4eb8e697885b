"""Answers as they are held against the contract: what XML means, and where an answer deviates."""

from typing import Any

import pytest
from ncp_vserver._verify.contract import Deviation, deviations
from ncp_vserver._verify.exchange import read

LIST = "getServerInstanceListResponse"


def server_of(fields: str) -> Any:
    _, value = read(
        f"<{LIST}><serverInstanceList><serverInstance>{fields}</serverInstance></serverInstanceList></{LIST}>".encode(),
    )
    assert value is not None
    return value[LIST]["serverInstanceList"][0]


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("<cpuCount>4</cpuCount>", 4),
        ("<cpuCount>-4</cpuCount>", -4),
        ("<cpuCount>four</cpuCount>", "four"),
        ("<isProtectServerTermination>true</isProtectServerTermination>", True),
        ("<isProtectServerTermination>false</isProtectServerTermination>", False),
        ("<isProtectServerTermination>perhaps</isProtectServerTermination>", "perhaps"),
        ("<serverName>true</serverName>", "true"),
        ("<serverName>4</serverName>", "4"),
        ("<serverName></serverName>", ""),
        ("<serverInstanceStatus></serverInstanceStatus>", {}),
        ("<unknownField><code>1</code></unknownField>", {"code": "1"}),
        ("<networkInterfaceNoList></networkInterfaceNoList>", []),
    ],
)
def test_element_in_the_form_that_json_has(element: str, value: object) -> None:
    assert list(server_of(element).values()) == [value]


@pytest.mark.parametrize(
    ("field", "deviation"),
    [
        ({"cpuCount": 4}, None),
        ({"cpuCount": True}, Deviation("type", "cpuCount", "boolean instead of integer")),
        (
            {"isProtectServerTermination": 1},
            Deviation("type", "isProtectServerTermination", "integer instead of boolean"),
        ),
        ({"serverName": None}, Deviation("null", "serverName", "null")),
        ({"newField": None}, Deviation("new", "newField", "null")),
        ({"newField": [1]}, Deviation("new", "newField", "array")),
        ({"networkInterfaceNoList": [1]}, Deviation("type", "networkInterfaceNoList[]", "integer instead of string")),
    ],
    ids=str,
)
def test_where_an_answer_deviates(field: dict[str, Any], deviation: Deviation | None) -> None:
    before = f"{LIST}.serverInstanceList[]."
    found = [
        each._replace(path=each.path.removeprefix(before)) for each in deviations(LIST, {"serverInstanceList": [field]})
    ]

    assert found == ([] if deviation is None else [deviation])


def test_envelope_that_the_contract_lacks_deviates_nowhere() -> None:
    assert list(deviations("responseOfAnotherService", {"anything": 1})) == []
