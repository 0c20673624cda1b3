# SPDX-License-Identifier: GPL-3.0-or-later
"""The one error of the lab: a sentence that says what is wrong and what to do about it."""

from __future__ import annotations


class LabError(Exception):
    """Something the user can act upon. ``str()`` is one readable sentence."""
