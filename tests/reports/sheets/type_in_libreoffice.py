"""Run by the Python that LibreOffice brings: open a workbook, type into cells, save it in several kinds.

Arguments: the name of LibreOffice's pipe, and a JSON file {source, typed: {cell: value}, targets: {path: filter}}.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any


def main() -> None:
    import uno
    from com.sun.star.beans import PropertyValue

    def named(name: str, value: Any) -> Any:
        found = PropertyValue()
        found.Name, found.Value = name, value
        return found

    told = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    desktop = None
    for _try in range(240):
        try:
            there = resolver.resolve(f"uno:pipe,name={sys.argv[1]};urp;StarOffice.ComponentContext")
            desktop = there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
            break
        except Exception:  # noqa: BLE001 - it has no class that can be named before the bridge stands
            time.sleep(0.5)
    assert desktop is not None, "LibreOffice does not answer"
    url = Path(told["source"]).as_uri()
    document = desktop.loadComponentFromURL(url, "_blank", 0, (named("Hidden", True),))
    sheet = document.Sheets.getByIndex(0)
    for place, value in told["typed"].items():
        cell = sheet.getCellRangeByName(place)
        if isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)
    for path, kind in told["targets"].items():
        document.storeToURL(Path(path).as_uri(), (named("FilterName", kind),))
    document.close(True)
    desktop.terminate()


if __name__ == "__main__":
    main()
