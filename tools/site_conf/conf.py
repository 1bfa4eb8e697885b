"""How Sphinx makes the site. ``make docs`` runs it on pages that ``tools/site_pages.py`` lays out."""

import importlib
import inspect
import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from site_reference import is_private

project = "ncp-vserver"
author = "the ncp-vserver authors"
language = "en"
root_doc = "index"
smartquotes = False  # quotes in text are often a command's

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4

napoleon_use_ivar = True
napoleon_numpy_docstring = False
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = "ncp-vserver"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_static_path = ["static"]
html_css_files = ["site.css"]
html_search_language = "ko"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

HANGUL = range(0xAC00, 0xD7A4)


def words_with_beginnings(words: list[str]) -> list[str]:
    """Words for the search, each Korean one with all its beginnings: particles are written behind a noun."""
    indexed: list[str] = []
    for word in words:
        shortest = min(2, len(word)) if ord(word[0]) in HANGUL else len(word)
        indexed += [word[:end] for end in range(shortest, len(word) + 1)]
    return indexed


def prepare_docstring(app: Any, what: str, name: str, value: Any, options: Any, lines: list[str]) -> None:
    """Turn the heading "Raises (when called):" into a sentence and one that the parser of docstrings knows.

    That parser takes what stands before a colon in an attribute's first line for its type, so a comment goes first.
    """
    if what in ("attribute", "property"):
        lines[:0] = ["..", ""]
    for index in reversed(range(len(lines))):
        if found := re.fullmatch(r"Raises \((\w+)(.*)\):", lines[index]):
            lines[index : index + 1] = [f"{found[1].capitalize()}{found[2]}:", "", "Raises:"]


def shorten_signature(
    app: Any, what: str, name: str, value: Any, options: Any, signature: str | None, returned: str | None
) -> tuple[str | None, str | None]:
    """Leave out how to make what only the package makes, and private types of options, which the text explains."""
    if inspect.isclass(value) and signature and "Args:" not in (value.__doc__ or ""):
        return "", None
    options_type = re.search(r"(?<=\*\*)(\w+): \S*Unpack\[~?(?:\w+\.)*(\w+).*\](?=\)$)", signature or "")
    if not signature or not options_type or options_type[2] in importlib.import_module(name.partition(".")[0]).__all__:
        return signature, returned
    return signature.replace(options_type[0], options_type[1]), returned


def name_public_bases(app: Any, name: str, value: Any, options: Any, bases: list[type]) -> None:
    """Name the public classes that a private base stands on, not the private one."""
    while private := next((base for base in bases if is_private(base)), None):
        at = bases.index(private)
        bases[at : at + 1] = private.__bases__


def mark_language(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Say in the page's HTML that it is Korean, for browsers and screen readers."""
    if pagename == "index.ko" or pagename.startswith("docs/ko/"):
        context["language"] = "ko"


def setup(app: Any) -> None:
    english: Any = importlib.import_module("sphinx.search.en").SearchEnglish

    def split(self: Any, text: str) -> list[str]:
        return words_with_beginnings(english.split(self, text))

    app.add_search_language(type("SearchEnglishAndKorean", (english,), {"lang": "ko", "split": split}))
    app.connect("autodoc-process-docstring", prepare_docstring, priority=400)  # before napoleon
    app.connect("autodoc-process-signature", shorten_signature)
    app.connect("autodoc-process-bases", name_public_bases)
    app.connect("html-page-context", mark_language)
