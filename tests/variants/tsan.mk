# ThreadSanitizer, the race gate. Programs run under `setarch -R`.
override CFLAGS += -O1 -g1 -fsanitize=thread

# The core has no threads, so there is nothing to find in its tests and stories.
NOT_TESTED := tests/unit/tcp/% tests/unit/packet/% tests/story/%
