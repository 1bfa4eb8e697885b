"""Look for requests that make the mock fail, guided by which code they reach: ``make fuzz``.

Stops after a number of seconds, or at the first failure, whose bytes are then in .fuzzing. What it has learned is kept
there, too.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

atheris: Any = importlib.import_module("atheris")  # which only "make fuzz" installs

sys.path.insert(0, str(Path(__file__).parent.parent))  # where pytest finds these, too
with atheris.instrument_imports(include=["ncp_mock", "h11"]):
    from fuzzing.test_requests_to_the_mock import CONTENTS, FAULTS, FIELDS, NAMES, VALUES, gateway

KEPT = Path(".fuzzing")
HEAD = "{method} {target} HTTP/1.1\r\nhost: mock\r\ncontent-type: {kind}\r\ncontent-length: {size}\r\n\r\n"


def seeds() -> list[bytes]:
    """Good requests to begin with: the first byte says whether signatures matter."""
    query = "serverInstanceNoList.1=123458773&responseFormatType=json"
    sent = [(f"/__mock__/{name}", b"", "application/json") for name in ("", "live", "requests", "hold", "finish")]
    sent += [(f"/__mock__/{name}", body, "application/json") for name in ("faults", "behaviours") for body in FAULTS]
    for path in gateway().gateways[True]._service._contract.operations:
        sent += [(f"{path}?{query}", b"", "*"), (path, query.encode(), "application/x-www-form-urlencoded")]
    return [
        start + HEAD.format(method=method, target=target, kind=kind, size=len(body)).encode() + body
        for target, body, kind in sent
        for method in ("GET", "POST")
        for start in (b"s", b"l")
    ]


def serve(data: bytes) -> None:
    gateway().serve([data[1:]], lax=data[:1] != b"s")


def main(seconds: str) -> None:
    corpus, words = KEPT / "corpus", KEPT / "words"
    corpus.mkdir(parents=True, exist_ok=True)
    for index, seed in enumerate(seeds()):
        (corpus / f"seed-{index}").write_bytes(seed)
    words.write_text("".join(f"{json.dumps(word)}\n" for word in {*NAMES, *VALUES, *FIELDS, *CONTENTS} - {""}))
    options = [f"-max_total_time={seconds}", f"-artifact_prefix={KEPT}/", f"-dict={words}", "-max_len=4096"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], serve)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
