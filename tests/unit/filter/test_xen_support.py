# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter xen_support: what is told of the support of a version, and that it is what the tables have."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.filter.xen_support import xen_support
from ansible_collections.xlops.xen.plugins.module_utils._schema.xen_releases_table import SUPPORT, TAGS
from ansible_collections.xlops.xen.plugins.module_utils._schema.xsa_ledger import ledger
from ansible_collections.xlops.xen.plugins.module_utils._schema.xsa_table import AS_OF


@pytest.mark.parametrize(
    ("today", "status", "said"),
    [
        ("2024-06-12", "full", "Xen 4.17.5 is supported until 2024-06-12, with security fixes until 2027-12-12."),
        ("2024-06-13", "security", "Xen 4.17.5 gets security fixes alone, until 2027-12-12."),
        ("2027-12-12", "security", "Xen 4.17.5 gets security fixes alone, until 2027-12-12."),
        ("2027-12-13", "ended", "Xen 4.17.5 has had no security support since 2027-12-12."),
    ],
)
def test_the_status_is_that_of_the_day(today: str, status: str, said: str) -> None:
    told = xen_support("4.17.5", today)
    assert (told["status"], told["full_until"], told["security_until"]) == (status, "2024-06-12", "2027-12-12")
    assert str(told["message"]).startswith(said)


def test_the_advisories_are_counted_and_the_table_is_dated() -> None:
    told, known = xen_support("4.5.0", "2026-11-27"), ledger("4.5.0")
    assert (told["status"], told["as_of"]) == ("ended", AS_OF)
    assert (told["open"], told["later"]) == (list(known.open), list(known.later))
    assert len(known.open) > 90 and len(known.later) > 100
    assert (
        f"names until {AS_OF}, {len(known.open)} were fixed on its branch after that version; {len(known.later)} later "
        f"ones (from XSA {known.later[0]} on) nobody looked at for it."
    ) in str(told["message"])


def test_a_version_without_later_advisories_says_nothing_of_them() -> None:
    told = xen_support(list(TAGS)[-1], AS_OF)
    assert told["later"] == [] and "later ones" not in str(told["message"])


def test_what_is_not_released_yet_may_lack_what_the_release_has() -> None:
    one, unfinished = xen_support("4.17.3", AS_OF), xen_support("4.17.3-pre", AS_OF)
    assert set(one["open"]) < set(unfinished["open"])


@pytest.mark.parametrize("version", ["4.17.5", "4.17", "4.17.5+72-g01140da4e8", "4.17.5-debian"])
def test_what_distributions_append_is_no_part_of_the_version(version: str) -> None:
    assert xen_support(version, AS_OF)["security_until"] == "2027-12-12"


@pytest.mark.parametrize("release", SUPPORT)
def test_every_release_is_known(release: str) -> None:
    assert xen_support(f"{release}.0", "2015-01-01")["status"] == "full"
    assert xen_support(f"{release}.0", "2099-01-01")["status"] == "ended"


def test_the_day_is_todays_where_none_is_given() -> None:
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    assert xen_support("4.22.0") == xen_support("4.22.0", today)


def test_a_release_that_is_not_in_the_tables_is_no_reason_to_warn() -> None:
    told = xen_support("4.99.1", AS_OF)
    assert (told["status"], told["open"], told["later"], told["security_until"]) == ("unknown", [], [], "")
    assert f"nothing is known: the table is of {AS_OF}" in str(told["message"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("xen", 'xen_support: "xen" is no version of Xen, such as 4.17.5.'),
        ("", 'xen_support: "" is no version of Xen'),
        (4.17, "xen_support: it takes a version of Xen as a text"),
        (None, "xen_support: it takes a version of Xen as a text"),
    ],
)
def test_what_is_no_version_is_refused(given: Any, said: str) -> None:
    with pytest.raises(AnsibleFilterError) as refused:
        xen_support(given)
    assert said in str(refused.value)


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="xen_support: "):
        xen_support("4.17.5", "tomorrow")
