# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guests that a YAML file declares, each key with its line.

They are found where the collection reads them: in the variables of role xen_guests, and in tasks of xl_domains and
xl_domain. And a file may be nothing but a guest, a list of guests, or a mapping of ``domains`` and ``defaults``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Optional

import yaml
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import Linted
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import NEVER_READ, finding
from ansible_collections.xlops.xen.plugins.module_utils._host.host_module import RUN_OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._plan.lint import (
    CHECKED_LATER,
    UNKNOWN_YET,
    is_template,
    lint_declaration,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.options import OPTIONS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

# The list of guests, and what they have in common, as variables of the role and as options of the module.
SHAPES = {"xen_guests_domains": "xen_guests_defaults", "domains": "defaults"}
TASKS = {f"{prefix}{name}": name for prefix in ("", "xlops.xen.") for name in ("xl_domains", "xl_domain")}
STEP = re.compile(r"[^.\[\]]+")
NO_UNICODE = re.compile("[\ud800-\udfff]")  # what bytes become that are no UTF-8
OF_WHAT_IS_ABSENT = ("nothing-to-boot",)
UNUSABLE = "it holds a value that cannot be read"
VAULTED = "{{ vault }}"

Node = Optional[yaml.Node]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as Ansible reads it: what is in a vault is not known, what is unsafe is itself."""


def _tagged(loader: Any, tag: str, node: yaml.Node) -> Any:
    if tag != "unsafe":
        return VAULTED
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else node.value


_Loader.add_multi_constructor("!", _tagged)


@dataclass
class Declared:
    """What a file declares for a release: its guests, and what is wrong with the rest of it.

    Tasks follow each other, so the guests of each are a step of their own, in which others may come back.
    """

    filename: str
    release: Release
    guests: list[Linted] = field(default_factory=list)
    steps: list[list[Linted]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_declared(text: str, declared: Declared) -> None:
    """Add what the text of the file declares."""

    def report(message: str, remedy: str, line: int = 1, column: int = 1) -> None:
        where = {"filename": declared.filename, "line": line, "column": column, "release": declared.release}
        declared.findings.append(finding("unreadable", message, remedy=remedy, **where))

    try:
        _Reader(_Loader(text), declared).run()
    except (yaml.reader.ReaderError, UnicodeError):
        report(*_foreign(text))
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        message = f"it is no YAML: {getattr(wrong, 'problem', None) or 'it cannot be read'}"
        place = (mark.line + 1, mark.column + 1) if mark else ()
        report(message, "correct it, or name an xl.cfg by another ending", *place)
    except RecursionError:
        report("it is nested too deep", "write fewer brackets")


def _foreign(text: str) -> tuple[str, str, int, int]:
    """What is wrong with the first character that YAML has not, what to do, and its line and column."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    before = text[: found.start()] if found else ""
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    if found is None or NO_UNICODE.match(found.group()):
        return "it is no Unicode", "write it as UTF-8", *place
    return f"it is no YAML: it holds the character {shown(found.group())}", "remove it", *place


class _Reader:
    def __init__(self, loader: Any, declared: Declared) -> None:
        self.loader = loader
        self.declared = declared
        self.seen: set[int] = set()

    def run(self) -> None:
        try:
            while self.loader.check_node():
                self.document(self.loader.get_node())
        finally:
            self.loader.dispose()

    def document(self, root: Node) -> None:
        entries = _entries(root)
        if entries and set(entries) <= {"domains", "defaults"}:
            self.group(entries, "domains")
        elif _is_guest(root):
            self.guest(root, None)
        elif isinstance(root, yaml.SequenceNode) and any(_is_guest(item) for item in root.value):
            self.guests(root, None)
        else:
            self.search(root)

    def search(self, node: Node) -> None:
        """Guests anywhere below; an anchor that holds itself is looked at once."""
        if id(node) in self.seen:
            return
        self.seen.add(id(node))
        for item in node.value if isinstance(node, yaml.SequenceNode) else ():
            self.search(item)
        entries = _entries(node)
        if "xen_guests_domains" in entries:
            self.group(entries, "xen_guests_domains")
        for key, value in entries.items():
            if key in TASKS:
                self.task(value, TASKS[key])
            elif key not in ("xen_guests_domains", "xen_guests_defaults"):
                self.search(value)

    def task(self, options: Node, module: str) -> None:
        before, self.declared.guests = self.declared.guests, []
        if module == "xl_domains":
            self.group(_entries(options), "domains")
        else:
            self.guest(options, None, frozenset(RUN_OPTIONS))
        self.declared.steps.append(self.declared.guests)
        self.declared.guests = before

    def group(self, entries: dict[str, Any], key: str) -> None:
        if key in entries:
            self.guests(entries[key], entries.get(SHAPES[key]))

    def guests(self, node: Node, defaults: Node) -> None:
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self.guest(item, defaults)
        else:
            self.complain(node, "a list of guests")

    def guest(self, node: Node, defaults: Node, without: frozenset[str] = frozenset()) -> None:
        if not isinstance(node, yaml.MappingNode):
            self.complain(node, "the keys of a guest")
            return
        values = {key: value for key, value in self.construct(node).items() if key not in without}
        common, unknown = self.common(defaults)

        def positioned(finding: Finding) -> Finding:
            mark = _mark(node, finding.key) or _mark(defaults, finding.key) or node.start_mark
            return replace(finding, filename=self.declared.filename, line=mark.line + 1, column=mark.column + 1)

        linted = lint_declaration(values, common, self.declared.release, positioned)
        if unknown:
            linted = replace(linted, findings=[one for one in linted.findings if one.rule not in OF_WHAT_IS_ABSENT])
        name = linted.declaration.get("name")
        self.twice(node, str(name) if name else None)
        self.declared.guests.append(linted)

    def common(self, defaults: Node) -> tuple[dict[str, Any], bool]:
        """What all guests have in common, and whether there may be more of it, the type of the guests included."""
        if isinstance(defaults, yaml.ScalarNode) and is_template(defaults.value):
            return {"type": defaults.value}, True
        return (self.construct(defaults) if isinstance(defaults, yaml.MappingNode) else {}), False

    def construct(self, node: yaml.Node) -> dict[str, Any]:
        try:
            value = self.loader.construct_document(node)
        except (ValueError, TypeError):  # a date that does not exist, a key that is a list
            raise yaml.constructor.ConstructorError(None, None, UNUSABLE, node.start_mark) from None
        return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}

    def twice(self, node: yaml.Node, guest: str | None) -> None:
        """What a guest merges from elsewhere (``<<: *base``) it may say again: that is what a merge is for."""
        lines: dict[str, int] = {}
        own = range(node.start_mark.index, node.end_mark.index)
        for key, _value in node.value:
            if key.start_mark.index not in own:
                continue
            if key.value in lines and key.tag != "tag:yaml.org,2002:merge":
                message = f"line {lines[key.value]} has it already, and Ansible takes this one"
                self.report("given-twice", key, message, "remove one of them", guest=guest, key=str(key.value))
            lines.setdefault(str(key.value), key.start_mark.line + 1)

    def complain(self, node: Node, wanted: str) -> None:
        if isinstance(node, yaml.ScalarNode) and is_template(node.value):
            self.report("template", node, UNKNOWN_YET, CHECKED_LATER)
        elif node is not None:
            remedy = "write it as role xen_guests documents it"
            self.report("wrong-value", node, f"here should be {wanted}", remedy, xl=NEVER_READ)

    def report(self, rule: str, node: yaml.Node, message: str, remedy: str, **more: Any) -> None:
        mark = node.start_mark
        where = {"filename": self.declared.filename, "line": mark.line + 1, "column": mark.column + 1}
        release = self.declared.release
        self.declared.findings.append(finding(rule, message, release=release, remedy=remedy, **where, **more))


