"""The pages of the site that are made: of docstrings, of the commands' help, of the contract and the assumptions."""

import contextlib
import importlib
import inspect
import io
import json
import re
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import yaml
from site_pages import ROOT

PACKAGES = ("ncp_vserver", "ncp_signer", "ncp_mock")
_NO_DOCSTRING = {
    "UNSET": "The value of a field that a response lacks, or has as null. It is false.",
    "__version__": "The version of the installed package.",
}
_PROBES = {"reads": "by `ncp-vserver verify`", "restart": "by `ncp-vserver verify --restart`"}


def write(stage: Path) -> None:
    """Write the generated pages into ``stage``."""
    pages = {
        **{f"docs/api/{package}.md": api(package) for package in PACKAGES},
        "docs/options.md": options(),
        "openapi/assumptions.md": assumptions(),
        "openapi/contract.md": contract(),
    }
    for place, text in pages.items():
        (stage / place).parent.mkdir(parents=True, exist_ok=True)
        (stage / place).write_text(text, encoding="utf-8")


def api(package: str) -> str:
    """The page of a package's public names."""
    module = importlib.import_module(package)
    directives = "".join(_directive(package, name, getattr(module, name)) for name in module.__all__)
    return f"# API: {package}\n\n```{{eval-rst}}\n.. automodule:: {package}\n   :no-members:\n\n{directives}```\n"


def _directive(package: str, name: str, value: Any) -> str:
    home = home_of(package, value)
    if home != package:
        return f".. py:data:: {name}\n   :no-index:\n\n   The same as :py:obj:`{home}.{name}`.\n\n"
    is_function = inspect.isroutine(inspect.unwrap(value))
    if (inspect.isclass(value) or is_function) and not inspect.getdoc(value):
        raise ValueError(f"{name} is public and has no docstring")
    if inspect.isclass(value):
        kind = "autoexception" if issubclass(value, BaseException) else "autoclass"
        options = [":members:", *_ancestors(value)]
        return f".. {kind}:: {package}.{name}\n" + "".join(f"   {option}\n" for option in options) + "\n"
    if is_function:
        return f".. autofunction:: {package}.{name}\n\n"
    described = _NO_DOCSTRING.get(name) or _docstring(name, value)
    return f".. py:data:: {name}\n\n" + "".join(f"   {line}\n" for line in described.splitlines()) + "\n"


def home_of(package: str, value: Any) -> str:
    """The package that describes a public name of ``package``: the one that defines it, if it is public there."""
    home = getattr(value, "__module__", "").partition(".")[0]
    return home if home in PACKAGES else package


def is_private(base: type) -> bool:
    """Whether it is a class of ours that its package does not show."""
    package = base.__module__.partition(".")[0]
    return package in PACKAGES and base.__name__ not in importlib.import_module(package).__all__


def _ancestors(value: type) -> list[str]:
    """Options for a class: what it inherits from private classes is described as its own, the others are named."""
    named = [base.__name__ for base in value.__mro__[1:] if not is_private(base)]
    return [
        *([":show-inheritance:"] if named != ["object"] else []),
        *([f":inherited-members: {', '.join(named)}"] if len(named) < len(value.__mro__) - 1 else []),
    ]


def _docstring(name: str, value: Any) -> str:
    """The docstring of a name that is neither class nor function, from the module that defines it."""
    analyzer: Any = importlib.import_module("sphinx.pycode").ModuleAnalyzer
    for module in [name for name in sys.modules if name.startswith("ncp_")]:
        if vars(sys.modules[module]).get(name) is value:
            lines = analyzer.for_module(module).find_attr_docs().get(("", name))
            if lines:
                return "\n".join(lines)
    raise ValueError(f"{name} is public and has no docstring")


