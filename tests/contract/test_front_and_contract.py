"""What the front knows of operations is what the contract says of them."""

from ncp_vserver._requests import operations
from ncp_vserver._values import arguments
from support.contract import CONTRACT, module_of, parameters_of, snake


def test_changes_are_those_of_the_contract() -> None:
    described = {
        path.rpartition("/")[2]: (
            change["needsStatus"],
            change["operation"]["code"],
            change["statusAfter"]["code"],
        )
        for path, item in CONTRACT["paths"].items()
        if (change := item["get"].get("x-changes-servers"))
    }

    assert {
        change.name: (change.status_before, change.in_progress, change.status_after)
        for change in operations.CHANGES.values()
    } == described


def test_modules_are_those_of_the_operations() -> None:
    for operation in (*operations.CHANGES.values(), operations.LIST, operations.DETAIL):
        assert operation.module is module_of(CONTRACT["paths"][f"/vserver/v2/{operation.name}"]["get"])


def test_filters_are_the_parameters_of_the_list() -> None:
    names, _ = parameters_of(CONTRACT["paths"]["/vserver/v2/getServerInstanceList"]["get"])
    others = {"region_code", "server_instance_no_list", "page_no", "page_size", "response_format_type"}

    assert set(arguments.ServerFilters.__annotations__) == set(map(snake, names)) - others
    for stem, longest in arguments._LONGEST_LISTS.items():
        assert sum(snake(name) == stem for name in names) == longest
    assert sum(name.startswith("serverInstanceNoList.") for name in names) == operations.NUMBERS_PER_REQUEST
