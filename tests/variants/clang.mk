# The second compiler: what gcc does not warn about. Only its opinion is asked for, so in a hurry.
CC := clang
CFLAGS := -O0
