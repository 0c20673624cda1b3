# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of an xl.cfg as a text: what a release reads otherwise than it was meant, and older ways to say things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Callable, NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._config import migration_names
from ansible_collections.xlops.xen.plugins.module_utils._config.canonical_cpu import ALWAYS_HAS_A_VCPU_FROM
from ansible_collections.xlops.xen.plugins.module_utils._config.device_reader import NoDevice, read_device
from ansible_collections.xlops.xen.plugins.module_utils._config.disk_reader import PREFIX
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import printable, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import (
    COMPARED,
    GENERIC,
    guest_type,
    reads_type,
    type_of_word,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.kinds import NUMBERS
from ansible_collections.xlops.xen.plugins.module_utils._config.numbers import c_number
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import Reading, types_said
from ansible_collections.xlops.xen.plugins.module_utils._config.spellings import OF_XEND
from ansible_collections.xlops.xen.plugins.module_utils._config.syntax import (
    READS_ADDITIONS,
    Listing,
    Scalar,
    Setting,
    Value,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import (
    ALIAS,
    CURRENT,
    HVM,
    IGNORED,
    PV,
    PVH,
    Option,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import KEYS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release

READS_NESTED_LISTS = Release(4, 6)
READS_ROOT_ALONE = Release(4, 6)

WARNS_OF_NUMBERS = ("tsc_mode", "timer_mode")

# What says to a release that reads no type what the type of later ones would.
REMEDY_BY_TYPE = {
    HVM: f'write builder = "{HVM}"',
    PV: f'write builder = "{GENERIC}"',
    PVH: "use Xen 4.10 or later",
}
NO_TYPE = f'it is no type to a later one either; write builder = "{HVM}" or "{GENERIC}" instead'

# Between commas behind target=, where all is part of the path: what was meant for something else.
FORMER_POSITIONS = r"[rw]|r[ow]|w!|cdrom|raw|qcow2?|vhd|qed|(?:xvd|hd|sd)[a-z]{1,2}"

# As playbook xm_to_xl writes them on top of a file.
DECISION = re.compile(r"# decision: (?:line [0-9]+, )?(?P<key>[^:]+): (?P<what>.*)")
NOTHING_TO_BOOT = "nothing-to-boot"

OCTAL = re.compile(r"\s*[+-]?0[0-7]+")


class Remark(NamedTuple):
    """The rule that a place in the file breaks, what xl makes of it, and what to do."""

    rule: str
    place: Setting | Value
    key: str
    message: str
    remedy: str


def remarks(reading: Reading, release: Release) -> Iterator[Remark]:
    for check in CHECKS:
        yield from check(reading, release)


def open_decisions(text: str) -> Iterator[Remark]:
    """What somebody who knows the guest has to say, and take out of the file then."""
    for number, line in enumerate(text.split("\n"), 1):
        decision = DECISION.match(line)
        if decision is not None:
            place = Scalar(line, number, 1)
            message = f"xm_to_xl left a decision to make: {decision['what'].rstrip('.')}"
            yield Remark("open-decision", place, printable(decision["key"]), message, "make it, and remove the comment")


def name_of_a_migration(reading: Reading, release: Release) -> Iterator[Remark]:
    setting = _given_text(reading, "name")
    fault = migration_names.fault(_text(setting)) if setting is not None else ""
    if setting is not None and fault:
        yield Remark("migration-name", setting, "name", fault, migration_names.REMEDY)


def later_syntax(reading: Reading, release: Release) -> Iterator[Remark]:
    for setting in reading.statements:
        if setting.adds and release < READS_ADDITIONS:
            message = "xl of this release knows no += and refuses the file"
            yield Remark("later-syntax", setting, setting.key, message, f"the first that does is Xen {READS_ADDITIONS}")
        if isinstance(setting.value, Listing) and release < READS_NESTED_LISTS:
            nested = next((item for item in setting.value.items if isinstance(item, Listing)), None)
            if nested is not None:
                message = "xl of this release knows no list in a list and refuses the file"
                remedy = f"the first that does is Xen {READS_NESTED_LISTS}"
                yield Remark("later-syntax", nested, setting.key, message, remedy)


def given_twice(reading: Reading, release: Release) -> Iterator[Remark]:
    lines: dict[str, int] = {}
    for setting in reading.statements:
        if setting.key in lines and not setting.adds:
            message = f"line {lines[setting.key]} has it already, and xl takes this one"
            yield Remark("given-twice", setting, setting.key, message, "remove one of them")
        lines[setting.key] = setting.line


def type_before_its_time(reading: Reading, release: Release) -> Iterator[Remark]:
    setting = reading.settings.get("type")
    if setting is None or reads_type(release):
        return
    meant, built = _type_meant(setting), guest_type(reading.declaration)
    if meant == built:
        message = f"this release does not read it, and builds a {built} guest all the same"
        yield Remark("type-unread", setting, "type", message, "write builder alone")
    elif _builder_says(reading):
        message = f"this release does not read it, and builds the {built} guest that builder says"
        yield Remark("type-misread", setting, "type", message, "remove it")
    else:
        bootless = any(one.rule == NOTHING_TO_BOOT for one in reading.examined(release)[1])
        makes = f"refuses the file of a {built} guest with nothing to boot" if bootless else f"builds a {built} guest"
        message = f"this release does not read it, and {makes}"
        yield Remark("type-misread", setting, "type", message, REMEDY_BY_TYPE.get(meant, NO_TYPE))


def as_meant(reading: Reading, release: Release) -> Reading:
    """The file with the type that it was meant to have: that the release does not read it is said once.

    Where builder says what is built, that was meant: the guest was made for such a release, or with one.
    """
    setting = reading.settings.get("type")
    if setting is None or reads_type(release) or _builder_says(reading):
        return reading
    meant = _type_meant(setting)
    known = meant in KEYS["type"].words(release)
    return replace(reading, declaration={**reading.declaration, "type": meant}) if known else reading


def _builder_says(reading: Reading) -> bool:
    """Whether builder is there, with a word that means something to xl; any other makes a pv guest."""
    builder = _given_text(reading, "builder")
    return builder is not None and _is_begun(_text(builder), "builder")


def _is_begun(word: str, key: str) -> bool:
    """Whether xl takes a word of type= or builder= for one that it knows, if only for the beginning of it."""
    return any(known.startswith(word) for known in COMPARED[key])


def _type_meant(setting: Setting) -> str:
    return type_of_word(_text(setting), "type", NEWEST)


def type_by_its_older_name(reading: Reading, release: Release) -> Iterator[Remark]:
    builder = _given_text(reading, "builder")
    if builder is not None and reads_type(release) and len(set(types_said(reading, release).values())) == 1:
        yield Remark("alias", builder, "builder", "xl follows it, and type is its name since 4.10", "write type")


def unusual_words(reading: Reading, release: Release) -> Iterator[Remark]:
    for key, words in COMPARED.items():
        setting = _given_text(reading, key)
        if setting is None or _text(setting) in words or (key == "type" and not reads_type(release)):
            continue
        if _is_begun(_text(setting), key):
            found = type_of_word(_text(setting), key, release)
            message = f"{shown(_text(setting))} is only the beginning of a word, which xl takes for {found}"
            yield Remark("shortened-word", setting, key, message, "write all of it")
        elif not reads_type(release):
            message = f"{shown(_text(setting))} is not hvm, so this release builds a pv guest"
            yield Remark("builder-word", setting, key, message, f'write "{HVM}" or "{GENERIC}"')


def null_command_line(reading: Reading, release: Release) -> Iterator[Remark]:
    root = reading.settings.get("root")
    if root is not None and release < READS_ROOT_ALONE and not {"extra", "cmdline"} & set(reading.settings):
        message = 'xl of this release writes "(null)" behind it, for there is no extra'
        yield Remark("null-command-line", root, "root", message, "give extra, or write cmdline instead")


def pins_unread(reading: Reading, release: Release) -> Iterator[Remark]:
    counted = {"vcpus", "maxvcpus"} & set(reading.settings) or _has_nodes(reading, release)
    for key in ("cpus", "cpus_soft"):
        setting = reading.settings.get(key)
        if setting and release < ALWAYS_HAS_A_VCPU_FROM and not counted:
            message = "there is neither vcpus nor maxvcpus, and xl drops the pins without a word"
            yield Remark("pins-unread", setting, key, message, "give vcpus")


def _has_nodes(reading: Reading, release: Release) -> bool:
    """Whether there are virtual nodes, of whose virtual CPUs xl makes maxvcpus before it reads pins."""
    return KEYS["vnuma"].known_to(release) and bool(reading.declaration.get("vnuma"))


def octal_numbers(reading: Reading, release: Release) -> Iterator[Remark]:
    for key, setting in reading.settings.items():
        option = KEYS.get(key)
        if option is not None and option.kind in NUMBERS and OCTAL.fullmatch(_text(setting)):
            message = f"{shown(_text(setting))} is octal to xl, which reads {c_number(_text(setting))}"
            yield Remark("octal-number", setting, key, message, "write it without the zero in front")


def older_forms(reading: Reading, release: Release) -> Iterator[Remark]:
    for key, setting in reading.settings.items():
        option = KEYS.get(key)
        if option is None:
            continue
        if key == "msr_relaxed" and option.known_to(release) and c_number(_text(setting)) is not None:
            message = "xl warns that it will go away"
            yield Remark("deprecated", setting, key, message, "tell xen-devel what the guest needs it for")
        if option.numbered and c_number(_text(setting)) is not None:
            message = "a number says little, and xl takes it without a word"
            if key in WARNS_OF_NUMBERS:
                message = "xl wants a word here, and warns about a number"
            yield Remark("deprecated", setting, key, message, "write the word")
        if key == "bootloader_args" and isinstance(setting.value, Scalar):
            yield Remark("deprecated", setting, key, "xl wants a list here, and warns about a text", "write a list")
        if option.status == ALIAS and key != "builder":
            message = f"xl follows it unless {option.instead} is given"
            yield Remark("alias", setting, key, message, f"write {option.instead}")


def older_sub_keys(reading: Reading, release: Release) -> Iterator[Remark]:
    for option, index, item in _device_texts(reading):
        given = _given_sub_keys(item, option)
        for row in option.fields:
            key = f"{option.key}[{index}].{row.key}"
            if row.key in given and row.status == ALIAS:
                yield Remark("deprecated", item, key, "xl follows it, and warns", f"write {row.instead}")
            if row.key in given and row.status == IGNORED:
                yield Remark("ignored-key", item, key, "xl knows it and forgets it", "remove it")


def sub_keys_of_xend(reading: Reading, release: Release) -> Iterator[Remark]:
    for option, index, item in _device_texts(reading):
        key, word = OF_XEND.get(option.key, ("", ""))
        if key and _read(item, option).get(key) == word:
            message = f"{key}={word} is of xend, and asks for what xl makes without it"
            yield Remark("no-effect", item, f"{option.key}[{index}].{key}", message, "remove it")


def older_disks(reading: Reading, release: Release) -> Iterator[Remark]:
    for option, index, item in _device_texts(reading):
        prefix = PREFIX.match(item.text) if option.key == "disk" else None
        if prefix is not None:
            message = f"{prefix.group()} belongs to the form of a disk that xend had; xl follows it"
            yield Remark("old-disk-style", item, f"disk[{index}]", message, "write vdev=...,format=...,target=...")


def targets_before_the_end(reading: Reading, release: Release) -> Iterator[Remark]:
    """A script may have a path with anything in it; of the others none ends in a sub-key."""
    for option, index, item in _device_texts(reading):
        disk = _read(item, option) if option.key == "disk" else {}
        target = str(disk.get("target", ""))
        if "script" in disk or not item.text.rstrip(",").endswith(f"target={target}"):
            continue
        path, *rest = target.split(",")
        if rest and all(_is_of_a_disk(piece.strip(), option) for piece in rest):
            message = f"xl takes all that follows target= for the path, {shown(','.join(rest))} too"
            remedy = f"write target={path} at the end"
            yield Remark("target-not-last", item, f"disk[{index}].target", message, remedy)


def _is_of_a_disk(piece: str, option: Option) -> bool:
    word, equals, _value = piece.partition("=")
    if equals:
        return word in {row.word for row in option.fields if not row.flags}
    return word in {flag for row in option.fields for flag in row.flags} or bool(re.fullmatch(FORMER_POSITIONS, word))


def _device_texts(reading: Reading) -> Iterator[tuple[Option, int, Scalar]]:
    for key, setting in reading.settings.items():
        option = KEYS.get(key)
        if option is not None and option.kind == "devices" and isinstance(setting.value, Listing):
            for index, item in enumerate(setting.value.items):
                if isinstance(item, Scalar):
                    yield option, index, item


def _given_sub_keys(item: Scalar, option: Option) -> set[str]:
    """The sub-keys of a device that has older ones, under the names that the text has for them."""
    return set() if all(row.status == CURRENT for row in option.fields) else set(_read(item, option))


def _read(item: Scalar, option: Option) -> dict[str, Any]:
    """What a text says of a device; nothing if it makes no sense."""
    try:
        return read_device(item.text, option)
    except NoDevice:
        return {}


def _given_text(reading: Reading, key: str) -> Setting | None:
    """The statement that holds for a key; with a list in it xl takes the key for one that is not there."""
    setting = reading.settings.get(key)
    return setting if setting is not None and isinstance(setting.value, Scalar) else None


def _text(setting: Setting) -> str:
    """A list is no word and no number: the reader has complained about it."""
    value: Value = setting.value
    return value.text if isinstance(value, Scalar) else "[]"


CHECKS: tuple[Callable[[Reading, Release], Iterator[Remark]], ...] = (
    later_syntax,
    given_twice,
    type_before_its_time,
    type_by_its_older_name,
    unusual_words,
    null_command_line,
    pins_unread,
    octal_numbers,
    older_forms,
    older_sub_keys,
    sub_keys_of_xend,
    older_disks,
    targets_before_the_end,
    name_of_a_migration,
)