def _entries(node: Node) -> dict[str, Any]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return {key.value: value for key, value in pairs if isinstance(key, yaml.ScalarNode)}


def _is_guest(node: Node) -> bool:
    """Whether a mapping has a name, and another key that only a guest has: a play may have `serial`, too."""
    keys = set(_entries(node))
    return "name" in keys and len(keys & set(OPTIONS)) > 1 and "hosts" not in keys


def _mark(node: Node, path: str | None) -> Any:
    """Where a key such as ``disk[0].format`` stands, or what of it is there; None if nothing of it is."""
    mark = None
    for step in _steps(node, path or ""):
        key, value = _child(node, step)
        if value is None:
            return mark
        mark, node = (key or value).start_mark, value
    return mark


def _steps(node: Node, path: str) -> list[str]:
    """A key that nobody knows may have a dot in it."""
    return [path] if path in _entries(node) else STEP.findall(path)


def _child(node: Node, step: str) -> tuple[Node, Node]:
    if isinstance(node, yaml.SequenceNode):
        inside = step.isdigit() and int(step) < len(node.value)
        return None, node.value[int(step)] if inside else None
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    # of what is there twice, merged from elsewhere or not, the last counts
    return next(((key, value) for key, value in reversed(pairs) if key.value == step), (None, None))
