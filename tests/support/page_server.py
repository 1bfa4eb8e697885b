"""Serves the mock's page with whatever records and servers a test wants it to show."""

import hashlib
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ncp_mock._gateway.records import Record
from ncp_mock._page import page as _page


class PageServer:
    """Serves the page, with whatever records and servers it is to show."""

    def __init__(self, port: int = 0) -> None:
        self.records: Sequence[Record] = ()
        self.servers: Sequence[dict[str, Any]] = ()
        self._start(port)

    def restart(self) -> None:
        """Start again, on the same port."""
        self._start(self._server.server_port)

    def end(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str) -> tuple[str, bytes] | None:
        name = path.removeprefix("/__mock__/")
        if name == "":
            return "text/html; charset=utf-8", _page.page(self.records, self.servers, self.url, "NCPACCESSKEYEXAMPLE0")
        if name == "live":
            return "text/html; charset=utf-8", _page.live(self.records, self.servers)
        return _page.asset(name)

    def _start(self, port: int) -> None:
        page_server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content_type, body = page_server.answer(self.path) or ("", b"")
                etag = f'"{hashlib.sha256(body).hexdigest()}"'
                unchanged = self.headers["If-None-Match"] == etag
                self.send_response(304 if unchanged else 200 if content_type else 404)
                self.send_header("ETag", etag)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Security-Policy", _page.CONTENT_SECURITY_POLICY)
                self.end_headers()
                self.wfile.write(b"" if unchanged else body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.01])
        self._thread.start()
