# SPDX-License-Identifier: GPL-3.0-or-later
"""What cpuid= says, in libxl's words: a text of 32 characters for each register, one for each bit.

``0`` and ``1`` force a bit, ``x`` takes the default, ``k`` keeps the host's, ``s`` as ``k`` and over migration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.numbers import c_number
from ansible_collections.xlops.xen.plugins.module_utils._schema.cpuid_flags import Flag, cpuid_flags
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

WIDTH, MSR_WIDTH = 32, 64
WRAPPED_SINCE = Release(4, 14)  # from here on (the last point releases) it has a part for model specific registers

LEAF = re.compile(
    r"(?P<leaf>\w+)(?:,(?P<subleaf>\w+))?:(?P<registers>e[abcd]x=.{32}(?:,[ \n]*e[abcd]x=.{32})*)", re.DOTALL
)
REGISTER = re.compile(r"e(?P<name>[abcd])x=(?P<policy>.{32})", re.DOTALL)
LEADING_NUMBER = re.compile(r"[ \t]*[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)")

EXTENDED_FAMILY_BIT, EXTENDED_MODEL_BIT = 20, 16
LARGEST_FAMILY_FIELD = 15


class NoPolicy(ValueError):
    """A part of cpuid= that xl complains about and passes over."""


class _Policy:
    def __init__(self, release: Release) -> None:
        self.release = release
        self.leaves: dict[tuple[int, int | None], dict[str, str]] = {}
        self.msrs: dict[int, str] = {}

    def in_json(self) -> Any:
        leaves = [
            {"leaf": leaf, **({} if subleaf is None else {"subleaf": subleaf}), **registers}
            for (leaf, subleaf), registers in self.leaves.items()
        ]
        if self.release < WRAPPED_SINCE:
            return leaves
        msrs = [{"index": index, "policy": policy} for index, policy in self.msrs.items()]
        return {"cpuid": leaves, "msr": msrs} if leaves or msrs else []

    def put(self, flag: Flag, bits: str, bit: int | None = None) -> None:
        """Overwrite the characters of a flag's register from a bit on."""
        leaf = self.leaves.setdefault((flag.register.leaf, flag.register.subleaf), {})
        policy = leaf.get(flag.register.name, "x" * WIDTH)
        end = WIDTH - (flag.bit if bit is None else bit)
        leaf[flag.register.name] = policy[: end - len(bits)] + bits + policy[end:]

    def put_msr(self, flag: Flag, bit: str) -> None:
        policy = self.msrs.get(flag.register.leaf, "x" * MSR_WIDTH)
        position = MSR_WIDTH - 1 - flag.bit
        self.msrs[flag.register.leaf] = policy[:position] + bit + policy[position + 1 :]


def policy_in_json(cpuid: str | list[str], release: Release) -> tuple[Any, list[str]]:
    """The policy as libxl's JSON has it, and a sentence for every part that xl passes over."""
    policy = _Policy(release)
    faults = []
    for part, apply in _parts(cpuid):
        try:
            apply(policy, part)
        except NoPolicy as fault:
            faults.append(str(fault))
    return policy.in_json(), faults


def _parts(cpuid: str | list[str]) -> list[tuple[str, Any]]:
    if isinstance(cpuid, list):
        return [(part, _apply_leaf) for part in cpuid]
    parts = [part for part in cpuid.split(",") if part]
    if parts and parts[0] != "host":
        return [(cpuid, _refuse)]
    return [(part, _apply_flag) for part in parts[1:]]


def _refuse(policy: _Policy, part: str) -> None:
    raise NoPolicy(f"{part!r} does not begin with the word host")


def _apply_leaf(policy: _Policy, part: str) -> None:
    """``0x1:ecx=...,edx=...`` or ``0xd,1:eax=...``"""
    match = LEAF.fullmatch(part)
    leaf = c_number(match["leaf"]) if match else None
    subleaf = c_number(match["subleaf"]) if match and match["subleaf"] else None
    if match is None or leaf is None or (match["subleaf"] and subleaf is None):
        raise NoPolicy(f"{part!r} is not LEAF[,SUBLEAF]:eax=32 characters[,...]")
    registers = policy.leaves.setdefault((leaf, subleaf), {})
    registers.update((f"e{found['name']}x", found["policy"]) for found in REGISTER.finditer(match["registers"]))


