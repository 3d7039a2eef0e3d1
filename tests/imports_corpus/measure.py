"""Runs a command and prints what it took: a small process of its own, so that the peak is the command's."""

# ruff: noqa: T201 - a command; it answers on its output
from __future__ import annotations

import json
import resource
import subprocess
import sys


def main() -> None:
    done = subprocess.run(sys.argv[1:], capture_output=True, text=True, check=False)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Computing time, its children's with it: on a quiet machine that is the time on the clock.
    seconds, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    print(json.dumps({"code": done.returncode, "seconds": seconds, "mb": peak, "out": done.stdout, "err": done.stderr}))


if __name__ == "__main__":
    main()
