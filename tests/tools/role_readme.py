#!/usr/bin/env python3
# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write every role's README.md from its argument specs; with --check only say which ones are out of date."""

from __future__ import annotations

import argparse
import json
import pathlib
import re
import sys
from collections.abc import Iterator
from typing import Any

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]

MARKUP = (
    (re.compile(r"\bC\(([^)]*)\)"), r"`\1`"),
    (re.compile(r"\bV\(([^)]*)\)"), r"`\1`"),
    (re.compile(r"\bO\(([^)]*)\)"), r"`\1`"),
    (re.compile(r"\bM\(([^)]*)\)"), r"`\1`"),
    (re.compile(r"\bP\(([^)#]*)#\w+\)"), r"`\1`"),
)


def plain(text: str) -> str:
    """Ansible's documentation markup as Markdown, on one line."""
    for pattern, replacement in MARKUP:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def sentences(description: str | list[str]) -> str:
    return plain(" ".join([description] if isinstance(description, str) else description))


def kind(option: dict[str, Any]) -> str:
    name = f"list of {option['elements']}" if option.get("elements") else option.get("type", "str")
    return f"{name}: {', '.join(map(str, option['choices']))}" if option.get("choices") else name


def default(option: dict[str, Any]) -> str:
    if option.get("required"):
        return "required"
    value = option.get("default")
    return "" if value is None else f"`{json.dumps(value)}`"


def meaning(option: dict[str, Any]) -> str:
    return sentences(option["description"]).replace("|", "\\|")


def rows(options: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, option in options.items():
        full = f"{prefix}{name}"
        yield f"| `{full}` | {kind(option)} | {default(option)} | {meaning(option)} |"
        inner = f"{full}[]." if option.get("elements") else f"{full}."
        yield from rows(option.get("options", {}), inner)


def readme(role: pathlib.Path) -> str:
    spec = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]
    description = spec["description"] if isinstance(spec["description"], list) else [spec["description"]]
    parts = [f"# {role.name}", plain(spec["short_description"]), *map(plain, description)]
    example = role / "example.yml"
    if example.exists():
        parts += ["## Example", f"```yaml\n{example.read_text().strip()}\n```"]
    table = ["| variable | type | default | meaning |", "|---|---|---|---|", *rows(spec.get("options", {}))]
    parts += ["## Variables", "\n".join(table), "This page is made from `meta/argument_specs.yml` by `make docs`."]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a README is out of date")
    check = parser.parse_args().check
    stale = []
    for spec in sorted(ROOT.glob("roles/*/meta/argument_specs.yml")):
        page = spec.parents[1] / "README.md"
        text = readme(spec.parents[1])
        if not page.exists() or page.read_text() != text:
            stale.append(str(page.relative_to(ROOT)))
            if not check:
                page.write_text(text)
    for name in stale:
        print(f"{name}: {'out of date, run make docs' if check else 'written'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
