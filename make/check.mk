# SPDX-License-Identifier: GPL-3.0-or-later
# Everything that can say no. Each target stands by itself; test and test-full run them as stages and sum up.

# "+" begins what goes on beside the ones before it: an emulated host leaves half of the other processor, and neither lint nor
# sanity has work for two.
STAGES := unit contract + lint sanity + molecule
FULL_STAGES := $(filter-out + molecule,$(STAGES)) sweeps fuzz-parsers molecule-suites molecule-uefi fuzz-suites
WORKERS ?= 2
# In the order in which they build on each other.
SCENARIOS := host guests
MORE_SCENARIOS := live many lab libxl deaths operations boot network storage
# The host of a machine with UEFI has scenarios of its own.
UEFI_SCENARIOS := host uefi
FIRMWARE ?= bios
TEST_LAB := $(SUITE)$(if $(filter uefi,$(FIRMWARE)),-uefi)
LINTERS := lint-python lint-types lint-shell lint-yaml lint-ansible lint-changelog lint-docs lint-house

# Properties of what reads texts; the tests that give no number of their own take that of the profile in tests/unit/conftest.py.
PARSER_TESTS := tests/unit/config/test_hostile_texts.py tests/unit/config/test_respelled_texts.py

# How many configurations are compared with the real xl, which, and with the xl of what: empty for the release of Debian, or a package
# that "make xen" has made in the Debian release of SUITE, as the role xen_lab takes it.
COUNT ?= 2000
SEED ?= 1
XEN ?=
FUZZ_DIR := $(CURDIR)/.lab/fuzz/$(SUITE)
FUZZ_LAB := -e xen_lab_state_dir=$(FUZZ_DIR) -e xen_lab_suite=$(SUITE) -e xen_lab_xen=$(XEN) -e '{"xen_lab_hosts": [{"name": "fuzz"}]}'
FUZZ_HOST := --inventory $(FUZZ_DIR)/inventory.yml --host fuzz

OPTIONS_LAB := -e xen_lab_state_dir=$(CURDIR)/.lab/options -e xen_lab_suite=$(SUITE) -e '{"xen_lab_hosts": [{"name": "options"}], \
  "xen_lab_memory": 4096, "xen_lab_dom0_memory": 2048, "xen_lab_extra_packages": ["qemu-system-xen", "qemu-utils"]}'
ONLY ?=

.PHONY: test test-full lint $(LINTERS) unit contract sweeps sanity molecule molecule-all molecule-suites \
  molecule-bookworm molecule-trixie molecule-uefi fuzz fuzz-suites fuzz-bookworm fuzz-trixie fuzz-parsers options

test: setup ## Every tier that a change must pass, on one emulated host
	python -B tests/tools/stages.py $(STAGES)

test-full: setup ## The same, every supported Debian release, and long fuzzing
	python -B tests/tools/stages.py $(FULL_STAGES)

lint: $(LINTERS) ## All linters and type checks

lint-python: setup
	ruff check .
	ruff format --check .

lint-types: setup
	mypy --package ansible_collections.xlops.xen.plugins.module_utils

lint-shell: setup
	shellcheck --severity=warning $(shell git grep --untracked -lE '^#!.*\b(ba)?sh$$' -- ':!*.md' ':!*.py')

lint-yaml: setup
	yamllint --strict .

lint-ansible: setup
	ansible-lint --nocolor

lint-changelog: setup
	antsibull-changelog lint

lint-docs: setup
	antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=dependent --disallow-unknown-collection-refs .
	python tests/tools/role_readme.py --check

lint-house: setup
	python tests/tools/house_rules.py

unit: setup ## Unit tests with coverage; the collection built, installed and used from there
	pytest -n $(WORKERS) --dist worksteal -m 'not sweep and not uncovered' --cov --cov-report=term tests/unit
	coverage json -q -o - | python tests/tools/branch_coverage.py
	pytest -n $(WORKERS) --dist worksteal -m 'not sweep and uncovered' tests/unit

contract: setup ## The modules against a stand-in for xl that fails, hangs and lies
	pytest -n $(WORKERS) --dist worksteal -m 'not sweep' tests/contract

sweeps: setup ## The tests that go through all there is of something, for minutes each
	pytest -n $(WORKERS) --dist worksteal -m sweep tests

