# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a guest file sets, found out without running it: Python 2, positions, limits."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_program import Settings, read_program
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_values import UNICODE, Unknown, Value, plain


def value(text: str, name: str = "x", **variables: Any) -> Any:
    return plain(read_program(text, "file", variables).names[name].value)


@pytest.mark.parametrize("prefix", ["u", "U", "ur", "Ur", "uR", "UR"])
def test_a_unicode_text_is_one_with_r_too(prefix: str) -> None:
    found = read_program(f"x = {prefix}'a'").names["x"].value
    assert isinstance(found, Value)
    assert (found.kind, found.data) == (UNICODE, "a")


def unknown(text: str, name: str = "x") -> Unknown:
    found = read_program(text, "file").names[name].value
    assert isinstance(found, Unknown)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 'a'", "a"),
        ("x = 0777", 511),
        ("x = 00", 0),
        ("x = 0x1fL", 31),
        ("x = 5L + 1", 6),
        ("x = 'a' 'b'\\\n'c'", "abc"),
        ('x = """a\nb"""', "a\nb"),
        ("x = r'\\d' + b'\\u'", "\\d\\u"),
        ("x = ur'\\d'", "\\d"),
        ("x = UR\"\\d\\\"\\\\'\\u00e9\" + 'a'", "\\d\\\"\\\\'\u00e9a"),
        ("x = `3` + 'a'", "3a"),
        ("x = 7 / 2", 3),
        ("x = 7.0 / 2", 3.5),
        ("x = 2 ** 10 + (1 << 4) - 7 % 4", 1037),
        ("x = -3", -3),
        ("x = 'a' * 3", "aaa"),
        ("x = ['a'] * 2 + ['b']", ["a", "a", "b"]),
        ("x = '%s-%02d-%x' % ('a', 7, 255)", "a-07-ff"),
        ("x = '%d%%' % 5", "5%"),
        ("y = 'b'\nx = '%(y)s' % locals()", "b"),
        ("x = '%(a)s' % {'a': 1}", "1"),
        ("x = '{0}-{b}'.format('a', b=2)", "a-2"),
        ("x = ','.join(['a', 'b'])", "a,b"),
        ("x = ' A '.strip().lower()", "a"),
        ("x = str(3) + repr(4)", "34"),
        ("x = int('12') + len('abc')", 15),
        ("x = ['a', 'b'][1]", "b"),
        ("x = 'abc'[1:]", "bc"),
        ("x = 'abc'[1]", "b"),
        ("x = {'a': 1}['a']", 1),
        ("x = y = 'a'", "a"),
        ("y, x = 1, 2", 2),
        ("x = 'a'\nx += 'b'", "ab"),
        ("x = ['a']\nx.append('b')\nx.extend(['c'])\nx += ['d']", ["a", "b", "c", "d"]),
        ("y = []\nx = y\ny.append('a')", ["a"]),
        ("y = []\nx = [y]\ny += ['a']", [["a"]]),
        ("y = []\nx = [1, y]\ny.append('a')", [1, ["a"]]),
        ("x = 1\nif 1 <> 2 and not 0: x = 2", 2),
        ("x = 1 if 'a' in 'abc' else 2", 1),
        ("if 0:\n  x = 1\nelif 1:\n  x = 2\nelse:\n  x = 3", 2),
        ("if 1:\n\tx = 1\n        y = 2", 1),
        ("x = 1\nprint 'a', \\\n 'b'\nprint >>sys.stderr, 'c'\nprint", 1),
        ("import os\nif os.path.exists('/a'): y = 'a'\nelse: y = 'a'\nx = y", "a"),
        ("x = 1; del y; pass", 1),
        ("x = ()\nx += ('a',)", ("a",)),
        ("x = ['a']\nx += ('b',)", ["a", "b"]),
        ("x = ('a', 'b') + ('c',)", ("a", "b", "c")),
        ("x = 'a,b'.split(',')[:1]", ["a"]),
        ("x = ['a', 'b', 'c'][1:]", ["b", "c"]),
        ("x = 1 < 2 <= 2 != 3 > 1 >= 1", True),
        ("x = 1 < 2 > 5 < unknown", False),
        ("x = 'a' not in ['b'] and 1 is not 2", True),
        ("x = 'a' or unknown", "a"),
        ("x = '' and unknown", ""),
        ("x = not ~0 + +1", True),
        ("import os\nif os.sep: y = ['a']\nelse: y = ['a']\nx = y", ["a"]),
        ("x = 1\nos.environ['A'] = 'b'\nglobal z", 1),
        ("x = 1\nif 0:\n  x = 2", 1),
        ("x = str(512.0) + str(0.5)", "512.00.5"),
        ("\ufeffx = 1\r\ny = 2\r\n", 1),
        ("x = 1 # caf\u00e9", 1),
        ("x = 'caf\u00e9'", "caf\u00e9"),
        ("", None),
    ],
)
def test_what_can_be_known(text: str, expected: Any) -> None:
    assert (value(text) if text else None) == expected


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("os.uname()[4]", "known only when xm runs it"),
        ("open('/etc/passwd').read()", "known only when xm runs it"),
        ("__import__('os').system('id')", "known only when xm runs it"),
        ("eval('1')", "known only when xm runs it"),
        ("vmid", "took it from its command line"),
        ("'a' + vmid", "give it in variables, which is xm_to_xl_variables of the playbook"),
        ("'a' * 10**9", "longer than"),
        ("['a'] * 10**9", "longer than"),
        ("9**9**9", "too large"),
        ("1 << 10**9", "too large"),
        ("1e308 * 10", "too large"),
        ("'%1000000000d' % 5", "no simple kind"),
        ("'%*d' % (10**9, 5)", "no simple kind"),
        ("'{0:1000000000}'.format(5)", "no simple kind"),
        ("'{0.__class__}'.format(5)", "no simple kind"),
        ("'a'.zfill(10**9)", "known only when xm runs it"),
        ("'a'.__class__", "known only when xm runs it"),
        ("[c for c in 'abc']", "known only when xm runs it"),
        ("lambda: 1", "known only when xm runs it"),
        ("1 / 0", "cannot compute"),
        ("'a' + 1", "cannot compute"),
        ("'a' < 1", "cannot compute"),
        ("'a' - 'b'", "cannot compute"),
        ("[1][5]", "cannot compute"),
        ("1j", "no option has such a value"),
        ("[[[['a']]]]", "nested"),
        ("{u: 1}", "known only when xm runs it"),
        ("{'a': 1}['b']", "cannot compute"),
        ("'a'.replace('a', 'b' * 30000) * 3", "longer than"),
        ("('a' * 30000).replace('a', 'b' * 30000)", "too long"),
        ("('a' * 30000).join(['b'] * 9000)", "too long"),
        ("u and 1", "command line"),
        ("unknown(*a)", "known only when xm runs it"),
        ("f(**a)", "known only when xm runs it"),
        ("int('9' * 50)", "cannot compute"),
        ("int(1, 2)", "known only when xm runs it"),
        ("str(1.123456789012345)", "cannot compute"),
        ("'a' * 'b'", "cannot compute"),
        ("a @ b", "no simple kind"),
        ("1 if os.name else 2", "depends on"),
        ("os.name[0]", "known only when xm runs it"),
        ("os.name[0:1]", "known only when xm runs it"),
        ("[os.name][0] + 'a'", "known only when xm runs it"),
        ("'a'.encode('b')", "known only when xm runs it"),
        ("'a'.upper(x=1)", "known only when xm runs it"),
        ("3 .real()", "known only when xm runs it"),
        ("...", "no option has such a value"),
        ("(" * 19 + "1" + ")" * 19 + "(", ""),
    ],
)
def test_what_cannot_be_known_is_no_guess(expression: str, why: str) -> None:
    if why:
        assert why in unknown(f"x = {expression}").reason
    else:
        with pytest.raises(ConfigError):
            read_program(f"x = {expression}")


