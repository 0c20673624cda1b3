# SPDX-License-Identifier: GPL-3.0-or-later
# Pages, and parts of pages, that are made from what they are about: rows of options, rules, argument specs. What stands beside them
# is written by hand and stays.

DOCS := $(sort $(wildcard tests/tools/*_doc.py)) tests/tools/option_matrix.py tests/tools/role_readme.py

.PHONY: docs

docs: setup ## Write the tables of docs/ and the READMEs of the roles anew from what they are about
	for tool in $(DOCS); do PYTHONPATH=.collections python -B $$tool; done
