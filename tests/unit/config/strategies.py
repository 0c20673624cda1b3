# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hypothesis strategies that follow the rows: declarations a release can express, over the whole schema."""

from __future__ import annotations

from functools import cache
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.model import Model, examine, normalise
from ansible_collections.xlops.xen.plugins.module_utils._schema.cpuid_flags import cpuid_flags
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import CURRENT, HVM, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import RELEASES, Release
from hypothesis import strategies as st

# Everything that has a meaning to some layer of xl, and what has none.
CHARACTERS = st.one_of(
    st.sampled_from(list("\"'\\\n\t #;=,[]{}:@%$`!*?|&<>()~^\r\x01\x7f")),
    st.characters(exclude_characters="\0", exclude_categories=("Cs",)),
)
TEXTS = st.text(CHARACTERS, max_size=20)
NAMES = st.from_regex(r"[a-z][a-zA-Z0-9_.-]{0,15}", fullmatch=True)


def lists_of(items: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[Any]:
    return st.lists(items, max_size=most)


@cache
def values(option: Option, release: Release) -> st.SearchStrategy[Any]:
    """Values of an option that the release can express."""
    special = SPECIAL.get(option.key)
    if special is not None:
        return special(release)
    return _of_kind(option, release)


def _of_kind(option: Option, release: Release) -> st.SearchStrategy[Any]:
    if option.kind in ("integer", "mib"):
        return st.integers(option.minimum or 0, min(option.maximum or 2**31 - 1, 2**40))
    if option.kind in ("flag", "bit"):
        return st.booleans()
    if option.kind == "choice":
        return st.sampled_from(option.words(release))
    if option.kind == "texts":
        return lists_of(_texts(option, release))
    if option.kind == "integers":
        return lists_of(st.integers(option.minimum or 0, option.maximum or 2**31 - 1))
    if option.kind == "text_or_texts":
        return st.one_of(TEXTS, lists_of(TEXTS))
    if option.kind == "flag_or_choice":
        words = option.words(release)
        return st.one_of(st.booleans(), st.sampled_from(words)) if words else st.booleans()
    if option.kind in ("struct", "devices"):
        one = mappings(option.fields, release)
        return one if option.kind == "struct" else lists_of(one, 2)
    return {
        "name": NAMES,
        "uuid": st.uuids().map(str),
        "mac": st.binary(min_size=6, max_size=6).map(lambda octets: octets.hex(":")),
        "rate": st.sampled_from(["10Mb/s", "1GB/s@1s", "250KB/s@20ms", "8000b/s@100us", "1MB/s@3"]),
        "bdf": st.from_regex(r"([0-9a-f]{4}:)?[0-9a-f]{2}:[01][0-9a-f]\.([0-7]|\*)", fullmatch=True),
        "cpus": st.one_of(CPU_LISTS, lists_of(CPU_LISTS)),
        "text": _texts(option, release),
    }[option.kind]


def _texts(option: Option, release: Release) -> st.SearchStrategy[str]:
    if option.choices:
        return st.sampled_from(option.words(release))
    return st.from_regex(option.pattern, fullmatch=True) if option.pattern else TEXTS


@st.composite
def mappings(draw: st.DrawFn, options: tuple[Option, ...], release: Release) -> dict[str, Any]:
    """The required sub-keys and a few others."""
    known = [option for option in options if option.known_to(release) and option.status == CURRENT]
    optional = [option for option in known if not option.required]
    chosen = draw(st.lists(st.sampled_from(optional), max_size=4, unique=True)) if optional else []
    return {option.key: draw(values(option, release)) for option in known if option.required or option in chosen}


CPU_LISTS = st.lists(st.sampled_from(["0", "1", "0-3", "^1", "2-2", "all", "7", "^0-1"]), min_size=1, max_size=3).map(
    ",".join
)
PRINTABLE = st.text("aZ0 =,\"'\\#", min_size=1, max_size=10)
VIRIDIAN_MARKS = st.sampled_from(["", "!"])


def _viridian(release: Release) -> st.SearchStrategy[Any]:
    groups = [word for word in OPTIONS["viridian"].words(release) if word not in ("defaults", "all")]
    marked = st.tuples(VIRIDIAN_MARKS, st.sampled_from(groups)).map("".join)
    return st.one_of(st.booleans(), lists_of(st.one_of(marked, st.sampled_from(["defaults", "all"]))))


def _cpuid(release: Release) -> st.SearchStrategy[Any]:
    flags = st.sampled_from(sorted(cpuid_flags(release)))
    item = st.tuples(flags, st.sampled_from(["0", "1", "x", "k", "s"])).map("=".join)
    policy = st.text("01xks", min_size=32, max_size=32)
    leaf = st.tuples(st.sampled_from(["0x1", "7,0", "0x80000001", "13,1"]), st.sampled_from("abcd"), policy).map(
        lambda parts: f"{parts[0]}:e{parts[1]}x={parts[2]}"
    )
    return st.one_of(st.lists(item, max_size=4).map(lambda items: ",".join(["host", *items])), lists_of(leaf))


def _nodes(sizes: list[int]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Nodes that have each virtual CPU once."""
    nodes = [{"size": size, "vcpus": f"{2 * index}-{2 * index + 1}"} for index, size in enumerate(sizes)]
    distances = st.lists(st.integers(10, 254), min_size=len(sizes), max_size=len(sizes))
    return st.tuples(
        *(
            st.fixed_dictionaries(
                {k: st.just(v) for k, v in node.items()}, optional={"pnode": st.just(0), "vdistances": distances}
            )
            for node in nodes
        )
    ).map(list)


SPECIAL: dict[str, Any] = {
    "viridian": _viridian,
    "cpuid": _cpuid,
    "ioports": lambda release: lists_of(
        st.one_of(st.integers(0, 2**31).map(lambda port: f"{port:x}"), st.just("3f8-3ff"))
    ),
    "llc_colors": lambda release: lists_of(st.sampled_from(["0", "1-3", "7"])),
    "smbios": lambda release: lists_of(PRINTABLE.map("bios_vendor={}".format)),
    "vnuma": lambda release: st.lists(st.integers(1, 4096), min_size=1, max_size=3).flatmap(_nodes),
    "firmware": lambda release: st.sampled_from(["bios", "uefi", "ovmf", "/firmware", "pvgrub32", "pvgrub64"]),
    "memory": lambda release: st.integers(1, 2**20),
    "maxmem": lambda release: st.integers(1, 2**20),
    "vcpus": lambda release: st.one_of(st.integers(1, 128)),
    "maxvcpus": lambda release: st.integers(1, 128),
}


@st.composite
def declarations(draw: st.DrawFn, release: Release, most: int = 8) -> dict[str, Any]:
    """A guest of up to ``most`` keys beside its name, each of which the release knows."""
    keys = [key for key, option in OPTIONS.items() if option.known_to(release) and key != "name"]
    chosen = draw(st.lists(st.sampled_from(keys), max_size=most, unique=True))
    declaration = {"name": draw(NAMES), **{key: draw(_value_of(key, release)) for key in chosen}}
    for _attempt in range(len(declaration) + 1):
        if declaration.get("type") != HVM and not {"kernel", "bootloader", "firmware"} & set(declaration):
            declaration["kernel"] = draw(TEXTS)
        faults = errors_in(examine(declaration, release)[1])
        if not faults:
            break
        for fault in faults:
            declaration.pop((fault.key or "").split("[")[0].split(".")[0], None)
    return declaration


def _value_of(key: str, release: Release) -> st.SearchStrategy[Any]:
    return values(OPTIONS[key], release)


@st.composite
def models(draw: st.DrawFn, release: Release | None = None) -> tuple[Release, Model]:
    """A release and a model in normal form for it."""
    chosen = release or draw(st.sampled_from(RELEASES))
    return chosen, normalise(draw(declarations(chosen)), chosen)