def test_both_ways_of_a_condition_that_nobody_knows() -> None:
    text = "if os.uname()[4] == 'x86_64':\n    lib = 'lib64'\nelse:\n    lib = 'lib'\nx = '/usr/' + lib"
    assert [plain(candidate) for candidate in unknown(text).candidates] == ["/usr/lib64", "/usr/lib"]


@pytest.mark.parametrize(
    "statement",
    [
        *("for x in [1]: pass", "while 0: x = 1", "try:\n  x = 1\nexcept E, e:\n  x = 2", "with open('a') as x: pass"),
        *("class x: pass", "def x(): pass", "from os import x", "x[0] = 2", "x.sort()", "x.y = 1"),
        *("if unknown: x = 2", "if unknown: del x", "x, y = 1", "x += unknown", "x += 'a'", "del x[0]", "import x"),
        *(
            "x[0] += 2",
            "x.append([[[1]]])",
            "if [unknown]: x = 2",
            "while 0: import x",
            "for y in [1]:\n  def x(): pass",
        ),
        *("x.append(1, 2)", "x.extend('ab')", "for y in x: x.append(y)", "assert x.pop()"),
    ],
)
def test_code_that_is_not_followed_leaves_what_it_may_set_unknown(statement: str) -> None:
    assert unknown(f"x = [1]\n{statement}\n")


def test_a_list_that_grows_too_deep_inside_another_makes_that_unknown() -> None:
    assert "nested" in unknown("y = []\nx = [[y]]\ny.append([1])\n").reason


