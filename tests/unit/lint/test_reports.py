# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people and machines get to read: nothing left out, and in the shape that readers of it expect."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.report import Report, beyond, line, plain
from ansible_collections.xlops.xen.plugins.module_utils._config.report_junit import junit
from ansible_collections.xlops.xen.plugins.module_utils._config.report_sarif import sarif
from ansible_collections.xlops.xen.plugins.module_utils._config.rules import RULES, finding
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

TEXT = {"type": "object", "properties": {"text": {"type": "string", "minLength": 1}}, "required": ["text"]}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
URI = {"type": "string", "format": "uri-reference", "pattern": r"^[\x21-\x7e]*$"}
POSITIVE = {"type": "integer", "minimum": 1}


def of(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def list_of(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


# The part of SARIF 2.1.0 that is used, with what the standard asks for there and no property that it does not know.
RULE = of(
    ["id"],
    id={"type": "string"},
    shortDescription=TEXT,
    fullDescription=TEXT,
    helpUri=URI,
    defaultConfiguration=of([], level=LEVEL),
)
PLACE = of(
    ["artifactLocation"], artifactLocation=of([], uri=URI), region=of([], startLine=POSITIVE, startColumn=POSITIVE)
)
RESULT = of(
    ["message"],
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=TEXT,
    locations=list_of(of([], physicalLocation=PLACE)),
)
RUN = of(
    ["tool"],
    tool=of(["driver"], driver=of(["name"], name={"type": "string"}, informationUri=URI, rules=list_of(RULE))),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    artifacts=list_of(of([], location=of([], uri=URI))),
    results=list_of(RESULT),
    properties={"type": "object"},
)
SARIF = of(["version", "runs"], **{"$schema": URI, "version": {"const": "2.1.0"}, "runs": list_of(RUN)})


@pytest.fixture
def report() -> Report:
    where = {"filename": "host vars/\x1b ü.yml", "line": 3, "column": 5}
    findings = [
        finding(
            "unknown-key", "there is no such option", guest="a\x00b", key="memroy", remedy="did you mean?", **where
        ),
        finding("given-twice", "twice \ud800 <&>", **where),
        finding("old-disk-style", "old", filename="b.cfg", line=1, column=1),
    ]
    return Report(Release(4, 17), ["host vars/\x1b ü.yml", "b.cfg", "clean.cfg"], 7, findings)


def many(count: int) -> Report:
    rules = ("unknown-key", "wrong-value", "no-effect")
    findings = [finding(rules[index % 3], "x", filename=f"{index % 50}.cfg", line=1) for index in range(count)]
    return Report(Release(4, 17), [f"{index}.cfg" for index in range(50)], 50, findings)


def test_sarif_has_the_structure_of_its_standard(report: Report) -> None:
    document = json.loads(sarif(report))
    jsonschema.Draft202012Validator(SARIF).validate(document)
    (run,) = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == list(RULES)
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [one.rule for one in report.findings]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "host%20vars/%1B%20%C3%BC.yml"
    assert place["region"] == {"startLine": 3, "startColumn": 5}


def test_sarif_names_a_file_relative_to_where_it_is_run() -> None:
    names = [
        "/srv/repo/host vars/a.yml",
        "/srv/repository/b b.cfg",
        "c.cfg",
        "../x.cfg",
        "./d/../../repo/e/./f.cfg",
        "/",
    ]
    where = [finding("old-disk-style", "old", filename=name, line=1, column=1) for name in names]
    (run,) = json.loads(sarif(Report(Release(4, 17), names, 3, where), "/srv/repo"))["runs"]
    uris = [
        "host%20vars/a.yml",
        "file:///srv/repository/b%20b.cfg",
        "c.cfg",
        "file:///srv/x.cfg",
        "e/f.cfg",
        "file:///",
    ]
    assert [one["location"]["uri"] for one in run["artifacts"]] == uris
    places = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    assert [one["artifactLocation"]["uri"] for one in places] == uris


def test_junit_has_a_suite_for_each_file_and_errors_fail(report: Report) -> None:
    root = ElementTree.fromstring(junit(report))  # noqa: S314 # it is our own
    suites = root.findall("testsuite")
    assert [(one.get("tests"), one.get("failures")) for one in suites] == [("2", "1"), ("1", "0"), ("1", "0")]
    assert [len(one.findall("testcase")) for one in suites] == [2, 1, 1]
    (failure,) = root.iter("failure")
    assert failure.get("type") == "unknown-key"
    assert "memroy" in str(failure.get("message"))
    assert [case.get("line") for case in suites[0]] == ["3", "3"]
    assert suites[2][0].get("name") == "no findings"


def test_a_line_is_what_editors_jump_to(report: Report) -> None:
    assert line(report.findings[2]) == "b.cfg:1:1: note: old. What xl does: follows it. [old-disk-style]"
    assert all(line(one).isprintable() for one in report.findings)


def test_the_summary_counts_everything(report: Report) -> None:
    assert report.summary() == "1 error, 1 warning and 1 note in 2 of 3 files with 7 guests, for Xen 4.17"


def test_what_is_beyond_the_limit_is_counted_by_rule_and_by_file() -> None:
    lines = list(beyond(many(4000), 1000))
    assert lines[0] == "3000 more findings, by rule:"
    assert lines[1:4] == ["    1000  no-effect", "    1000  unknown-key", "    1000  wrong-value"]
    assert lines[4] == "3000 more findings, by file:"
    assert lines[-1] == "    1800  in 30 more files"
    assert len(lines) == 4 + 1 + 20 + 1
    assert list(beyond(many(1000), 1000)) == []


def test_a_plain_finding_is_json(report: Report) -> None:
    one = json.loads(json.dumps(plain(report.findings[0])))
    assert (one["rule"], one["severity"], one["line"], one["release"]) == ("unknown-key", "error", 3, None)
