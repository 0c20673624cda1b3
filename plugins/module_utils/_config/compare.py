# SPDX-License-Identifier: GPL-3.0-or-later
"""What is different between the guest that is wanted and the one that is there, in the words of xl.cfg."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.config_reader import (
    SPECIAL,
    read_devices,
    read_option,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import found
from ansible_collections.xlops.xen.plugins.module_utils._config.pci_address import ALL_FUNCTIONS
from ansible_collections.xlops.xen.plugins.module_utils._config.secrets import SECRET, hidden
from ansible_collections.xlops.xen.plugins.module_utils._schema.filled import DEFAULTS, SIZES
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import LIVE, NEXT_BOOT, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Json = Mapping[str, Any]

CHANNEL_PATH = re.compile(r"channels\[[0-9]+\]")
PCI_PATH = re.compile(r"pcidevs\[[0-9]+\]")
UUID_PATH, GENERATION_ID_PATH = "c_info.uuid", "b_info.type.hvm.ms_vm_genid"


def _members() -> dict[tuple[str, ...], list[tuple[str, str]]]:
    members: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for option in OPTIONS.values():
        for place in option.places:
            members.setdefault(place.path[:-1], []).append((place.path[-1], option.key))
    return members


# By object of the JSON, its members in which values of the model stand, and the keys of those.
MEMBERS = _members()


@dataclass(frozen=True)
class Difference:
    """One key that is not as declared, with its value before and after in the model's terms (None: not set).

    ``device`` is the vdev of a disk, the mac of an interface, the address of a PCI device, the position of others;
    before and after then hold the sub-keys that differ, or the whole device where it comes or goes. Secret values are
    replaced by a mark. ``how`` says how a running guest gets there, or why it has to wait.
    """

    key: str
    before: Any
    after: Any
    impact: str
    device: str | None = None
    how: str = ""

    @property
    def label(self) -> str:
        """``memory``, or ``disk[xvda]``"""
        return self.key if self.device is None else f"{self.key}[{self.device}]"


def compare(
    model: Mapping[str, Any],
    release: Release,
    wanted: Json,
    observed: Json,
    undeclared: bool = False,
    former: Container[str] = (),
) -> list[Difference]:
    """The declared keys of the model whose value in ``wanted`` (canonical JSON) is not the one in ``observed``.

    ``observed`` may come from ``xl list -l`` or be another canonical JSON. Keys that the model does not have are left
    alone; with ``undeclared`` a key that only the observed guest has counts too, unless libxl may have filled it in. It
    has not where it is one of the ``former`` keys: those that the observed guest was declared with.
    """
    suspects, declared = _suspects(wanted, observed), _declared(model, release, wanted)
    return [
        difference
        for option in OPTIONS.values()
        if option.key in suspects
        and (
            option.key in declared
            or option.key in former
            or (undeclared and _was_asked_for(option, wanted, release, observed))
        )
        for difference in _differences(option, model, release, wanted, observed, undeclared)
    ]


def _was_asked_for(option: Option, wanted: Json, release: Release, observed: Json) -> bool:
    """Whether the value that a running guest has cannot be one that libxl would fill in for the one that is wanted."""
    if not option.filled:
        return True
    if option.key not in SIZES:
        return False
    limit = OPTIONS.get(SIZES[option.key])  # which xl may have from elsewhere: the memory of vnuma nodes
    filled_in = (read_option(limit, release, wanted) if limit else None) or DEFAULTS[option.key]
    return read_option(option, release, observed) not in (None, filled_in)


def _suspects(wanted: Json, observed: Json) -> set[str]:
    """The keys whose values are not literally the same in both. Most guests are equal in most keys, or lack them."""
    keys = {key for key in SPECIAL if OPTIONS[key].places}
    for holder, members in MEMBERS.items():
        ours, theirs = found(wanted, holder), found(observed, holder)
        if ours != theirs:
            ours, theirs = (one if isinstance(one, Mapping) else {} for one in (ours, theirs))
            keys.update(key for member, key in members if ours.get(member) != theirs.get(member))
    return keys


def _declared(model: Mapping[str, Any], release: Release, wanted: Json) -> set[str]:
    """The keys of the model; firmware has no place of its own and may be another way to say bios."""
    named = "firmware" in model and read_option(OPTIONS["bios"], release, wanted) is not None
    return {*model, *(["bios"] if named else [])}


def _differences(
    option: Option, model: Mapping[str, Any], release: Release, wanted: Json, observed: Json, undeclared: bool
) -> Iterator[Difference]:
    if option.kind == "devices":
        yield from _device_differences(option, model.get(option.key, ()), release, wanted, observed, undeclared)
        return
    before, after = read_option(option, release, observed), read_option(option, release, wanted)
    if before != after:
        impact = impact_of(option, after, release, observed)
        yield Difference(option.key, _openly(before, option), _openly(after, option), impact)


def impact_of(option: Option, after: Any, release: Release, observed: Json) -> str:
    """How the guest gets to the value. While it runs it has memory only up to its maxmem, vcpus up to its maxvcpus.

    Where neither of the two is set, libxl makes the guest with as much as it fills in, which is its limit then.
    """
    if option.impact != LIVE or not option.limit:
        return option.impact
    limit = read_option(OPTIONS[option.limit], release, observed) or DEFAULTS[option.key]
    within = not isinstance(limit, int) or not isinstance(after, int) or after <= limit
    return LIVE if within else NEXT_BOOT


def _device_differences(
    option: Option,
    declared: Sequence[Mapping[str, Any]],
    release: Release,
    wanted: Json,
    observed: Json,
    undeclared: bool,
) -> Iterator[Difference]:
    there, ours = by_identity(option, *(read_devices(option, release, config) for config in (observed, wanted)))
    # What xl adds of its own, such as the keyboard of a framebuffer, comes first and has no declaration.
    spoken_for: list[Mapping[str, Any]] = [{}] * (len(ours) - len(declared)) + list(declared)
    for (identity, device), keys in zip(ours.items(), spoken_for):
        if identity not in there:
            yield Difference(option.key, None, hidden(device, option.fields), option.impact, identity)
            continue
        other = there[identity]
        changed = {
            row.key: (_said(other, row), _said(device, row))
            for row in option.fields
            if other.get(row.key) != device.get(row.key)
            and (row.key in keys or row.implied is not None or (undeclared and not row.filled))
            and _said(other, row) != _said(device, row)
        }
        if changed:
            before = hidden({key: values[0] for key, values in changed.items()}, option.fields)
            after = hidden({key: values[1] for key, values in changed.items()}, option.fields)
            yield Difference(option.key, before, after, option.impact, identity)
    for identity, device in there.items():
        if identity not in ours:
            yield Difference(option.key, hidden(device, option.fields), None, option.impact, identity)


def _said(device: Mapping[str, Any], row: Option) -> Any:
    """An empty word says no more than none: the drive that xl cd-eject has emptied keeps an empty path."""
    value = device.get(row.key)
    return None if value == "" else value


def by_identity(option: Option, *lists: Sequence[Mapping[str, Any]]) -> list[dict[str, Mapping[str, Any]]]:
    """The devices of several guests by what tells them apart; by position, where one of them does not have that."""
    told = [[option.identity_of(device) for device in devices] for devices in lists]
    told_apart = all(identity is not None for identities in told for identity in identities)
    return [
        {str(identity if told_apart else index): device for index, (identity, device) in enumerate(zip(*pair))}
        for pair in zip(told, lists)
    ]


def _openly(value: Any, option: Option) -> Any:
    return SECRET if option.secret and value is not None else value


def json_differences(expected: Any, actual: Any, path: str = "") -> list[str]:
    """Every place at which two libxl configurations are not the same, but for what is random in each dry run.

    Sentences for messages: ``b_info.max_vcpus is 2 instead of 1``. Random are a uuid that nobody asked for, and a
    generation identifier.
    """
    expected, actual = _in_one_shape(expected, path), _in_one_shape(actual, path)
    if expected == actual or _random(expected, actual, path):
        return []
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        keys = (*expected, *(key for key in actual if key not in expected))
        return [
            sentence
            for key in keys
            for sentence in json_differences(expected.get(key), actual.get(key), f"{path}.{key}" if path else key)
        ]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return [
            sentence
            for index, pair in enumerate(zip(expected, actual))
            for sentence in json_differences(*pair, path=f"{path}[{index}]")
        ]
    return [f"{path} is {_brief(actual)} instead of {_brief(expected)}"]


def _in_one_shape(value: Any, path: str) -> Any:
    """Point releases changed the shape of some parts; they mean the same."""
    if path == "b_info.cpuid" and isinstance(value, Mapping) and not value.get("msr"):
        return value.get("cpuid")
    if CHANNEL_PATH.fullmatch(path) and isinstance(value, Mapping):
        return {key: one for key, one in value.items() if key != "devid"}
    if PCI_PATH.fullmatch(path) and isinstance(value, Mapping) and value.get("vfunc_mask") == ALL_FUNCTIONS:
        # Up to 4.14, xl leaves the number of the function to what its stack holds, where all functions are meant.
        return {key: one for key, one in value.items() if key != "func"}
    return value


def _random(expected: Any, actual: Any, path: str) -> bool:
    if path == UUID_PATH:
        return expected is None
    return path == GENERATION_ID_PATH and bool(expected) and bool(actual)


def _brief(value: Any) -> str:
    return "absent" if value is None else shown(value)
