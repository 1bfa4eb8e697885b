"""Every model of the generated client: what it is given comes out again, whole, in parts, and with what is new."""

from typing import Any

import ncp_vserver_api.models
import pytest
from support.contract import CONTRACT, resolve

SCHEMAS = {name: each for name, each in CONTRACT["components"]["schemas"].items() if each.get("type") == "object"}
each_model = pytest.mark.parametrize("name", SCHEMAS)


def sample(schema: dict[str, Any]) -> Any:
    """A value with every member."""
    schema = resolve(resolve(schema)["allOf"][0] if "allOf" in resolve(schema) else schema)
    match schema["type"]:
        case "object":
            return {name: sample(each) for name, each in schema["properties"].items()}
        case "array":
            return [sample(schema["items"])] * 2
        case "boolean":
            return True
        case "integer":
            return 7
        case _:
            return schema.get("enum", ["text"])[0]


@each_model
def test_keeps_what_it_is_given(name: str) -> None:
    model, schema = getattr(ncp_vserver_api.models, name), SCHEMAS[name]
    whole, required = sample(schema), schema.get("required", [])

    assert model.from_dict(whole).to_dict() == whole
    for member in whole:
        part = {each: value for each, value in whole.items() if each != member}
        if member in required:
            with pytest.raises(KeyError):
                model.from_dict(part)
        else:
            assert model.from_dict(part).to_dict() == part
            assert model.from_dict(part | {member: None}).to_dict() == part
    least = {each: whole[each] for each in required}
    assert model.from_dict(least).to_dict() == least


@pytest.mark.parametrize("name", [name for name in SCHEMAS if "additionalProperties" not in SCHEMAS[name]])
def test_keeps_what_the_contract_does_not_know(name: str) -> None:
    whole = sample(SCHEMAS[name])

    made = getattr(ncp_vserver_api.models, name).from_dict(whole | {"new": 1})

    assert (made.additional_keys, made["new"], "new" in made, "other" in made) == (["new"], 1, True, False)
    assert made.to_dict() == whole | {"new": 1}
    made["other"] = 2
    del made["new"]
    assert made.additional_properties == {"other": 2}
