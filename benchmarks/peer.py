"""httpx-ncloud, in an environment of its own since it needs an older httpx.

Reads lines with a number of calls, makes them, and prints the processor time of one. Arguments: the address, the path,
the two keys, and how many servers to name.
"""

import importlib
import sys
import time
from typing import Any


def main(url: str, path: str, access_key: str, secret_key: str, count: str) -> None:
    httpx_ncloud: Any = importlib.import_module("httpx_ncloud")  # unknown to the type checkers' environment
    client = httpx_ncloud.NcloudClient(base_url=url, access_key=access_key, secret_key=secret_key, trust_env=False)
    numbers = {f"serverInstanceNoList.{n}": str(n) for n in range(1, int(count) + 1)}
    for line in sys.stdin:
        began = time.process_time()
        for _ in range(int(line)):
            client.request("GET", path, params={**numbers, "responseFormatType": "json"}).json()
        print((time.process_time() - began) / int(line), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
