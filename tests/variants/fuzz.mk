# libFuzzer's targets (tests/fuzz): clang counts which edges an input takes, and both sanitizers
# look on. Only the targets are linked with libFuzzer's own main.
CC := clang
override CFLAGS += -O1 -g1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
