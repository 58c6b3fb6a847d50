"""Prints the peers with their versions, and fails if one is missing or not the pinned one."""

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

pins = [
    line.split("==")
    for line in Path(__file__).with_name("requirements.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
wrong = []
for name, pinned in pins:
    try:
        found = version(name)
    except PackageNotFoundError:
        found = "missing"
    print(f"{name} {found}")
    if found != pinned:
        wrong.append(f"{name}: expected {pinned}, found {found}")
if wrong:
    sys.exit("The Python packages are not those of requirements.txt:\n" + "\n".join(wrong))
