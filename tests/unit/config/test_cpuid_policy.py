# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""cpuid= in libxl's words, and what xl passes over."""

from __future__ import annotations

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.cpuid_policy import policy_in_json
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

XEN_4_5, XEN_4_20 = Release(4, 5), Release(4, 20)
REGISTER = "01xks" * 6 + "xx"


def bits(register: str, lowest: int, count: int) -> str:
    """The characters of some bits, the highest first."""
    return register[len(register) - lowest - count : len(register) - lowest]


def eax_of_leaf_1(cpuid: str) -> str:
    policy, faults = policy_in_json(cpuid, XEN_4_5)
    assert faults == []
    assert [leaf["leaf"] for leaf in policy] == [1]
    eax: str = policy[0]["eax"]
    return eax


@pytest.mark.parametrize(
    ("family", "base", "extended"), [("6", "0110", "00000000"), ("0x1f", "1111", "00010000"), ("k", "kkkk", "00000000")]
)
def test_a_family_above_15_is_split_over_two_fields(family: str, base: str, extended: str) -> None:
    eax = eax_of_leaf_1(f"host,family={family}")
    assert (bits(eax, 8, 4), bits(eax, 20, 8)) == (base, extended)


def test_a_model_is_split_over_two_fields() -> None:
    eax = eax_of_leaf_1("host,model=0x9e")
    assert (bits(eax, 4, 4), bits(eax, 16, 4)) == ("1110", "1001")


def test_registers_are_taken_as_they_are() -> None:
    policy, faults = policy_in_json([f"0xd,1:eax={REGISTER},\n ecx={REGISTER}", f"7:ebx={REGISTER}"], XEN_4_5)
    assert faults == []
    assert policy == [{"leaf": 13, "subleaf": 1, "eax": REGISTER, "ecx": REGISTER}, {"leaf": 7, "ebx": REGISTER}]


def test_model_specific_registers_have_a_part_of_their_own() -> None:
    policy, faults = policy_in_json("host,doitm=s", XEN_4_20)
    assert faults == []
    assert policy["cpuid"] == []
    (msr,) = policy["msr"]
    assert sorted(set(msr["policy"])) == ["k", "x"]


@pytest.mark.parametrize(
    ("cpuid", "fault"),
    [
        ("tm=0", "does not begin with the word host"),
        ("host,tm", "'tm' has no value"),
        ("host,tmm=0", "'tmm' is no CPU flag"),
        ("host,tm=y", "'y' is not one of 0, 1, x, k, s"),
        ("host,doitm=2", "'2' is not one of 0, 1, x, k, s"),
        (["0x1:eax=x"], "is not LEAF"),
        ([f"one:eax={REGISTER}"], "is not LEAF"),
        ([f"1,one:eax={REGISTER}"], "is not LEAF"),
    ],
)
def test_what_xl_passes_over_is_said_and_left_out(cpuid: str | list[str], fault: str) -> None:
    policy, faults = policy_in_json(cpuid, XEN_4_20)
    assert policy == []
    assert len(faults) == 1
    assert fault in faults[0]


def test_what_can_be_read_beside_a_fault_is_kept() -> None:
    policy, faults = policy_in_json("host,tmm=0,tm=0", XEN_4_5)
    assert (len(policy), len(faults)) == (1, 1)
