# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that xl gives to guests while they migrate, which say so of the guest whose name is in them."""

from __future__ import annotations

SUFFIXES = ("--incoming", "--migratedaway")
REMEDY = "give the guest another name; former_name renames one that is there"


def fault(name: str) -> str:
    """What is wrong with a name, for a guest that does not migrate."""
    suffix = next((one for one in SUFFIXES if name.endswith(one)), None)
    if suffix is None:
        return ""
    other = name[: -len(suffix)] or "another one"
    return f"xl names guests so while they migrate, and while this one is there, guest {other} would be taken for one"
