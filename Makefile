# twinstack: the one place that builds, tests and runs everything. `make help` lists the targets.
#
# Sources are found, not listed: a new file is built by being there.
#   common/*/*.c          -> one library         server/X_main.c -> bin/X-server
#   labs/tools/X.c        -> bin/X               client/X_main.c -> bin/X-client
#   experiments/X.c       -> bin/exp-X           tests/unit/D/test_X.c -> tests/unit/D/test_X
#   (an experiments/X.c with an X.h beside it is shared code, not a program)
# VARIANT=asan|tsan|clang builds a second tree under build/VARIANT.

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DEFAULT_GOAL := all

O := build$(if $(VARIANT),/$(VARIANT))

CC      := gcc
STD     := -std=c11
CFLAGS  := -O2 -g -fno-omit-frame-pointer
# What goes into a shared object is compiled as everything else is, and only once.
PIC     := -fPIC -fvisibility=hidden
Q       := @
WARN    := -Wall -Wextra -Wshadow -Wconversion -Werror
LDLIBS  := -lmnl -lnettle -lm -pthread
ifdef VARIANT
include tests/variants/$(VARIANT).mk
endif
# gold links in half the time; clang's sanitizers do not get on with it.
LDFLAGS := $(if $(filter fuzz,$(VARIANT)),,$(and $(shell command -v ld.gold),-fuse-ld=gold))

CPPFLAGS = -Icommon -I. $(if $(filter $(PURE),$(dir $<)),,-D_GNU_SOURCE)
PURE    := common/tcp/ common/packet/

