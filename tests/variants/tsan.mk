# ThreadSanitizer, the race gate. Programs run under `setarch -R`.
override CFLAGS += -O1 -g1 -fsanitize=thread
