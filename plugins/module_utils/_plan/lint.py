# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is to say about a guest as it is declared, engine keys and all, before any host is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.checks_devices import IN_NO_NAME, LONGEST_INTERFACE
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.examination import NOT_IN_A_DEVICE
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import EVERY_CHECK, Linted, Positioned, is_template
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import finding
from ansible_collections.xlops.xen.plugins.module_utils._config.stated import stated_at
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_on_wrong import NOT_CREATED
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import Declaration, given, read_declaration
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import EVERY_TYPE
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

OF_A_VALUE = (
    "wrong-value",
    "out-of-range",
    "no-disk-name",
    "pci-device-twice",
    "sound-card",
)
ONLY_LIKELY = ("bridge-name", "comma-left-out", "relative-target", "word-for-qemu")
SIGNS = {remedy: sign for sign, _name, remedy in NOT_IN_A_DEVICE}  # which are wrong outside of a template alone
BRACES = re.compile(r"{{.*?}}", re.DOTALL)
TEMPLATE = "template"
UNKNOWN_YET = "it is a template, whose value only a play will know"
CHECKED_LATER = "nothing need be done: the play holds the value against the same rules"


def lint_declaration(
    guest: Mapping[str, Any],
    defaults: Mapping[str, Any] | None,
    release: Release,
    positioned: Positioned = lambda finding: finding,
) -> Linted:
    """One guest with the defaults of all, for a release. A guest that only goes away need not be described."""
    declaration, findings = read_declaration(given(guest), given(defaults or {}))
    findings += _examined(declaration, release if declaration.describes_guest else None)

    def told(found: Finding) -> Finding:
        return declaration.told(positioned(found))

    softened = [told(one) for one in (_softened(wrong, declaration.keys) for wrong in findings) if one]
    return Linted(
        declaration.claims,
        softened,
        told,
        declaration.needs,
        declaration.goes,
        declaration.former_name,
        declared=True,
        release=release,
        stated={**given(defaults or {}), **given(guest)},
    )


def _examined(declaration: Declaration, release: Release | None) -> list[Finding]:
    """A guest whose type only a play will know is judged as each type, by what is wrong with all of them."""
    if not is_template(declaration.keys.get("type")):
        return declaration.model(release, EVERY_CHECK)[1]
    keys = declaration.keys
    typed = [replace(declaration, keys={**keys, "type": kind}) for kind in EVERY_TYPE]
    of_each = [one.model(release, EVERY_CHECK)[1] for one in typed]
    common = [one for one in of_each[0] if all(one in others for others in of_each[1:])]
    guest = declaration.name or None
    return [*common, finding(TEMPLATE, UNKNOWN_YET, guest=guest, key="type", release=release, remedy=CHECKED_LATER)]


def _softened(wrong: Finding, keys: Mapping[str, Any]) -> Finding | None:
    """What a template will come to cannot be wrong yet, and what is likely wrong is not looked for later."""
    value = wrong.value if wrong.value is not None else stated_at(wrong.key, keys)
    if not is_template(value):
        return wrong
    if wrong.rule in ONLY_LIKELY:
        return None
    sign = SIGNS.get(wrong.remedy or "")
    if sign:
        return wrong if "{%" not in value and sign in BRACES.sub("", value) else None
    if wrong.rule == "interface-name":
        return _around_braces(wrong)
    if wrong.rule not in OF_A_VALUE:
        return wrong
    return finding(
        TEMPLATE,
        UNKNOWN_YET,
        guest=wrong.guest,
        key=wrong.key,
        value=wrong.value,
        release=wrong.release,
        remedy=CHECKED_LATER,
    )


def _around_braces(wrong: Finding) -> Finding | None:
    """What is wrong with the name of an interface whatever is put into it; between two statements all is uncertain."""
    name = wrong.value
    unfit = IN_NO_NAME.search(BRACES.sub("x", name).strip()) or len(BRACES.sub("", name).encode()) > LONGEST_INTERFACE
    if "{%" in name or not unfit:
        return None
    message = f"{shown(name)} is no name of an interface whatever the template comes to, and {NOT_CREATED}"
    remedy = f"write no more than {LONGEST_INTERFACE} letters around it, without blanks, slashes and colons"
    return replace(wrong, message=message, remedy=remedy)
