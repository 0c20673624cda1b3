# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many texts a property is tried with where its test does not say: few in `make unit`, many in `make fuzz-parsers`.

``pytest --hypothesis-profile=long`` takes the other one. No test has a deadline: a machine may be busy.
"""

from __future__ import annotations

from hypothesis import settings

FEW = 100

settings.register_profile("short", settings(), max_examples=FEW, deadline=None)
settings.register_profile("long", settings(), max_examples=20 * FEW, deadline=None)
settings.load_profile("short")
