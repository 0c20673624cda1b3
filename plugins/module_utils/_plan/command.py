# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of xl: the words behind its name."""

from __future__ import annotations

Command = tuple[str, ...]
Commands = tuple[Command, ...]