sanity: setup ## ansible-test sanity on the built and installed collection, without ignore files
	python tests/tools/sanity.py

# Molecule keeps its state below the home directory by the clone's last name, where clones of one name would meet; and a run
# that was killed leaves its host and a state that says "created" behind.
molecule: setup ## The scenarios on an emulated Xen host (SUITE=trixie for Debian 13, FIRMWARE=uefi)
	mkdir -p .lab
	exec 9> .lab/molecule-$(TEST_LAB).lock; \
	  flock --nonblock 9 || { echo "Another run of the scenarios is at work in $(CURDIR), on the same host." >&2; exit 1; }; \
	  rm -rf build/molecule/$(TEST_LAB); \
	  for lab in $(TEST_LAB) $(TEST_LAB)-pair; do \
	    ansible-playbook playbooks/lab_down.yml -e xen_lab_state_dir=$(CURDIR)/.lab/test/$$lab; \
	  done; \
	  XLOPS_TEST_SUITE=$(SUITE) XLOPS_TEST_FIRMWARE=$(FIRMWARE) XLOPS_TEST_LAB=$(TEST_LAB) \
	  MOLECULE_GLOB='molecule/*/molecule.yml' MOLECULE_EPHEMERAL_DIRECTORY=$(CURDIR)/build/molecule/$(TEST_LAB) \
	  molecule test --no-command-borders $(addprefix --scenario-name=,$(SCENARIOS))

molecule-all:
	$(MAKE) molecule SCENARIOS='$(SCENARIOS) $(MORE_SCENARIOS)'

# An emulated host that boots wants more than one processor: two of them beside each other take longer than one after the other.
molecule-suites: setup ## Every scenario on every supported Debian release
	$(MAKE) --keep-going --jobs=1 molecule-bookworm molecule-trixie

molecule-bookworm molecule-trixie: molecule-%: setup
	mkdir -p build
	$(MAKE) molecule-all SUITE=$* 2>&1 | tee build/molecule-$*.log | sed --unbuffered 's/^/$*: /'

molecule-uefi: setup ## A machine with UEFI: GRUB, and the hypervisor's own EFI image
	$(MAKE) molecule FIRMWARE=uefi SCENARIOS='$(UEFI_SCENARIOS)'

fuzz: setup ## Compare with the real xl on an emulated host (SUITE=bookworm or trixie, COUNT=2000, SEED=1, XEN=build:/a/package.deb)
	$(ANSIBLE_PLAYBOOK) playbooks/lab_up.yml $(FUZZ_LAB)
	trap "$(ANSIBLE_PLAYBOOK) playbooks/lab_down.yml -e xen_lab_state_dir=$(FUZZ_DIR)" EXIT; \
	  failed=0; \
	  python -B tests/fuzz/differential.py $(FUZZ_HOST) --count $(COUNT) --seed $(SEED) || failed=1; \
	  python -B tests/fuzz/differential.py $(FUZZ_HOST) --count $(COUNT) --seed $(SEED) --respelled || failed=1; \
	  python -B tests/fuzz/lint_against_xl.py $(FUZZ_HOST) || failed=1; \
	  exit $$failed

fuzz-suites: setup ## The same on every supported Debian release
	$(MAKE) --keep-going --jobs=1 fuzz-bookworm fuzz-trixie

fuzz-bookworm fuzz-trixie: fuzz-%: setup
	$(MAKE) fuzz SUITE=$* 2>&1 | sed --unbuffered 's/^/$*: /'

fuzz-parsers: setup ## Hostile and respelled texts for what reads them, twenty times as many as in the unit tests; no host
	pytest -n $(WORKERS) --hypothesis-profile=long $(PARSER_TESTS)

options: setup ## Make a guest with each option on an emulated host (SUITE=bookworm or trixie, ONLY='memory vif')
	$(ANSIBLE_PLAYBOOK) playbooks/lab_up.yml $(OPTIONS_LAB)
	trap "$(ANSIBLE_PLAYBOOK) playbooks/lab_down.yml -e xen_lab_state_dir=$(CURDIR)/.lab/options" EXIT; \
	  python -B tests/options/real_host.py --inventory $(CURDIR)/.lab/options/inventory.yml --host options $(if $(ONLY),--only $(ONLY))
