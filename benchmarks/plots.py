"""Draw sizes.svg from sizes.json. Runs in the environment that has matplotlib: "make bench"."""

import importlib
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def main() -> None:
    pyplot: Any = importlib.import_module("matplotlib.pyplot")  # unknown to the type checkers' environment
    pyplot.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "ncp-vserver", "font.size": 9})
    found = json.loads((HERE / "sizes.json").read_text(encoding="utf-8"))
    figure, (time, memory) = pyplot.subplots(1, 2, figsize=(8, 3), layout="constrained")
    for axes, unit, scale, title in (
        (time, "seconds", 1000, "processor time for each server, ms"),
        (memory, "bytes", 1 / 1024, "memory at most for each server, KiB"),
    ):
        for name in ("ours", "bare httpx"):
            each = [
                value * scale / count for value, count in zip(found[f"{name}, {unit}"], found["servers"], strict=True)
            ]
            axes.plot(found["servers"], each, marker="o", label=name)
        axes.set(xscale="log", ylim=0, xlabel="servers in one call", title=title)
        axes.legend()
    figure.savefig(HERE / "sizes.svg", metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
