"""What each package shows to the outside, and which packages each one leans on."""

import importlib
import sys
from types import ModuleType

import grimp
import pytest

PACKAGES = ["ncp_vserver_api", "ncp_signer", "ncp_vserver", "ncp_mock"]

# design rule: which of our own and of other people's packages each one may import
MAY_IMPORT = {
    "ncp_vserver_api": {"attrs", "httpx"},
    "ncp_signer": {"httpx"},
    "ncp_vserver": {"httpx", "ncp_signer", "ncp_vserver_api"},
    "ncp_mock": {"h11", "jinja2", "platformdirs", "pytest", "yaml"},
}


@pytest.mark.parametrize("name", ["ncp_signer", "ncp_vserver"])
def test_all_is_sorted_and_complete(name: str) -> None:
    package = importlib.import_module(name)
    public = [
        key for key, value in vars(package).items() if not key.startswith("_") and not isinstance(value, ModuleType)
    ]

    assert package.__all__ == sorted(public)


def test_mock_has_what_it_says_and_nothing_else() -> None:
    package = importlib.import_module("ncp_mock")

    assert package.__all__ == sorted(package.__all__)
    assert {getattr(package, name).__name__ for name in package.__all__} == {*package.__all__}
    with pytest.raises(AttributeError, match="'ncp_mock' has no attribute 'Prism'"):
        _ = package.Prism


@pytest.mark.parametrize("name", PACKAGES)
def test_imports(name: str) -> None:
    graph = grimp.build_graph(*PACKAGES, include_external_packages=True)
    modules = {name, *graph.find_descendants(name)}

    imported = {
        target.partition(".")[0] for module in modules for target in graph.find_modules_directly_imported_by(module)
    }

    assert imported - {name} - set(sys.stdlib_module_names) == MAY_IMPORT[name]
