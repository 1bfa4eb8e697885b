"""Time and memory from 10 to 10,000 servers, for sizes.json, which sizes.svg is drawn from: "make bench"."""

import json
import tracemalloc

from calls import bare, ours
from measure import HERE, Call, compare, head, seconds, served, timed

COUNTS = (10, 100, 1000, 10_000)


def peak(call: Call) -> int:
    """Bytes of Python's memory that a call takes while what it returns is held."""
    call()
    tracemalloc.start()
    held = call()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del held
    return most


def main() -> None:
    found: dict[str, list[float]] = {"servers": [*COUNTS]}
    head("processor time")
    with served() as url:
        for count in COUNTS:
            one, other = ours(url, count), bare(url, count)
            calls = max(1, 1000 // count)
            [ratio] = compare(
                f"{count:,} servers", timed(one), ("the same requests on bare httpx", timed(other)), calls=calls
            )
            row = {
                "ours, seconds": min(seconds(one, calls) for _ in range(3)),
                "bare httpx, seconds": min(seconds(other, calls) for _ in range(3)),
                "ratio": ratio,
                "ours, bytes": peak(one),
                "bare httpx, bytes": peak(other),
            }
            for name, value in row.items():
                found.setdefault(name, []).append(value)
    for name in ("ours", "bare httpx"):
        each = [most / count for most, count in zip(found[f"{name}, bytes"], COUNTS, strict=True)]
        print(f"Memory for each server, {name}: {', '.join(f'{size / 1024:.1f} KiB' for size in each)}")
    thousand, ten_thousand = found["ours, seconds"][-2:]
    print(f"10,000 servers take {ten_thousand / thousand:.1f} times as long as 1,000.")
    (HERE / "sizes.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
