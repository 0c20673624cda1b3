# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hypervisor's command line: what is written, read back, and said about it."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.boot_words import (
    from_grub,
    to_grub,
    to_shell,
    xen_words,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.dom0_kernel_cmdline import (
    examine_kernel,
    reaches_console,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, WARNING, ConfigError, errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_cmdline import (
    examine,
    overruled,
    token,
    without_grubs,
    words_of,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_releases import Target, usable_in
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_values import (
    faults_of,
    looks_like,
    size_in_bytes,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import (
    CHOICE,
    EVERY,
    FLAG,
    INTEGER,
    SIZE,
    TEXT,
    WORD,
    WORDS,
    Parameter,
    Row,
    Word,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_params import PARAMETERS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import RELEASES, Release
from hypothesis import given, settings
from hypothesis import strategies as st

V4_5_0, V4_5_1 = (Target(Release(4, 5), "x86", point) for point in (0, 1))
V4_5, V4_17, V4_20 = Target(Release(4, 5), "x86"), Target(Release(4, 17), "x86"), Target(Release(4, 20), "x86")

# Everything that can be handed over.
WRITABLE = st.text(
    st.characters(codec="ascii", exclude_characters=" \"'\\`", min_codepoint=0x21, max_codepoint=0x7E), min_size=1
)


def said(words: str, target: Target = V4_17) -> list[str]:
    return [str(finding) for finding in examine(words.split(), target)]


@settings(deadline=None)
@given(st.lists(WRITABLE))
def test_words_come_back_from_grub_as_they_went(words: list[str]) -> None:
    assert from_grub(to_grub(words)) == words
    assert xen_words(" ".join(words)) == words


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_text_is_one_word_of_the_shell(text: str) -> None:
    assert shlex.split(to_shell(text)) == [text]


def test_grubs_own_quoting_is_read() -> None:
    line = "/boot/xen.gz placeholder ${xen_rm_opts} \"cpufreq=hwp;xen\" a\\;b 'c d'e"
    assert from_grub(line) == ["/boot/xen.gz", "placeholder", "${xen_rm_opts}", "cpufreq=hwp;xen", "a;b", "c de"]
    assert without_grubs(from_grub(line))[1] == "cpufreq=hwp;xen"


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"dom0_mem": {"size": "2G", "max": "4G"}}, ["dom0_mem=2G,max:4G"]),
        ({"dom0_mem": "2G,max:2G"}, ["dom0_mem=2G,max:2G"]),
        ({"dom0_max_vcpus": 2, "dom0_vcpus_pin": True}, ["dom0_max_vcpus=2", "dom0_vcpus_pin"]),
        ({"smt": False, "watchdog": True}, ["smt=off", "watchdog=on"]),
        ({"numa": False, "edid": False}, ["numa=off", "edid=no"]),
        ({"dom0": {"pvh": True, "verbose": True, "msr-relaxed": False}}, ["dom0=pvh,verbose,no-msr-relaxed"]),
        ({"iommu": {"enabled": True, "verbose": True, "qinval": False}}, ["iommu=on,verbose,no-qinval"]),
        ({"psr": {"cmt": True, "rmid_max": 100}}, ["psr=cmt:1,rmid_max:100"]),
        ({"console": ["com1", "vga"], "com1": "115200,8n1"}, ["console=com1,vga", "com1=115200,8n1"]),
        ({"pci-phantom": ["00:1c,4", "00:1d,4"]}, ["pci-phantom=00:1c,4", "pci-phantom=00:1d,4"]),
        ({"ivrs_hpet": {0: "00:14.0"}}, ["ivrs_hpet[0]=00:14.0"]),
        ({"spec-ctrl": {"xen": False, "bti-thunk": "jmp", "rsb": ["pv", "no-hvm"]}},
         ["spec-ctrl=no-xen,bti-thunk=jmp,rsb=pv,rsb=no-hvm"]),
        ({"dom0_nodes": {"number": [0, 1], "relaxed": True}}, ["dom0_nodes=0,1,relaxed"]),
        ({"loglvl": None}, []),
    ],
)  # fmt: skip
def test_typed_values_become_words(declared: dict[str, Any], words: list[str]) -> None:
    assert words_of(declared) == words
    assert errors_in(examine(words, V4_17)) == []


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ({"dom0_memory": "2G"}, "dom0_memory: no release of Xen has such a parameter; did you mean dom0_mem?"),
        ({"root": "/dev/sda1"}, "root: it is for the control domain's kernel; move it to linux."),
        ({"dom0": {"verbos": True}}, 'dom0: "verbos" is no word of its value; did you mean verbose?'),
        ({"com1": {"baud": 9600}}, "com1: it takes no mapping; give something like 115200,8n1."),
        ({"sched": None}, 'sched: null is no text in YAML; write "null".'),
        ({"sched": True}, "sched: it is neither on nor off: true; give a value."),
        ({"sched": ["credit"]}, "sched: it takes no list; give one value."),
        ({"loglvl": 1.5}, "loglvl: a value of type float has no place in it; give a number or a text."),
        ({"ivrs_hpet": "00:14.0"}, "ivrs_hpet: it takes numbers; give a mapping such as {0: 00:14.0}."),
        ({"dom0": {"pvh": "yes"}}, "dom0: pvh is there or not; give true or false."),
        ({"dom0_mem": {"max": True}}, "dom0_mem: max is neither on nor off; give something like 4G."),
    ],
)
def test_values_that_are_no_words(declared: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        words_of(declared)
    assert str(wrong.value) == sentence


@pytest.mark.parametrize(
    ("words", "target", "sentence"),
    [
        ("dom0pvh", V4_17, "dom0pvh: it went away after Xen 4.8 (Xen 4.17); use dom0=pvh."),
        ("dom0=pvh", V4_5, "dom0: it comes with Xen 4.9 (Xen 4.5); leave it out, or boot Xen 4.9 or later."),
        ("flask=enforcing", V4_5, "flask: it comes with Xen 4.6 (Xen 4.5); leave it out, or boot Xen 4.6 or later."),
        ("dom0_iommu=strict", V4_17, "dom0_iommu: no release of Xen has such a parameter; did you mean dom0-iommu?"),
        ("llc-coloring", V4_20, "llc-coloring: it is not for x86 (Xen 4.20); leave it out."),
        ("sched=sedf", V4_17,
         'sched: "sedf" went away after Xen 4.5 (Xen 4.17); give credit, credit2, rtds, arinc653 or null.'),
        ("sched=null", V4_5, 'sched: "null" comes with Xen 4.9 (Xen 4.5); leave it out, or boot Xen 4.9 or later.'),
        ("sched=crdit2", V4_17, 'sched: "crdit2" is nothing it knows (Xen 4.17); did you mean credit2?'),
        ("smt=maybe", V4_17, 'smt: "maybe" is neither true nor false (Xen 4.17); give on or off.'),
        ("no-smt=on", V4_17,
         'smt: no- stands before a name with the value "on" (Xen 4.17); leave one of them out.'),
        ("no-maxcpus", V4_17, "maxcpus: it can not be turned off by no- before its name (Xen 4.17); leave it out."),
        ("maxcpus", V4_17, "maxcpus: it stands without a value (Xen 4.17); give a number that is not below 0."),
        ("sched_credit_tslice_ms=0", V4_17,
         'sched_credit_tslice_ms: "0" is out of range (Xen 4.17); give a number from 1 to 1000.'),
        ("conring_size=lots", V4_17,
         'conring_size: "lots" is not a size such as 512M or 2G (Xen 4.17); give a size such as 512M or 2G.'),
        ("com1=fast", V4_17, 'com1: "fast" is not what it takes (Xen 4.17); give something like 115200,8n1.'),
        ("com1=115200,8n1,0x3f8,4,00:1f.3,00:1c.0", V4_5,
         ('com1: its value has 34 characters, and Xen cuts it after 29: "115200,8n1,0x3f8,4,00:1f.3,00" (Xen 4.5); '
          "make it shorter.")),
        ("com1=115200,8n1,reg_width=4", Target(Release(4, 12)),
         'com1: "115200,8n1,reg_width=4" is not what it takes (Xen 4.12); give something like 115200,8n1.'),
        ("com1=baud=115200", V4_5,
         'com1: "baud=115200" comes with Xen 4.10 (Xen 4.5); give everything by position.'),
        ("dom0_mem=1G,max:50%", V4_5,
         'dom0_mem: "50%" comes with Xen 4.12 (Xen 4.5); give an amount.'),
        ("sched_ratelimit_us=50", V4_17,
         'sched_ratelimit_us: "50" is out of range (Xen 4.17); give a number from 100 to 500000, or 0.'),
        ("iommu=force=1", V4_5, 'iommu: "force=1" is not understood before Xen 4.12 (Xen 4.5); write force.'),
        ("spec-ctrl=bti-thunk=fast", V4_17,
         'spec-ctrl: "fast" is not what bti-thunk takes (Xen 4.17); give retpoline, lfence or jmp.'),
        ("dom0_mem=4G,max:2G", V4_17,
         'dom0_mem: "4G" is more than "max:2G" (Xen 4.17); give amounts of which none contradicts another.'),
        ("dom0_mem=min:2G dom0_mem=max:1048576", V4_17,
         'dom0_mem: "min:2G" is more than "max:1048576" (Xen 4.17); give amounts of which none contradicts another.'),
        ("dom0_mem=2048", V4_17,
         ('dom0_mem: "2048" is 2048 KiB, with which no kernel starts (Xen 4.17); '
          "add the letter: without one, Xen counts KiB.")),
        ("dom0_max_vcpus=0", V4_17, "dom0_max_vcpus: it is nothing (Xen 4.17); give one at least."),
        ("no-dom0", V4_17, "dom0: it can not be turned off by no- before its name (Xen 4.17); leave it out."),
        ("psr=cat:2", V4_17, 'psr: "2" is neither true nor false (Xen 4.17); give on or off.'),
        ("psr=rmid_max", V4_17,
         "psr: rmid_max stands without a value (Xen 4.17); give a number that is not below 0 behind rmid_max:."),
        ("iommu=quarantine=scratch-pag", V4_17,
         'iommu: "scratch-pag" is not what quarantine takes (Xen 4.17); did you mean scratch-page?'),
        ("dom0_max_vcpus=8-4", V4_17, "dom0_max_vcpus: 8 is more than 4 (Xen 4.17); write 4-8."),
        ("dom0=pvh iommu=off", V4_17,
         "iommu: a PVH control domain needs the IOMMU (Xen 4.17); leave iommu=off out."),
        ("ivrs_hpet=00:14.0", V4_17, "ivrs_hpet: it lacks its number (Xen 4.17); write ivrs_hpet[0]=00:14.0."),
        ("quiet", V4_17, "quiet: it is for the control domain's kernel; move it to linux."),
        ("a'b", V4_17,
         ("a'b: \"a'b\" has a blank, a quote, a backslash or a sign beyond ASCII, which cannot be handed over; "
          "write it without, one word for each parameter.")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(words: str, target: Target, sentence: str) -> None:
    assert sentence in said(words, target)
    assert errors_in(examine(words.split(), target))


@pytest.mark.parametrize(
    ("words", "target", "severity", "sentence"),
    [
        ("spec-ctrl=no-gds-mit", Target(Release(4, 17), "x86", 5), "", ""),
        ("spec-ctrl=lock-harden,verw=hvm", Target(Release(4, 17), "x86", 5), "", ""),
        ("dit x2apic-mode=physical", Target(Release(4, 17), "x86", 5), "", ""),
        ("spec-ctrl=ibpb-alt", Target(Release(4, 20), "x86", 1), "", ""),
        ("spec-ctrl=bhb-seq=none", V4_20, "", ""),
        ("xpti=dom0", Target(Release(4, 9), "x86", 3), "", ""),
        ("dit", Target(Release(4, 17), "x86", 2), ERROR,
         "dit: it comes with Xen 4.17.3 (Xen 4.17); leave it out, or boot Xen 4.17.3 or later."),
        ("dit", Target(Release(4, 16), "x86", 7), ERROR,
         "dit: it comes with Xen 4.18 (Xen 4.16); leave it out, or boot Xen 4.18 or later."),
        ("dit", V4_17, WARNING,
         ("dit: it comes with Xen 4.17.3, and an earlier 4.17 passes over it (Xen 4.17); "
          "see that the host has Xen 4.17.3 or later.")),
        ("x2apic-mode=physical", V4_17, WARNING,
         ("x2apic-mode: it comes with Xen 4.17.3, and an earlier 4.17 passes over it (Xen 4.17); "
          "see that the host has Xen 4.17.3 or later.")),
        ("spec-ctrl=no-gds-mit", V4_17, WARNING,
         ('spec-ctrl: "no-gds-mit" comes with Xen 4.17.2, and an earlier 4.17 passes over it (Xen 4.17); '
          "see that the host has Xen 4.17.2 or later.")),
        ("spec-ctrl=ibpb-alt", Target(Release(4, 19), "x86", 2), ERROR,
         'spec-ctrl: "ibpb-alt" comes with Xen 4.19.3 (Xen 4.19); leave it out, or boot Xen 4.19.3 or later.'),
        ("efi=no-rs", V4_5_1, "", ""),
        ("efi=no-rs", V4_5_0, ERROR,
         "efi: it comes with Xen 4.5.1 (Xen 4.5); leave it out, or boot Xen 4.5.1 or later."),
        ("mmio-relax", V4_5, WARNING,
         ("mmio-relax: it comes with Xen 4.5.3, and an earlier 4.5 passes over it (Xen 4.5); "
          "see that the host has Xen 4.5.3 or later.")),
        ("no-efi-rs", V4_5_0, "", ""),
        ("no-efi-rs", V4_5_1, ERROR, "efi-rs: it went away with Xen 4.5.1 (Xen 4.5); use efi=rs."),
        ("no-efi-rs", V4_5, WARNING,
         "efi-rs: it went away with Xen 4.5.1, which passes over it (Xen 4.5); use efi=rs."),
        ("no-efi-rs", V4_17, ERROR, "efi-rs: it went away after Xen 4.5 (Xen 4.17); use efi=rs."),
        ("serrors=forward", Target(Release(4, 12), "arm64", 2), ERROR,
         'serrors: "forward" went away with Xen 4.12.2 (Xen 4.12); give diverse or panic.'),
    ],
)  # fmt: skip
def test_what_point_releases_brought_and_took(words: str, target: Target, severity: str, sentence: str) -> None:
    found = examine(words.split(), target)
    assert [(one.severity, str(one)) for one in found] == ([(severity, sentence)] if sentence else [])


@pytest.mark.parametrize(
    ("words", "minor", "form"),
    [
        ("cpufreq=hwp", 18, "hwp"),
        ("cpufreq=hwp;xen", 18, "hwp;xen"),
        ("cpufreq=xen;hwp", 18, "hwp"),
        ("cpufreq=amd-cppc", 21, "amd-cppc"),
        ("cpufreq=off", 7, "off"),
        ("reboot=Power", 6, "Power"),
        ("iommu=quarantine=scratch-page", 16, "scratch-page"),
        ("dbgp=xhci", 17, "xhci"),
        ("crashkernel=192M<4G", 8, "<4G"),
        ("crashkernel=192M,below=4G", 10, ",below=4G"),
        ("max_cstate=1,1", 13, ",1"),
        ("debugtrace=cpu:128", 13, "cpu:128"),
        ("dom0_mem=max:50%", 12, "50%"),
        ("com2=115200,irq=4", 10, "irq=4"),
    ],
)
def test_a_form_that_is_younger_than_its_parameter(words: str, minor: int, form: str) -> None:
    before = [one for one in said(words, Target(Release(4, minor - 1), "x86", 0)) if "comes with" in one]
    assert [f'"{form}" comes with Xen 4.{minor}' in one for one in before] == [True]
    assert said(words, Target(Release(4, minor), "x86")) == []


@pytest.mark.parametrize(
    ("words", "target", "severity"),
    [
        ("reboot=efi", Target(Release(4, 5), "x86", 0), ERROR),
        ("reboot=efi", V4_5, WARNING),
        ("reboot=efi", V4_5_1, ""),
        ("reboot=xen", Target(Release(4, 9), "x86"), ERROR),
        ("reboot=xen", Target(Release(4, 10), "x86", 0), ERROR),
        ("reboot=xen", Target(Release(4, 10), "x86", 1), ""),
        ("shim_mem=min:4M,16M", V4_17, ""),
        ("shim_mem=50%", V4_17, ERROR),
        ("shim_mem=max:-1M", V4_17, ERROR),
        ("cpufreq=xen:performance", V4_5, ""),
        ("crashkernel=192M@64M", V4_5, ""),
        ("sched_ratelimit_us=0", V4_17, ""),
        ("sched_ratelimit_us=100", V4_17, ""),
        ("dom0_max_vcpus=2-4", V4_17, ""),
        ("dom0_mem=-1G", V4_17, ""),
    ],
)
def test_forms_that_are_there_or_may_be(words: str, target: Target, severity: str) -> None:
    assert [one.severity for one in examine(words.split(), target)] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("dom0_max_vcpus=2-4", 'dom0_max_vcpus: "2-4" is not for arm64 (Xen 4.17); give one number.'),
        ("dom0_mem=50%", 'dom0_mem: "50%" is not for arm64 (Xen 4.17); give an amount.'),
        ("dom0_mem=-1G", 'dom0_mem: "-1G" is not for arm64 (Xen 4.17); give an amount.'),
        ("dom0_mem=1G+10%", 'dom0_mem: "1G+10%" is not for arm64 (Xen 4.17); give an amount.'),
    ],
)
def test_forms_that_arm_does_not_read(words: str, sentence: str) -> None:
    assert sentence in said(words, Target(Release(4, 17), "arm64"))


def test_of_two_words_of_one_name_the_last_counts() -> None:
    (finding,) = examine(["loglvl=all", "loglvl=error"], V4_17)
    assert finding.severity == WARNING
    assert str(finding).startswith('loglvl: it stands there twice, and Xen takes the last: "loglvl=error" and not')
    assert examine(["iommu=verbose", "iommu=debug"], V4_17) == []
    assert examine(["ivrs_hpet[0]=00:14.0", "ivrs_hpet[1]=00:15.0"], V4_17) == []


def test_words_that_another_takes_the_effect_from() -> None:
    assert overruled(["loglvl=all", "smt=off"], ["loglvl=all", "smt=off", "loglvl=none"]) == [
        ("loglvl=all", "loglvl=none")
    ]
    assert overruled(["iommu=verbose"], ["iommu=verbose", "iommu=debug"]) == []
    assert overruled(["loglvl=all"], ["loglvl=none", "loglvl=all"]) == []


@pytest.mark.parametrize("off", ["strict=0", "strict=off", "no-strict"])
def test_what_is_switched_off_contradicts_nothing(off: str) -> None:
    assert examine([f"dom0-iommu=passthrough,{off}"], V4_17) == []
    (finding,) = examine(["dom0-iommu=passthrough,strict=1"], V4_17)
    assert finding.message == "with passthrough nothing is translated"


def test_a_successor_is_named() -> None:
    (finding,) = examine(["hpetbroadcast"], V4_17)
    assert (finding.severity, finding.remedy) == (WARNING, "use hpet=broadcast")
    assert examine(["hpetbroadcast"], V4_5) == []


def test_the_line_has_an_end() -> None:
    words = [f"pci-phantom=00:{number:02x},4" for number in range(70)]
    assert any("the hypervisor keeps 1023" in one for one in map(str, examine(words, V4_17)))
    long = "cpuid=" + ",".join(["no-rdrand"] * 20)
    assert any("Xen cuts it after 127" in one for one in said(long))


def test_the_line_of_the_kernel_has_an_end() -> None:
    words = [f"a={number:06d}" for number in range(113)]
    assert len(" ".join([*words, "seven.."])) == 1024
    assert examine_kernel([*words, "six..."]) == []
    (finding,) = examine_kernel([*words, "seven.."])
    assert str(finding) == (
        "linux: the line has 1024 characters, and Xen hands 1023 of them to the kernel; make it shorter."
    )


def test_what_grub_adds_is_no_fault() -> None:
    assert examine(["placeholder", "no-real-mode", "edd=off"], V4_17) == []


def surely_in(row: Row, target: Target) -> bool:
    """In every point release: of what came with a later one, it is said so."""
    return usable_in(row, target) and row.got_by(target.release) is None


def values(row: Row, target: Target) -> st.SearchStrategy[str | None]:
    """What a row takes, as a text."""
    if row.kind == FLAG:
        return st.sampled_from(["on", "off", "yes", "0", "true"])
    if row.kind == CHOICE:
        return st.sampled_from(row.choices)
    if row.kind == INTEGER:
        low = row.minimum if row.minimum is not None else -5
        return st.integers(low, row.maximum if row.maximum is not None else low + 1000).map(str)
    if row.kind == SIZE:
        return st.integers(1, 4096).map(lambda number: f"{number}M")
    if row.kind == TEXT:
        return st.just(row.example)
    assert isinstance(row, Parameter)
    usable = [word for word in row.words if surely_in(word, target)]
    item = st.sampled_from(usable).flatmap(lambda word: items(word, target))
    return item if not row.several else st.lists(item, min_size=1, max_size=3).map(",".join)


def items(word: Word, target: Target) -> st.SearchStrategy[str]:
    if word.kind == WORD or (word.name and word.bare) or (word.kind == FLAG and word.name and word.sign == "="):
        return st.just(word.name)
    return values(word, target).map(lambda value: f"{word.name}{word.sign}{value}" if word.name else str(value))


@settings(deadline=None)
@given(st.data())
def test_what_the_rows_describe_is_taken(data: st.DataObject) -> None:
    target = Target(data.draw(st.sampled_from(RELEASES)), data.draw(st.sampled_from(EVERY)))
    here = [
        row
        for row in PARAMETERS.values()
        if surely_in(row, target)
        and row.first_on(target.arch) <= target.release
        and (row.kind != WORDS or any(surely_in(word, target) for word in row.words))
    ]
    row = data.draw(st.sampled_from(here))
    value = data.draw(values(row, target))
    limit = row.limit(target.release)
    if limit is not None and len(str(value)) > limit:
        return
    name = f"{row.name}[0]" if row.indexed else row.name
    text = f"{name}={value}"
    read = token(text)
    assert read.row is row
    assert list(faults_of(row, read.value, read.negated, target)) == []


@settings(deadline=None)
@given(st.text(max_size=30), st.sampled_from(RELEASES))
def test_whatever_is_written_is_judged(text: str, release: Release) -> None:
    for finding in examine([text, f"dom0_mem={text}", f"iommu={text}", f"com1={text}"], Target(release)):
        assert str(finding).isprintable()


def test_sizes() -> None:
    assert size_in_bytes("2G") == 2 << 30
    assert size_in_bytes("16") == 16 << 10
    assert size_in_bytes("-1M") == -(1 << 20)
    assert size_in_bytes("1.5G") is None
    assert looks_like(Word("", INTEGER), "0x10")


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("xen-pciback.hide=(03:00.0)(0000:04:00.0)", ""),
        ("xen_pciback.hide=(03:00.0)", ""),
        ("console=hvc0", ""),
        ("earlyprintk=xen", ""),
        ("quiet", ""),
        ("xen-pciback.hide=03:00.0",
         'xen-pciback.hide: "03:00.0" is not what it takes; write xen-pciback.hide=(0000:03:00.0).'),
        ("xen-pciback.hide", "xen-pciback.hide: it stands without a value; write xen-pciback.hide=(0000:03:00.0)."),
        ("pciback.hide=(03:00.0)",
         "pciback.hide: it is no parameter of Linux under Xen that is known here; did you mean xen-pciback.hide?"),
        ("dom0_mem=2G", "dom0_mem: it is for the hypervisor; move it to xen."),
        ("xen_nopv", "xen_nopv: a control domain needs the interfaces that it switches off; leave it out."),
        ("mem=2G",
         ('mem: "mem=2G" has no effect or a wrong one under Xen; the control domain\'s memory is given to it '
          "by the hypervisor: declare dom0_mem in xen.")),
        ("a b",
         ('linux: "a b" has a blank, a quote, a backslash or a sign beyond ASCII, which cannot be handed over; '
          "write it without, one word for each parameter.")),
    ],
)  # fmt: skip
def test_words_for_the_kernel(word: str, sentence: str) -> None:
    assert "".join(map(str, examine_kernel([word], "x86"))) == sentence


def test_early_messages_of_arm() -> None:
    (finding,) = examine_kernel(["earlyprintk=xen"], "arm64")
    assert finding.remedy == "write earlycon=xenboot"


def test_a_console_that_nobody_sees() -> None:
    assert reaches_console(["quiet"])
    assert reaches_console(["console=tty0", "console=hvc0"])
    assert not reaches_console(["console=tty0"])
