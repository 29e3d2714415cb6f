# AddressSanitizer and UndefinedBehaviorSanitizer: every finding ends the program.
override CFLAGS += -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all
