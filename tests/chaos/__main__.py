"""Faults that the portal must survive; `make chaos` runs them and writes var/chaos.json."""

# ruff: noqa: T201 - a command; it talks to whoever typed it
from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from tests.chaos import import_kill, receipts

OUTPUT = Path(__file__).resolve().parents[2] / "var" / "chaos.json"
# Name → what makes the fault and says how it ended; names begin with receipts, import or reminders.
FAULTS: dict[str, Callable[[], tuple[bool, str]]] = {**import_kill.FAULTS, **receipts.FAULTS}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--only", default="", help="one fault by its name, or the beginning of it")
    only = parser.parse_args().only
    chosen = {name: fault for name, fault in FAULTS.items() if name.startswith(only)}
    results = []
    for name, fault in chosen.items():
        ok, detail = fault()
        results.append({"name": name, "ok": ok, "detail": detail})
        print(f"  {'ok  ' if ok else 'FAIL'} {name}: {detail}")
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if not chosen:
        print(f"No fault {f'named {only}' if only else 'is there yet'}. There are: {', '.join(FAULTS) or 'none'}.")
        return 1 if only else 0
    return 0 if all(result["ok"] for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