def options() -> str:
    """The page of all commands and their options, from their help."""
    from ncp_vserver._command.line.cli import cli

    text = (
        "# Every option of the commands\n\n"
        "This page is made of the commands' own help, `--help`. "
        "[The command](command.md) explains them, their outcomes and [their exit codes](command.md#exit-codes).\n"
    )
    above = click.Context(cli, info_name="ncp-vserver", **cli.context_settings)
    for name, command in sorted(cli.commands.items()):
        context = click.Context(command, above, info_name=name)
        usage = command.get_usage(context).removeprefix("Usage: ")
        text += f"\n## ncp-vserver {name}\n\n`{usage}`\n\n{_plain(command.help or '')}\n\n"
        for parameter in command.get_params(context):
            record = parameter.get_help_record(context)
            if record and record[1]:
                text += f"`{record[0]}`\n: {_plain(record[1])}\n\n"
    return text + f"## ncp-mock\n\n```text\n{_help_of_the_mock()}```\n"


def _plain(text: str) -> str:
    """Text of a command's help as Markdown: nothing in it is markup."""
    return re.sub(r"([\\`*_<>\[\]|~])", r"\\\1", text.replace("\b", ""))


def _help_of_the_mock() -> str:
    from ncp_mock.__main__ import main

    output = io.StringIO()
    with (
        patch.object(sys, "argv", ["ncp-mock", "--help"]),
        patch.dict("os.environ", {"COLUMNS": "80", "NO_COLOR": "1"}),
        contextlib.redirect_stdout(output),
        contextlib.suppress(SystemExit),
    ):
        main()
    return output.getvalue()


def assumptions() -> str:
    """The page of the assumptions, a table for each heading of the list."""
    source = (ROOT / "openapi" / "assumptions.yaml").read_text(encoding="utf-8")
    text = (
        "# What is assumed about NCP\n\n"
        "What no page of NCP's promises for these calls, and nobody has seen the live service do. "
        "[Hold it against your account](../docs/verify.md) says how to test it.\n"
    )
    _, *sections = re.split(r"^# ([^\n]+)\n\n(?=- id)", source, flags=re.MULTILINE)
    for heading, entries in zip(sections[::2], sections[1::2], strict=True):
        text += f"\n## {heading}\n\n| assumption | source | tested |\n|---|---|---|\n"
        for each in yaml.safe_load(entries):
            seen = f"seen to hold on {each['seen']}; " if "seen" in each else ""
            tested = _PROBES[each["probe"]] if "probe" in each else f"no: {each['no_probe']}"
            cells = (
                f'<span id="{each["id"]}"></span>**`{each["id"]}`** {each["statement"]}',
                f"{_linked(each['source'])} ({each['date']})",
                f"{seen}{tested}",
            )
            text += "| " + " | ".join(cell.replace("|", r"\|").replace("\n", " ") for cell in cells) + " |\n"
    return text


def _linked(text: str) -> str:
    return re.sub(r"https?://[^\s;,]*[^\s;,.]", r"<\g<0>>", text)


def contract() -> str:
    """The page that leads to the viewer of the contract."""
    document = yaml.safe_load((ROOT / "openapi" / "vserver.yaml").read_text(encoding="utf-8"))
    rows = "".join(
        f"| `{operation['operationId']}` | {method.upper()} | {operation['summary']} |\n"
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in ("get", "post")
    )
    return (
        "# The contract\n\n"
        "One OpenAPI document defines the generated client, and the mock checks requests against it. It is written by "
        "hand, from NCP's pages; the [decisions](decisions.md) say where it goes beyond them.\n\n"
        '<p><a href="../contract/index.html">Read it in the viewer</a>, which works without internet access.</p>\n\n'
        "Or take the file: {download}`vserver.yaml`.\n\n"
        f"| operation | method | what it does |\n|---|---|---|\n{rows}"
    )


def write_viewer(site: Path) -> None:
    """Put the viewer of the contract beside the pages, with the document in it: a page on disk can fetch nothing."""
    folder = site / "contract"
    folder.mkdir()
    bundle = ROOT / "tools" / "node_modules" / "swagger-ui-dist"
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt"):
        (folder / name).write_bytes((bundle / name).read_bytes())
    document = yaml.safe_load((ROOT / "openapi" / "vserver.yaml").read_text(encoding="utf-8"))
    (folder / "document.js").write_text(f"const contract = {json.dumps(document)};\n", encoding="utf-8")
    (folder / "index.html").write_bytes((ROOT / "tools" / "site_conf" / "contract.html").read_bytes())
