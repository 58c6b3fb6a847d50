"""Prints the peers with their versions, and fails if one is missing or not the pinned one."""

import sys
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path


def lines(name):
    text = Path(__file__).with_name(name).read_text()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


wrong = []
for line in lines("requirements.txt"):
    name, pinned = line.split("==")
    try:
        found = version(name)
    except PackageNotFoundError:
        found = "missing"
    print(f"{name} {found}")
    if found != pinned:
        wrong.append(f"{name}: expected {pinned}, found {found}")
if wrong:
    sys.exit("The Python packages are not those of requirements.txt:\n" + "\n".join(wrong))

for line in lines("jars.txt"):
    _, name, pinned = line.split(":")
    print(f"{name} {pinned}")
    jar = distribution("pyspark").locate_file(f"pyspark/jars/{name}-{pinned}.jar")
    if not Path(jar).exists():
        wrong.append(str(jar))
if wrong:
    sys.exit("Jars of jars.txt are missing (test/interop/setup says how they are fetched):\n" + "\n".join(wrong))
