# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.numbers import c_number, decimal_number
from ansible_collections.xlops.xen.plugins.module_utils._config.syntax import (
    Listing,
    Scalar,
    Value,
    effective,
    parse_settings,
    read_settings,
)


def plainly(value: Value) -> object:
    return value.text if isinstance(value, Scalar) else [plainly(item) for item in value.items]


def values(text: str) -> dict[str, object]:
    return {key: plainly(setting.value) for key, setting in effective(parse_settings(text)).items()}


def complaints(text: str) -> list[str]:
    return [str(finding) for finding in read_settings(text, "web1.cfg")[1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=1\n", {"a": "1"}),
        ("a = 1;b='x'", {"a": "1", "b": "x"}),
        ('\n\n# nothing\na = "x"  # there\n;;\n', {"a": "x"}),
        ("vif.default_x9 = 0x1f\n", {"vif.default_x9": "0x1f"}),
        ("a=[]\n", {"a": []}),
        ("a=[ \n 1 \n , # first\n 'two',\n]\n", {"a": ["1", "two"]}),
        ("a=[['x=1','y'],[ ]]\n", {"a": [["x=1", "y"], []]}),
        ("a=1\na=2\n", {"a": "2"}),
        ("a='x'\na+='y'\n", {"a": "xy"}),
        ("a=['x']\na+=['y']\na+=['z']\n", {"a": ["x", "y", "z"]}),
        ("a+='y'\n", {"a": "y"}),
        ('a = "it\'s"\nb = \'say "x"\'\n', {"a": "it's", "b": 'say "x"'}),
        (r"""a = "\"\'\\\n\t\a\b\f\r\v" """ + "\n", {"a": "\"'\\\n\t\a\b\f\r\v"}),
        ("a='#not a comment'\n", {"a": "#not a comment"}),
        ("a='\r\xe4'\n", {"a": "\r\xe4"}),
        ("", {}),
    ],
)
def test_what_xl_reads_is_read(text: str, expected: dict[str, object]) -> None:
    assert values(text) == expected


def test_statements_know_where_they_are() -> None:
    first, second = parse_settings("a = 1\n  b = [ 'x',\n'y' ]\n")
    assert (first.line, first.column) == (1, 1)
    assert (second.line, second.column) == (2, 3)
    assert isinstance(second.value, Listing)
    assert [(item.line, item.column) for item in second.value.items] == [(2, 9), (3, 1)]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Memory=1\n", 'web1.cfg:1:1: xl does not know what "Memory=1" is'),
        ("a=-1\n", 'web1.cfg:1:3: xl does not know what "-1" is; quote texts, negative numbers too'),
        (
            "max-mem=1\n",
            'web1.cfg:1:4: xl does not know what "-mem=1" is; quote texts, negative numbers too; keys are lower case.',
        ),
        (
            "a=1.5\n",
            'web1.cfg:1:4: xl does not know what ".5" is; quote texts, negative numbers too; keys are lower case.',
        ),
        ("a='b'.lower()\n", "it looks like Python, of which xl reads none; xlops.xen.xm_to_xl"),
        ("a=True\n", "it looks like Python, of which xl reads none; write 1 for yes, 0 for no."),
        ("a='b' + c\n", "it looks like Python, of which xl reads none; xlops.xen.xm_to_xl"),
        ("a='%d' % 1\n", "it looks like Python, of which xl reads none; xlops.xen.xm_to_xl"),
        ("import os\n", '"os" stands where = after import should be; xlops.xen.xm_to_xl'),
        ("imports os\n", '"os" stands where = after imports should be; write key = value.'),
        (
            "a=\u201cb\u201d\n",
            "a text in quotes of another kind, of which xl reads none; write \" or '.",
        ),
        ("\ufeffa=1\n", "web1.cfg:1:1: the file begins with a byte order mark, and xl refuses it; save it as UTF-8"),
        ("a=f(1)\n", "where a value should be"),
        ("a=1 b=2\n", 'web1.cfg:1:5: "b" stands where the end of the statement should be'),
        ("a=\n", "web1.cfg:1:3: the end of the line stands where a value should be"),
        ("a\n", "the end of the line stands where = after a should be"),
        ("a=[1 2]\n", '"2" stands where , or ] should be'),
        ("a=[,]\n", '"," stands where a value should be'),
        ("a=[1\n", "the end of the file stands where , or ] should be"),
        ("=1\n", '"=" stands where the name of a key should be'),
        ("a='x\n", 'the text "\'x" has no closing quote'),
        ("a=1\n# last", "the last line is a comment without a newline"),
        ("a=1\r\n", "the line ends in a carriage return"),
        ("a=512M\n", 'xl does not know what "M" is'),
        ("a='\\q'\n", "xl does not know the escape \\q"),
        ("a='\\x41'\n", "xl does not know the escape \\x"),
        ("a='\\0'\n", "xl does not know the escape \\0"),
        ("a='x\0y'\n", "a text contains a NUL character"),
        ("a='x'\na+=['y']\n", "a += joins a list and a text"),
        ("a=" + "[" * 60 + "\n", "lists are nested more than 50 deep"),
    ],
)
def test_what_xl_refuses_is_refused_with_a_position(text: str, complaint: str) -> None:
    assert complaint in complaints(text)[0]
    with pytest.raises(ConfigError):
        parse_settings(text)


def test_reading_goes_on_after_a_fault() -> None:
    settings, findings = read_settings("a=1\nB=2\nc=3\nd=\ne=5\n")
    assert [setting.key for setting in settings] == ["a", "c", "e"]
    assert [finding.line for finding in findings] == [2, 4]


def test_a_file_with_a_byte_order_mark_is_read_all_the_same() -> None:
    settings, findings = read_settings("\ufeffa=1\nb=2\n")
    assert [(setting.key, setting.column) for setting in settings] == [("a", 1), ("b", 1)]
    assert len(findings) == 1


def test_a_numeric_escape_vanishes_as_in_xl() -> None:
    settings, findings = read_settings("a='x\\0123y'\n")
    assert plainly(settings[0].value) == "xy"
    assert [str(finding) for finding in findings] == ["1:3: xl drops the escape \\0123; write the character itself."]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("010", 8),
        ("0x1f", 31),
        ("0X1F", 31),
        (" +7", 7),
        ("-3600", -3600),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("08", None),
        ("1f", None),
        ("0x", None),
        ("", None),
        ("7 ", None),
        ("٣", None),
    ],
)
def test_numbers_are_those_of_strtol(text: str, number: int | None) -> None:
    assert c_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("010", 10),
        ("08", 8),
        (" +7", 7),
        ("-1", -1),
        ("9" * 19, int("9" * 19)),
        ("9" * 20, None),
        ("0x1f", None),
        ("1f", None),
        ("", None),
        ("7 ", None),
        ("٣", None),
    ],
)
def test_numbers_of_some_sub_keys_are_those_of_atoi(text: str, number: int | None) -> None:
    assert decimal_number(text) == number
