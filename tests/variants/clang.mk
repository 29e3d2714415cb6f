# The second compiler: what gcc does not warn about.
CC := clang