shared    := $(patsubst %.h,%.c,$(wildcard experiments/*.h))
lib_src   := $(wildcard common/*/*.c)
role_src  := $(filter-out %_main.c,$(wildcard server/*.c client/*.c)) $(filter $(shared),$(wildcard experiments/*.c))
test_src  := $(filter-out $(NOT_TESTED),$(wildcard tests/unit/*/test_*.c tests/story/test_*.c))
obj        = $(patsubst %.c,$(O)/obj/%.o,$(1))

lib   := $(O)/lib/libtwinstack.a
roles := $(O)/lib/libroles.a
exps  := $(patsubst experiments/%.c,$(O)/bin/exp-%,$(filter-out $(shared),$(wildcard experiments/*.c)))
bins  := $(patsubst server/%_main.c,$(O)/bin/%-server,$(wildcard server/*_main.c)) \
         $(patsubst client/%_main.c,$(O)/bin/%-client,$(wildcard client/*_main.c)) $(exps) \
         $(patsubst labs/tools/%.c,$(O)/bin/%,$(wildcard labs/tools/*.c))
tests := $(patsubst %.c,$(O)/%,$(test_src))
core_tests := $(filter $(addprefix $(O)/tests/,unit/tcp/% unit/packet/% unit/stack/% story/%),$(tests))

# The stack as a shared object for packetdrill, and who plays that tool's part in our tests.
pd_lib  := $(O)/lib/libtwinstack_pd.so
pd_play := $(O)/tests/packetdrill/play
pd_src  := $(wildcard $(patsubst %,common/%/*.c,base packet tcp link stack packetdrill))
# The kernel's TCP behind the same table.
kpd_lib := $(O)/lib/libkernel_pd.so
kpd_src := $(wildcard common/base/*.c tests/packetdrill/kernel/*.c) \
           $(patsubst %,common/testbed/%.c,enter netlink netns sysctl)

# Asks the kernel's TCP and ours the same questions.
diff_play := $(O)/tests/differential/play

# Built with VARIANT=fuzz alone. What is no target is shared by all of them.
fuzz_src    := $(wildcard tests/fuzz/fuzz_*.c)
fuzz_bins   := $(patsubst tests/fuzz/fuzz_%.c,$(O)/fuzz/%,$(fuzz_src))
fuzz_shared := $(filter-out $(fuzz_src) tests/fuzz/seeds.c,$(wildcard tests/fuzz/*.c)) \
               $(filter-out %/play.c,$(wildcard tests/packetdrill/*.c))

##@ Look around
help: ## List every target
	@awk -f .ci/help.awk $(MAKEFILE_LIST)

doctor: $(O)/bin/doctor ## Say what this machine can run, and the line that mends what it cannot
	@$<

##@ Build
all: $(bins) ## Build every program into build/bin
deps: ## Install the Debian packages that are missing (build, test and tools)
	@.ci/deps build test tools
deps-build: ; @.ci/deps build
deps-test: ; @.ci/deps build test
build-tests: $(tests) $(if $(VARIANT),,$(pd_play) $(pd_lib) $(diff_play)) ## Build every test program
packetdrill: $(pd_lib) ## Build the stack as the tool packetdrill loads it: build/lib/libtwinstack_pd.so
clean: ## Remove build/
	rm -rf build
compile-db: ## Write build/compile_commands.json, for editors and clang-tidy
	@mkdir -p build
	@.ci/compile-commands $$(git ls-files "common/*.c" "server/*.c" "client/*.c" "experiments/*.c" "labs/tools/*.c") > build/compile_commands.json

##@ Run
exp_options = $(if $(STACK),--stack $(STACK)) $(if $(SEED),--seed $(SEED)) $(if $(TEXT),--lang $(TEXT)) $(ARGS)
demo: $(O)/bin/demo ## Send a file (FILE=path) through echo and back, over every pair of stacks
	@$< $(if $(FILE),--file "$(FILE)") $(ARGS)
bench: $(O)/bin/bench ## Measure the own stack beside the kernel's, and hold it to its floors
	@$< $(ARGS)
interop: $(O)/bin/interop ## Our own stack and the kernel's send to each other over bad wires (ARGS="loss-1-10ms --seeds 1")
	@$< $(ARGS)
exp-list: $(exps) ## List the experiments
	@for experiment in $(sort $^); do $$experiment --help | head -n 1; done
exp-all: $(O)/bin/exp-all $(exps) ## Run them all, side by side, and say what came of it (STACK=sim, SEED=7)
	@$< $(exp_options)
claims: $(O)/bin/exp-all $(exps) ## Settle each statement of the source text on this machine (TEXT=zh, STACK=sim)
	@$< --claims $(exp_options)
exp-%: $(O)/bin/exp-% ## Run one experiment: make exp-echo (STACK=sim, SEED=7, TEXT=zh, ARGS="...")
	@$< $(exp_options)

##@ Teach
graded = $(wildcard labs/$(LAB)-*/grade.bats)
grade: deps-test ## Check a student's work: make grade LAB=00 DIR=my-echo
	@test -n "$(DIR)" || { echo "grade: say where the work is: make grade LAB=00 DIR=my-echo" >&2; exit 2; }
	@test -n "$(graded)" || { echo "grade: no grading for lab '$(LAB)', only for: $(patsubst labs/%/grade.bats,%,$(wildcard labs/*/grade.bats))" >&2; exit 2; }
	@DIR="$(abspath $(DIR))" BATS_LIB_PATH=$${BATS_LIB_PATH:-/usr/lib/bats} bats $(graded)

##@ Test
test: deps-test ## Everything: unit, end to end, style, sanitizers, memcheck
	@tests/run all
check: deps-test ## The quick part, under a minute
	@tests/run quick
conformance: deps-test ## Go through RFC 9293's requirements, one by one, and say which are met (ARGS=--long)
	@tests/conformance/run $(ARGS)
packetdrill-test: $(pd_lib) $(kpd_lib) $(pd_play) ## Play the scripts of tests/packetdrill against it (or SCRIPTS="a.pkt b.pkt"; STACK=kernel: what does Linux say?)
	@$(pd_play) $(if $(filter kernel,$(STACK)),--kernel $(kpd_lib),$(pd_lib)) $(or $(SCRIPTS),$(wildcard tests/packetdrill/*.pkt))
mutants: deps-test $(core_tests) ## Break the core line by line: which test notices? (MUTANT=name, SAMPLE=20, SEED=7)
	@tests/mutants/run $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED)) $(MUTANT)
fuzz: deps-test ## Throw octets at every parser and at the whole stack: make fuzz SECONDS=60 (TARGET=stack)
	@tests/fuzz/run $(or $(SECONDS),60) $(TARGET)
fuzz-targets: $(fuzz_bins)
differential: $(diff_play) ## Random segments to the kernel's TCP and to ours: where do they differ, and why? (SEEDS=200, SEED=1)
	@$< tests/differential/divergences.txt $(or $(SEEDS),200) $(SEED)
style: deps-test ## Formatting, lengths, include directions, linters
	@tests/run style
format: ## Rewrite the sources as clang-format and shfmt want them
	@clang-format -i $$(git ls-files '*.c' '*.h')
	@shfmt -w $$(.ci/shell-files)

# What is missing on a bare machine is installed before the first file is compiled.
$(call obj,$(lib_src) $(role_src) $(kpd_src)): | deps-build
$(call obj,$(test_src)): | deps-test

$(O)/obj/experiments/claims.o: experiments/claims.txt # which it contains

# Flags may have changed with the Makefile.
$(O)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC $@"
	$(Q)$(CC) $(STD) $(CPPFLAGS) $(CFLAGS) $(PIC) $(WARN) -MMD -MP -c $< -o $@

$(lib): $(call obj,$(lib_src))
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)ar rcs $@ $^
$(roles): $(call obj,$(role_src))
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(pd_lib): $(call obj,$(pd_src))
	@mkdir -p $(@D)
	@echo "  LD $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -o $@ $^ -pthread
$(kpd_lib): $(call obj,$(kpd_src))
	@mkdir -p $(@D)
	@echo "  LD $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -o $@ $^ -lmnl -pthread

define link
	@mkdir -p $(@D)
	@echo "  LD $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(LDLIBS)
endef

$(O)/bin/%-server: $(O)/obj/server/%_main.o $(roles) $(lib)
	$(link)
$(O)/bin/%-client: $(O)/obj/client/%_main.o $(roles) $(lib)
	$(link)
$(O)/bin/exp-%: $(O)/obj/experiments/%.o $(roles) $(lib)
	$(link)
$(O)/bin/exp-time-wait $(O)/bin/exp-abnormal-end: | $(O)/bin/echo-server # which it starts, kills, and starts again
$(O)/bin/%: $(O)/obj/labs/tools/%.o $(roles) $(lib)
	$(link)
$(O)/tests/unit/%: LDLIBS += -lcmocka
$(O)/tests/unit/%: $(O)/obj/tests/unit/%.o $(roles) $(lib)
	$(link)
$(O)/tests/story/%: LDLIBS += -lcmocka
$(O)/tests/story/%: $(O)/obj/tests/story/%.o $(call obj,$(filter-out tests/story/test_%,$(wildcard tests/story/*.c))) $(lib)
	$(link)

$(pd_play): $(call obj,$(wildcard tests/packetdrill/*.c)) $(lib)
	$(link)

$(diff_play): $(call obj,$(wildcard tests/differential/*.c)) $(lib)
	$(link)

ifeq ($(VARIANT),fuzz)
$(O)/lib/libfuzz.a: $(call obj,$(fuzz_shared))
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)ar rcs $@ $^
$(O)/fuzz/%: LDFLAGS += -fsanitize=fuzzer
$(O)/fuzz/%: $(O)/obj/tests/fuzz/fuzz_%.o $(O)/lib/libfuzz.a $(roles) $(lib)
	$(link)
endif
$(O)/tests/fuzz/seeds: $(O)/obj/tests/fuzz/seeds.o $(lib)
	$(link)

.PHONY: differential fuzz fuzz-targets help conformance packetdrill packetdrill-test doctor bench interop all claims exp-all deps deps-build deps-test build-tests clean compile-db demo exp-list grade test check mutants style format
.SECONDARY:
-include $(shell find $(O)/obj -name '*.d' 2>/dev/null)
