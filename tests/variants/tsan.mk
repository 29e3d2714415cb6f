# ThreadSanitizer, the race gate. Programs run under `setarch -R`.
CFLAGS += -O1 -fsanitize=thread
