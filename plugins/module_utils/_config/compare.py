# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is different between the guest that is wanted and the one that is there, in the words of xl.cfg."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config import affinity
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import from_json
from ansible_collections.xlops.xen.plugins.module_utils._config.vif_rate import rate_from_json
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import LIVE, NEXT_BOOT, Option
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Json = Mapping[str, Any]

SECRET = "(secret)"

# What xl and libxl make up at random; no two dry runs agree on it.
RANDOM_PATHS = frozenset(("c_info.uuid", "b_info.type.hvm.ms_vm_genid"))


@dataclass(frozen=True)
class Difference:
    """One key that is not as declared, with its value before and after in the model's terms (None: not set).

    ``device`` is the vdev of a disk or the devid of an interface; before and after then hold the sub-keys that differ,
    or the whole device where it comes or goes. Secret values are replaced by a mark.
    """

    key: str
    before: Any
    after: Any
    impact: str
    device: str | None = None

    @property
    def label(self) -> str:
        """``memory``, or ``disk[xvda]``"""
        return self.key if self.device is None else f"{self.key}[{self.device}]"


def compare(
    model: Mapping[str, Any], release: Release, wanted: Json, observed: Json, undeclared: bool = False
) -> list[Difference]:
    """The declared keys of the model whose value in ``wanted`` (canonical JSON) is not the one in ``observed``.

    ``observed`` may come from ``xl list -l`` or be another canonical JSON. Keys that the model does not have are left
    alone; with ``undeclared`` a key that only the observed guest has counts too, unless libxl itself fills it in.
    """
    return [
        difference
        for option in OPTIONS.values()
        if option.places and (option.key in model or (undeclared and not option.filled))
        for difference in _differences(option, model, release, wanted, observed, undeclared)
    ]


def _differences(
    option: Option, model: Mapping[str, Any], release: Release, wanted: Json, observed: Json, undeclared: bool
) -> Iterator[Difference]:
    if option.kind == "devices":
        yield from _device_differences(option, model.get(option.key, ()), release, wanted, observed, undeclared)
        return
    before, after = read(option, release, observed), read(option, release, wanted)
    if before != after:
        impact = option.impact if _within_limit(option, after, release, observed) else NEXT_BOOT
        yield Difference(option.key, _openly(before, option), _openly(after, option), impact)


def _within_limit(option: Option, after: Any, release: Release, observed: Json) -> bool:
    """Whether the running guest can be taken to the value: memory only up to its maxmem, vcpus up to its maxvcpus."""
    if option.impact != LIVE or not option.limit:
        return True
    limit = read(OPTIONS[option.limit], release, observed)
    return not isinstance(limit, int) or after is None or after <= limit


def read(option: Option, release: Release, config: Json) -> Any:
    """The model's value of an option in libxl JSON, or None.

    A place of an older release counts where the newer is empty.
    """
    usable = [place for place in option.places if place.first <= release] or list(option.places)
    for place in reversed(usable):
        found = _found(config, place.path)
        if found is not None:
            return _in_model_terms(found, option)
    return next((choice.word for choice in option.choices if choice.in_json == option.silent), None)


def _found(config: Any, path: Sequence[str]) -> Any:
    for step in path:
        config = config.get(step) if isinstance(config, Mapping) else None
    return config


def _in_model_terms(found: Any, option: Option) -> Any:
    if option.key == "vcpus" and isinstance(found, list):
        return len(found)
    if option.kind == "cpus" and isinstance(found, list):
        lists = [affinity.as_text(cpus) for cpus in found]
        return lists[0] if len(set(lists)) == 1 else lists
    return from_json(found, option)


def _device_differences(
    option: Option,
    declared: Sequence[Mapping[str, Any]],
    release: Release,
    wanted: Json,
    observed: Json,
    undeclared: bool,
) -> Iterator[Difference]:
    there = _by_identity(option, release, observed)
    ours = _by_identity(option, release, wanted)
    for (identity, device), keys in zip(ours.items(), declared):
        if identity not in there:
            yield Difference(option.key, None, _openly_all(device, option), option.impact, identity)
            continue
        changed = {
            row.key: (there[identity].get(row.key), device.get(row.key))
            for row in option.fields
            if (row.key in keys or row.implied is not None or (undeclared and not row.filled))
            and there[identity].get(row.key) != device.get(row.key)
        }
        if changed:
            before = {key: values[0] for key, values in changed.items()}
            after = {key: values[1] for key, values in changed.items()}
            yield Difference(
                option.key, _openly_all(before, option), _openly_all(after, option), option.impact, identity
            )
    for identity, device in there.items():
        if identity not in ours:
            yield Difference(option.key, _openly_all(device, option), None, option.impact, identity)


def _by_identity(option: Option, release: Release, config: Json) -> dict[str, dict[str, Any]]:
    """The devices of a class in the model's terms, by vdev or devid."""
    listed = _found(config, option.places[-1].path)
    devices = [_device(one, option, release) for one in listed] if isinstance(listed, list) else []
    return {str(device.get(option.identity, index)): device for index, device in enumerate(devices)}


def _device(found: Json, option: Option, release: Release) -> dict[str, Any]:
    device = {row.key: read(row, release, found) for row in option.fields}
    if "rate_bytes_per_interval" in found:
        device["rate"] = rate_from_json(found["rate_bytes_per_interval"], found.get("rate_interval_usecs", 0))
    return {key: value for key, value in device.items() if value is not None}


def _openly(value: Any, option: Option) -> Any:
    return SECRET if option.secret and value is not None else value


def _openly_all(device: Mapping[str, Any], option: Option) -> dict[str, Any]:
    return {key: _openly(value, option.field_named(key) or option) for key, value in device.items()}


def json_differences(expected: Any, actual: Any, path: str = "") -> list[str]:
    """Every place at which two libxl configurations are not the same, but for what is random in each dry run.

    Sentences for messages: ``b_info.max_vcpus is 2 instead of 1``.
    """
    if path in RANDOM_PATHS or expected == actual:
        return []
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        keys: tuple[str, ...] = (*expected, *(key for key in actual if key not in expected))
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


def _brief(value: Any) -> str:
    return "absent" if value is None else shown(value)
