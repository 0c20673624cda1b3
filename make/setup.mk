# SPDX-License-Identifier: GPL-3.0-or-later
# What the other targets stand on: Debian packages, and a virtual environment that holds exactly what the lock names.

VENV := .venv
PACKAGES ?= yes

.PHONY: setup lock

setup: $(VENV)/.installed ## Install what is missing: Debian packages (as root or by sudo), the virtual environment

$(VENV)/.packages: requirements/debian.txt make/install-debian-packages
	$(if $(filter yes,$(PACKAGES)),make/install-debian-packages $<)
	mkdir -p $(@D)
	touch $@

$(VENV)/.installed: requirements/dev.txt make/create-venv $(VENV)/.packages
	make/create-venv $(VENV) $<
	touch $@

# The lock must hold on any machine, so the indexes and wheel directories of this one are left out of account.
lock: setup ## Pin the development dependencies anew: requirements/dev.in to requirements/dev.txt
	env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null \
	  CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/bin/pip-compile --quiet --upgrade --strip-extras --allow-unsafe --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	  --output-file requirements/dev.txt requirements/dev.in
