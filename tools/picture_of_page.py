"""Photograph the mock's page by Chromium: ``docs/mock-page.png``.

Each machine has fonts and a Chromium of its own, so that the same page gives other bytes. The PNG states the hash of
the HTML and the styles that it was made of, and that is what tells whether it is stale.
"""

import hashlib
import shutil
import struct
import subprocess
import tempfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ncp_mock._gateway.authentication import ACCESS_KEY, SIGNATURE, TIMESTAMP, Keys, authenticate, signature
from ncp_mock._gateway.records import Record
from ncp_mock._messages import Request
from ncp_mock._page.page import asset, page
from rehearsal import BEGUN, NAMES, ROOT, Rehearsal

PICTURE: Final = ROOT / "docs" / "mock-page.png"

_KEYWORD: Final = b"made-of"
_SIZE: Final = "1200,745"
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    f"--window-size={_SIZE}",
)
_END: Final = b"\0\0\0\0IEND\xaeB`\x82"


def main() -> None:
    files = shown()
    with tempfile.TemporaryDirectory(prefix="ncp-vserver-picture-") as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        taken = Path(folder, "taken.png")
        browser = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
        subprocess.run(
            [browser, *_FLAGS, f"--user-data-dir={folder}/profile", f"--screenshot={taken}", f"{folder}/page.html"],
            check=True,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )
        png = taken.read_bytes()
    PICTURE.write_bytes(png.removesuffix(_END) + _text_chunk(fingerprint()) + _END)


def shown() -> dict[str, bytes]:
    """The page and its styles, by their file names: whole without its script, which only looks for news."""
    first, second, _ = NAMES
    rehearsal = Rehearsal()
    rehearsal.reboot(first)
    rehearsal.now = 96.0
    rehearsal.reboot(second)
    rehearsal.now = 133.0
    keys = Keys()
    html = page(_records(keys), rehearsal.servers(), "http://127.0.0.1:4010", keys.access_key)
    _, styles = asset("page.css") or ("", b"")
    # A reader opens the two strings with a click.
    return {"page.html": html.replace(b'<details id="strings-', b'<details open id="strings-'), "page.css": styles}


def fingerprint() -> str:
    """A hash of all that the picture is made of."""
    return hashlib.sha256(b"\0".join([_SIZE.encode(), *shown().values()])).hexdigest()


def stated(png: bytes) -> str | None:
    """The fingerprint in a picture."""
    _, is_there, rest = png.partition(b"tEXt" + _KEYWORD + b"\0")
    return rest[:64].decode("ascii") if is_there else None


def _records(keys: Keys) -> list[Record]:
    """Two requests: one was let in, one left the query out of what it signed."""
    target = "/vserver/v2/getServerInstanceList?responseFormatType=json"
    milliseconds = int(BEGUN + 131) * 1000
    signed = f"GET {target.partition('?')[0]}\n{milliseconds}\n{keys.access_key}"
    headers = {
        TIMESTAMP: str(milliseconds),
        ACCESS_KEY: keys.access_key,
        SIGNATURE: signature(keys.secret_key, signed),
    }
    refused = authenticate(Request("GET", target, tuple(headers.items())), keys, milliseconds)
    assert refused is not None
    reboot = f"/vserver/v2/rebootServerInstances?serverInstanceNoList.1={list(NAMES)[1]}&responseFormatType=json"
    return [
        Record(1, _time(96), "GET", reboot, 200, "accepted", "", None, None),
        Record(
            number=2,
            time=_time(131),
            method="GET",
            target=target,
            status=401,
            verdict=refused.verdict,
            explanation=refused.explanation,
            expected_string_to_sign=_shown(refused.expected),
            received_string_to_sign=_shown(refused.received),
        ),
    ]


def _shown(string: str | None) -> str | None:
    return string and string.replace("\n", "\\n")


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(BEGUN + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _text_chunk(text: str) -> bytes:
    """A text as a part of a PNG: https://www.w3.org/TR/png-3/#11tEXt"""
    content = b"tEXt" + _KEYWORD + b"\0" + text.encode("ascii")
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))


if __name__ == "__main__":
    main()
