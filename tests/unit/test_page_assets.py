"""What the page is served with."""

import pytest
from ncp_mock._page import page as _page

URL = "http://127.0.0.1:4010"
KEY = "NCPACCESSKEYEXAMPLE0"


def test_policy() -> None:
    assert _page.CONTENT_SECURITY_POLICY == (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


@pytest.mark.parametrize(
    ("name", "content_type"), [("page.css", "text/css"), ("page.js", "text/javascript")], ids=["page.css", "page.js"]
)
def test_asset(name: str, content_type: str) -> None:
    found = _page.asset(name)

    assert found is not None
    assert found[0] == f"{content_type}; charset=utf-8"
    assert len(found[1]) > 1000
    assert f'"{name}"' in _page.page([], [], URL, KEY).decode()


@pytest.mark.parametrize(
    "name", ["", "page.html", "live.html", "page.py", "../_page/page.js", "/etc/passwd", "page.js/", "PAGE.JS", "."]
)
def test_no_other_asset(name: str) -> None:
    assert _page.asset(name) is None
