# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a guest file holds: it is never run, and what comes out is a guest that xl takes, or a typed error."""

from __future__ import annotations

import builtins
import json
import os
import subprocess
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError, Finding, errors_in
from ansible_collections.xlops.xen.plugins.module_utils._config.model import examine
from ansible_collections.xlops.xen.plugins.module_utils._config.parser import read_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_directory import import_directory
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_import import Imported, import_guest
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_options import XM_OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_report import report
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import ACTIONS, HIDDEN
from ansible_collections.xlops.xen.plugins.module_utils._config.yaml_text import yaml_text
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, OLDEST, Release
from ansible_collections.xlops.xen.tests.unit.xm.guests import CORPUS, V4_17
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml import SafeLoader


class Loader(SafeLoader):
    """YAML with the tag of Ansible for a text that is no template."""


Loader.add_constructor("!unsafe", SafeLoader.construct_scalar)


def loaded(text: str) -> Any:
    return Loader(text).get_single_data()


TEXTS = [path.read_text() for path in CORPUS]
PIECES = st.sampled_from(
    [
        *(
            "'",
            '"',
            "'''",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "=",
            "==",
            "<>",
            "`",
            "%",
            "+",
            "*",
            ",",
            ":",
            ";",
            "\\",
            "\n",
        ),
        *("\n\t", "\n    ", "if ", "else:", "for x in y:", "print ", "exec ", "raise E, ", "import os", "def f():"),
        *("0777", "5L", "10**9", "1e400", "u'x'", "None", "True", "lambda: ", "# x\n", "\0", "\x1b[2J", "{{ x }}", "é"),
        *("os.system('false')", "__import__('os')", "'%s' % ", ".format(", "locals()", "vncpasswd"),
        *(f"\n{key} = " for key in XM_OPTIONS),
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A real file, cut, doubled, and with pieces put in."""
    text = draw(st.sampled_from(TEXTS))
    for _change in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(text)))
        until = draw(st.integers(at, min(len(text), at + 20)))
        text = text[:at] + draw(st.one_of(PIECES, st.text(max_size=5))) + text[until:]
    return text


VALUES = st.recursive(
    st.one_of(st.text(max_size=12), st.integers(-(2**40), 2**40), st.floats(), st.booleans(), st.none()),
    lambda items: st.one_of(st.lists(items, max_size=3), st.tuples(items, items)),
    max_leaves=5,
)
PROGRAMS = st.lists(st.tuples(st.sampled_from(sorted(XM_OPTIONS)), VALUES), max_size=8).map(
    lambda pairs: "".join(f"{key} = {item!r}\n" for key, item in pairs)
)


@pytest.fixture(autouse=True, scope="module")
def canary() -> Any:
    """What a file that runs would do fails the test."""

    def alarm(*_arguments: object, **_named: object) -> None:
        raise AssertionError("something of the file was run")

    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((os, "system"), (os, "popen"), (subprocess, "Popen"), (os, "uname"), (builtins, "eval")):
            patch.setattr(module, name, alarm)
        yield


def wrong(findings: list[Finding]) -> list[Finding]:
    """What no guest may be left with; a disk may wait for a decision."""
    return [finding for finding in errors_in(findings) if finding.rule != "bootloader-without-disk"]


def guest_or_reason(text: str, release: Release) -> Imported | None:
    try:
        guest = import_guest(text, release, "file")
    except ConfigError as error:
        assert error.findings
        return None
    assert {row.action for row in guest.rows} <= set(ACTIONS)
    json.dumps([row.as_dict() for row in guest.rows])
    if guest.config and guest.syntax == "xm":
        assert wrong(examine(guest.model, release)[1]) == []
        again, findings = read_xl_cfg(guest.config, release=release)
        assert (again, wrong(findings)) == (guest.model, [])
    else:
        assert guest.faults or guest.syntax == "xl"
    return guest


@given(mutated(), st.sampled_from([OLDEST, NEWEST]))
@settings(max_examples=400, deadline=None)
def test_a_mutated_file(text: str, release: Release) -> None:
    guest_or_reason(text, release)


@given(PROGRAMS, st.sampled_from([OLDEST, V4_17, NEWEST]))
@settings(max_examples=400, deadline=None)
def test_options_of_any_value(text: str, release: Release) -> None:
    guest_or_reason(text, release)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text(text: str) -> None:
    guest_or_reason(text, V4_17)


@given(st.dictionaries(st.text(min_size=1, max_size=8), mutated(), max_size=3))
@settings(max_examples=60, deadline=None)
def test_a_directory_of_anything(files: dict[str, str]) -> None:
    directory = import_directory(files, V4_17)
    for name in directory.configs():
        assert "/" not in name
        assert name not in (".", "..")
        assert name.isprintable()
    text = report(directory)
    assert all(line.isprintable() for line in text.splitlines())
    assert loaded(directory.declarations())["xen_guests_domains"] is not None


@pytest.mark.parametrize("release", [OLDEST, V4_17, NEWEST], ids=str)
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_the_corpus_becomes_guests_that_the_release_takes_or_says_why_not(path: Any, release: Release) -> None:
    guest = guest_or_reason(path.read_text(), release)
    assert guest is not None
    assert guest.config or guest.faults


@given(st.text(st.characters(codec="ascii", categories=["Ll", "Lu", "Nd"]), min_size=8, max_size=16))
@settings(max_examples=50, deadline=None)
def test_a_password_is_nowhere_but_in_the_configuration(password: str) -> None:
    text = (
        f"builder = 'hvm'\nname = 'a'\nmemory = 64\nvncpasswd = '{password}'\n"
        f"vfb = ['vnc=1,vncpasswd={password},colour=1', 'vnc=1,vncpasswd={password}']\nsecret = '{password}'\n"
        f"vif = ['vncpasswd={password}']\n"
    )
    guest = import_guest(text, V4_17, "a")
    assert password in guest.config
    assert password not in json.dumps([row.as_dict() for row in guest.rows])
    assert HIDDEN in json.dumps([row.as_dict() for row in guest.rows])
    assert password not in report(import_directory({"a": text}, V4_17))
    heading = "".join(line for line in guest.config.splitlines() if line.startswith("#"))
    assert password not in heading


@pytest.mark.parametrize(
    "text",
    [
        "vncpasswd = hunter2",
        "vncpasswd = ['hunter2']",
        "vncpasswd = read('hunter2')",
        "if x:\n    vncpasswd = 'hunter2'",
        "vfb = 'vncpasswd=hunter2'",
        "vfb = [['vncpasswd=hunter2']]",
        'vfb = ["vncpasswd=a\'hunter2"]',
        "vfb = ['vnc=1, vncpasswd = a, hunter2, sdl=1']",
        "if x:\n    vfb = ['vncpasswd=a,hunter2']",
    ],
)
@pytest.mark.parametrize("builder", ["hvm", "linux"])
def test_a_password_that_stands_where_none_can_is_not_in_the_report(builder: str, text: str) -> None:
    guest = import_guest(f"builder = '{builder}'\nkernel = '/k'\nname = 'a'\n{text}\n", V4_17, "a")
    told = [*(row.as_dict() for row in guest.rows), *map(str, guest.remarks), *map(str, guest.faults)]
    assert "hunter2" not in json.dumps(told)


@given(
    st.recursive(
        st.one_of(st.text(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none()),
        lambda items: st.one_of(st.lists(items, max_size=3), st.dictionaries(st.text(), items, max_size=3)),
        max_leaves=8,
    )
)
@settings(max_examples=300, deadline=None)
def test_yaml_is_read_back_as_it_was(document: Any) -> None:
    assert loaded(yaml_text(document)) == document


@pytest.mark.parametrize("text", ["{{ x }}", "a {% x %}", "{# x #}", "#jinja2: variable_start_string: '[['\n[[ x ]]"])
def test_no_text_is_a_template(text: str) -> None:
    document = yaml_text({"a": [{"b": text}], text: 1})
    assert document.count("!unsafe ") == 2
    assert loaded(document) == {"a": [{"b": text}], text: 1}


def test_what_is_no_template_has_no_tag() -> None:
    assert yaml_text({"a": "{ } $ {", "b": "ro # jinja2"}) == '---\na: "{ } $ {"\nb: "ro # jinja2"\n'
