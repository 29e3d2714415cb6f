# AddressSanitizer and UndefinedBehaviorSanitizer: every finding ends the program.
CFLAGS += -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
