# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lint guests in files of the controller, for any release of Xen; no Xen is needed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, NOTE, WARNING
from ansible_collections.xlops.xen.plugins.module_utils._config.report import Report, beyond, line, plain
from ansible_collections.xlops.xen.plugins.module_utils._config.report_junit import junit
from ansible_collections.xlops.xen.plugins.module_utils._config.report_sarif import sarif
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, known_release
from ansible_collections.xlops.xen.plugins.plugin_utils.lint_files import ALL, DIRECTORY, FILE, lint_paths

display = Display()

FORMATS: dict[str, Callable[[Report], str]] = {"sarif": lambda report: sarif(report, os.getcwd()), "junit": junit}
COLOURS = {ERROR: "red", WARNING: "bright purple", NOTE: "blue"}
NOT_NAMED = ", the newest that is known, for no release is named"
LISTED = 10  # files that are passed over, by name

ARGUMENTS: dict[str, dict[str, Any]] = {
    "paths": {"type": "list", "elements": "path", "required": True},
    "release": {"type": "str"},
    "one_host": {"type": "str", "choices": [DIRECTORY, FILE, ALL], "default": DIRECTORY},
    "limit": {"type": "int", "default": 200},
    "report": {"type": "path"},
    "report_format": {"type": "str", "choices": sorted(FORMATS), "default": "sarif"},
}


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(argument_spec=ARGUMENTS)
        try:
            result.update(self.lint(args))
        except ValueError as wrong:
            result.update(failed=True, msg=str(wrong))
        except OSError as wrong:
            result.update(failed=True, msg=f"{wrong.strerror or wrong}: {wrong.filename or args['report']}")
        return result

    def lint(self, args: dict[str, Any]) -> dict[str, Any]:
        if args["limit"] < 0:
            raise ValueError(f"limit is {args['limit']}; write how many findings are printed, 0 for none")
        release = known_release(args["release"]) if args["release"] else NEWEST
        lint = lint_paths(args["paths"], release, args["one_host"])
        report = lint.report
        for finding in report.findings[: args["limit"]]:
            display.display(line(finding), color=COLOURS[finding.severity])
        for text in beyond(report, args["limit"]):
            display.display(text)
        if lint.passed_over:
            display.display(_passed_over(lint.passed_over))
        changed = bool(args["report"]) and self.write(Path(args["report"]), FORMATS[args["report_format"]](report))
        return {
            "changed": changed,
            "counts": {"error": report.count(ERROR), "warning": report.count(WARNING), "note": report.count(NOTE)},
            "guests": report.guests,
            "files": list(report.files),
            "passed_over": lint.passed_over,
            "findings": [plain(finding) for finding in report.findings],
            "summary": report.summary() + ("" if args["release"] else NOT_NAMED),
        }

    def write(self, path: Path, text: str) -> bool:
        """Whether the file had to be written; in check mode it would have been."""
        content = text.encode("utf-8", "backslashreplace")
        if path.is_file() and path.read_bytes() == content:
            return False
        if not self._task.check_mode:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return True


def _passed_over(names: list[str]) -> str:
    listed = ", ".join(names[:LISTED])
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"No guest is declared in {listed}{more}."