def test_of_too_many_possible_values_none_is_named() -> None:
    choices = "".join(f"if os.name: v{number} = {number}\nelse: v{number} = 9\n" for number in range(8))
    found = unknown(f"{choices}x = {' + '.join(f'v{number}' for number in range(8))}\n")
    assert found.candidates == ()


def remarks(text: str) -> list[str]:
    return [remark.reason for remark in read_program(text).remarks]


@pytest.mark.parametrize(
    "statement",
    ["execfile('/etc/xen/common')", "exec 'x = 1'", "exec('x = 1')", "from common import *", "go()", "3 + 4"],
)
def test_code_that_may_do_anything_is_remarked(statement: str) -> None:
    assert remarks(f"{statement}\n")


def test_a_remark_is_made_once() -> None:
    assert len(remarks("import common, common\n")) == 1


@pytest.mark.parametrize("statement", ["import os, sys", "'''text'''", "xm_vars.check()", "print 'a'", "pass"])
def test_code_that_sets_nothing_is_not_remarked(statement: str) -> None:
    assert remarks(f"{statement}\n") == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = 1\nb = = 2", 2, 5),
        ("a = 1\n  b = 2", 2, None),
        ("a = 'b", 1, 5),
        ("a = [1\nb = 2", 1, 5),
        ("a = 1)", 1, 6),
        ("a = $HOME", 1, 5),
        ("caf\u00e9 = 1", 1, 4),
        ("a = f'{b}'", 1, 5),
        ("a = 08", 1, None),
        ("a = '\0'\x00", 1, None),
        ("xx = `1 + ` + 2", 1, None),
        ("a = 'caf\u00e9'; b = = 1", 1, 17),
    ],
)
def test_a_fault_has_its_place(text: str, line: int, column: int | None) -> None:
    with pytest.raises(ConfigError) as caught:
        read_program(text, "web1")
    (finding,) = caught.value.findings
    assert (finding.filename, finding.line) == ("web1", line)
    assert column is None or finding.column == column
    assert finding.remedy


def test_a_fault_of_which_python_says_nothing_is_told_all_the_same() -> None:
    with pytest.raises(ConfigError, match=r"it is no Python: [^;]"):
        read_program("x = ur'\\u00zz'\n")


def test_half_a_character_is_no_text() -> None:
    with pytest.raises(ConfigError, match="not valid Unicode"):
        read_program("x = '\ud800'")


def places(settings: Settings) -> dict[str, tuple[int, int]]:
    return {name: (binding.line, binding.column) for name, binding in settings.names.items()}


def test_rewriting_does_not_move_the_columns() -> None:
    text = "if 1 <> 0777:\n\ta = 5L; b = `a`; c = ur'x'; d = 'caf\u00e9'; e = 07; f = 1\n"
    line = text.splitlines()[1]
    assert places(read_program(text)) == {name: (2, line.index(f"{name} =") + 1) for name in "abcdef"}


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 10000 + ")" * 10000,
        "x = " + "[" * 19 + ":" + "]" * 19,
        "x = " + "-" * 50000 + "1",
        "x = " + "1+" * 50000 + "1",
        "x = a" + ".b" * 50000,
        "x = a" + "[0]" * 30000,
        "x = a" + "()" * 30000,
        "x = " + "not " * 20000 + "1",
        "x = " + "1 if 1 else " * 9000 + "1",
        "x = " + "lambda a=" * 9000 + "1" + ": 1" * 9000,
        "".join(f"{' ' * depth}if 1:\n" for depth in range(200)) + " " * 200 + "x = 1",
        "if 0: pass\n" + "elif 0: pass\n" * 9000,
        "x = '''a" + "'''b'" * 20000,
        "x = " + "9" * 100000,
        "x = '" + "a" * 200000 + "'",
        "x = 'a'\n" + "x = x + x\n" * 10000,
        "x = ['a']\n" + "x += ['b']\n" * 10000,
        "x = [1]\n" + "x = [x, x]\n" * 10000,
        "x = 'a' * 60000\n" + "y = x + 'b'\n" * 9000,
        "if u: x = 1\n" * 9000,
        "".join(f"v{number} = u\n" for number in range(3000)) + "if u: x = 1\n" * 3000,
        "x = ','.join(['a' * 9999] * 999)\n" * 99,
        "`" * 9999,
    ],
    ids=range(23),
)
def test_nothing_takes_the_interpreter_along(text: str) -> None:
    begin = time.process_time()
    try:
        read_program(text)
    except ConfigError as error:
        assert error.findings
    assert time.process_time() - begin < 20  # seconds; a bound, not a measure


def test_variables_of_the_command_line() -> None:
    assert value("x = 'vm%d' % vmid", vmid=3) == "vm3"
    assert value("vmid = 4\nx = vmid", vmid=3) == 4
    assert "vmid" not in read_program("x = vmid", "", {"vmid": 3}).names