def _apply_flag(policy: _Policy, part: str) -> None:
    """``tm=0``, ``family=6``, ``sse3=k``"""
    name, equals, value = part.partition("=")
    flag = cpuid_flags(policy.release).get(name)
    if not equals:
        raise NoPolicy(f"{part!r} has no value")
    if flag is None:
        raise NoPolicy(f"{name!r} is no CPU flag that this release knows")
    if flag.register.name == "msr":
        if value not in ("0", "1", "x", "k", "s"):
            raise NoPolicy(f"{value!r} is not one of 0, 1, x, k, s")
        policy.put_msr(flag, "k" if value == "s" else value)
        return
    number = LEADING_NUMBER.match(value)
    bits = _bits(c_number(number.group().strip()) or 0, flag.width) if number else value[:1] * flag.width
    if number is None and value[:1] not in ("x", "k", "s"):
        raise NoPolicy(f"{value!r} is not one of 0, 1, x, k, s")
    if name == "family":
        _put_family(policy, flag, c_number(number.group().strip()) or 0 if number else 0, bits)
    elif name == "model":
        policy.put(flag, bits[:4], EXTENDED_MODEL_BIT)
        policy.put(flag, bits[4:])
    else:
        policy.put(flag, bits)


def _bits(number: int, width: int) -> str:
    return format(number & ((1 << width) - 1), f"0{width}b")


def _put_family(policy: _Policy, flag: Flag, number: int, bits: str) -> None:
    """Families above 15 are split over two fields, of which the lower one is then full."""
    if number <= LARGEST_FAMILY_FIELD:
        policy.put(flag, bits[4:])
        policy.put(flag, "0" * 8, EXTENDED_FAMILY_BIT)
    else:
        policy.put(flag, "1111")
        policy.put(flag, bits[0] + _bits(number - LARGEST_FAMILY_FIELD, 7), EXTENDED_FAMILY_BIT)


def policy_from_json(policy: Any, release: Release) -> Any:
    """What makes the policy: a list of registers, or flags where model specific registers are among them.

    Where a bit among the latter has no flag of its own, xl.cfg has no words for it, and the policy comes back as it is.
    """
    leaves, msrs = (policy.get("cpuid") or [], policy.get("msr") or []) if isinstance(policy, Mapping) else (policy, [])
    if msrs:
        return _as_flags(leaves, msrs, release) or policy
    return [_as_registers(leaf) for leaf in leaves] if leaves else None


def _as_registers(leaf: Mapping[str, Any]) -> str:
    subleaf = f",{leaf['subleaf']:#x}" if "subleaf" in leaf else ""
    registers = ",".join(f"{name}={leaf[name]}" for name in ("eax", "ebx", "ecx", "edx") if name in leaf)
    return f"{leaf.get('leaf', 0):#x}{subleaf}:{registers}"


def _as_flags(leaves: list[Any], msrs: list[Any], release: Release) -> str | None:
    """``host,arch-caps=1``: there is no other way to write bits of model specific registers."""
    registers = [
        ((leaf.get("leaf", 0), leaf.get("subleaf"), name), leaf[name])
        for leaf in leaves
        for name in leaf
        if name in ("eax", "ebx", "ecx", "edx")
    ] + [((msr.get("index", 0), None, "msr"), msr["policy"]) for msr in msrs]
    names = {
        (flag.register.leaf, flag.register.subleaf, flag.register.name, flag.bit): name
        for name, flag in reversed(cpuid_flags(release).items())  # of two names the first
        if flag.width == 1
    }
    words = ["host"]
    for register, bits in registers:
        known = {bit: names[(*register, bit)] for bit in range(len(bits)) if (*register, bit) in names}
        told = {bit: word for bit, word in enumerate(reversed(bits)) if word != "x"} or {next(iter(known), -1): "x"}
        if not known.keys() >= told.keys():
            return None
        words += [f"{known[bit]}={word}" for bit, word in told.items()]
    return ",".join(words)
