"""Runs a command and prints what it took: a small process of its own, so that the peak is the command's."""

# ruff: noqa: T201 - a command; it answers on its output
from __future__ import annotations

import json
import resource
import subprocess
import sys
import time


def main() -> None:
    started = time.monotonic()
    done = subprocess.run(sys.argv[1:], capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"code": done.returncode, "seconds": seconds, "mb": peak, "out": done.stdout, "err": done.stderr}))


if __name__ == "__main__":
    main()
