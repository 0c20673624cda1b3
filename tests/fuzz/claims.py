# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a finding of the lint claims that xl does with a file, as far as a dry run can tell."""

from __future__ import annotations

import re
from enum import Enum

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.rule_words import XL


class Claim(Enum):
    """What becomes of the file."""

    REFUSES = "refused"
    WARNS = "accepted, with a warning"
    SILENT = "accepted without a word"
    EITHER = "accepted, with or without a word"
    UNDECIDED = "one thing or the other"


# The first that is found decides.
PHRASES = (
    (re.compile(r"or refuses?\b|beyond its memory"), Claim.UNDECIDED),
    (re.compile(r"when the guest is created"), Claim.SILENT),
    (re.compile(r"refuse|crash"), Claim.REFUSES),
    (re.compile(r"mostly with a warning"), Claim.EITHER),
    (re.compile(r"warn|complain"), Claim.WARNS),
    (re.compile(r"would (?:take|ignore|pass over) it|without a word|silently|not created"), Claim.SILENT),
)


def claim_of(finding: Finding) -> Claim:
    """What the message says, else the rule; one that says neither claims that xl goes on in silence."""
    for text in (finding.message, XL[finding.rule]):
        for phrase, claim in PHRASES:
            if phrase.search(text):
                return claim
    return Claim.SILENT
