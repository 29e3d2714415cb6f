#!/usr/bin/env bats
# What the tree looks like: names, lengths, include directions, purity. Each rule is told by its test.

bats_load_library bats-support
bats_load_library bats-assert

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return
}

c_files() {
    git ls-files '*.c' '*.h' | grep -v '^labs/.*/starter/'
}

# No output is agreement; otherwise the lines say what is wrong.
assert_silent() {
    run "$@"
    assert_output ''
}

@test "the top level holds exactly what the user fixed" {
    run bash -c "git ls-files | cut -d/ -f1 | grep -v '^\.' | sort -u | tr '\n' ' '"
    assert_output "Makefile README.md client common experiments labs server tests "
}

@test "no function has more than 50 lines and the median is 12 or fewer" {
    run bash -c "git ls-files '*.c' '*.h' | grep -v -e '^labs/.*/starter/' -e '^tests/' |
        ctags -L - --languages=C --kinds-C=f --fields=+ne -f - | awk -f tests/style/sizes.awk"
    assert_line --regexp '^median ([0-9]|1[0-2])$'
    refute_line --partial 'the limit is 50'
}

@test "no test function has more than 50 lines" {
    run bash -c "git ls-files 'tests/*.c' |
        ctags -L - --languages=C --kinds-C=f --fields=+ne -f - | awk -f tests/style/sizes.awk"
    refute_line --partial 'the limit is 50'
}

@test "no file has more than 400 lines and no header of the library more than 100" {
    too_long() {
        c_files | xargs wc -l | awk '$2 != "total" && $1 > ($2 ~ /\.h$/ && $2 !~ /^tests\// ? 100 : 400)'
    }
    assert_silent too_long
}

@test "includes point only the way tests/style/includes.table says" {
    wrong_way() {
        c_files | xargs awk -f tests/style/includes.awk tests/style/includes.table
    }
    assert_silent wrong_way
}

@test "nobody but tcp/state.c assigns a state" {
    assigned() {
        git grep -nE '(->|\.)state = ' -- common/tcp | grep -v '^common/tcp/state\.c:' || true
    }
    assert_silent assigned
}

@test "every core and packet file has a unit test, or names the story that tells it" {
    untested() {
        local file name
        for file in $(git ls-files 'common/tcp/*.c' 'common/packet/*.c'); do
            name=$(basename "$file" .c)
            git ls-files "tests/unit/*/test_$name.c" | grep -q . ||
                head -n 12 "$file" | grep -q 'tests/\(story\|unit\)/.*\.c' ||
                echo "$file has no test"
        done
    }
    assert_silent untested
}

@test "every mutant's line stands in its file exactly once, and every core file has a mutant" {
    run tests/mutants/run --check
    assert_success
    assert_output ''
}

@test "every core file opens with problem, rule, RFC and where it is seen" {
    incomplete() {
        local file fact
        for file in $(git ls-files 'common/tcp/*.c'); do
            for fact in '/* The problem: ' ' * The rule: ' ' * RFC' ' * Seen in: '; do
                head -n 14 "$file" | grep -qF "$fact" || echo "$file lacks '$fact'"
            done
        done
    }
    assert_silent incomplete
}

@test "every core file has a row in the README's map, and what the README names exists" {
    unmapped() {
        local path
        for path in $(git ls-files 'common/tcp/*.c'); do
            grep -q "^| .*\`$path\`" README.md || echo "README's map has no row for $path"
        done
        grep -oE '\b(tests|common|server|client|experiments|labs)/[a-z0-9_/-]+\.(c|h|bats|table|md)\b' README.md |
            sort -u | while read -r path; do
            [[ -e $path ]] || echo "README names $path, which does not exist"
        done
    }
    assert_silent unmapped
}

@test "the paths that head comments name exist" {
    missing() {
        local path
        git grep -hoE '\b(tests|common|server|client|experiments|labs)/[a-z0-9_/]+\.(c|h|bats|table|awk)\b' \
            -- '*.c' '*.h' | sort -u | while read -r path; do
            [[ -e $path ]] || echo "$path is named in a comment and does not exist"
        done
    }
    assert_silent missing
}

@test "every constant of tcp/params.h cites its section" {
    uncited() {
        [[ ! -e common/tcp/params.h ]] || awk -f tests/style/params.awk common/tcp/params.h
    }
    assert_silent uncited
}

@test "the joined core needs only mem* and assert, and holds no mutable data" {
    run tests/style/purity
    assert_success
    assert_output ''
}

@test "no word marks a stub" {
    stubs() {
        git grep -nEi '\b(TODO|FIXME|XXX|HACK)\b' -- '*.c' '*.h' Makefile || true
    }
    assert_silent stubs
}

@test "no server and no client sends urgent data or changes its marks" {
    marks() {
        git grep -nE 'NET_OOB|NET_IP_TOS' -- server client || true
    }
    assert_silent marks
}
