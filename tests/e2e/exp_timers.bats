#!/usr/bin/env bats
# exp-timers: all the deadlines of one connection.

load helpers
load every_stack

setup_file() {
    play_on_every_stack exp-timers
}

@test "each timer shows by what is sent when it has run out, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.life | .syn_ms >= 1000 and .data_ms >= 200 and .persist_ms >= 200'
    done
    # From a segment's arrival on, so that lateness makes it longer and never shorter; the kernel
    # counts in ticks, of 10 ms at most.
    holds kernel '.life | .delack_ms >= 30 and .keepalive_ms >= 990'
    for stack in own sim; do
        holds "$stack" '.life | .delack_ms >= 40 and .keepalive_ms >= 1000'
    done
}

@test "our own stack tells which ones ran out" {
    for stack in own sim; do
        holds "$stack" '.life.told | test("^rto rto delack.* persist .*keepalive")'
        holds "$stack" '.forsaken.told == "fin-wait-2"'
    done
    holds sim '.life.told | endswith("time-wait")'
}

@test "TIME_WAIT and FIN_WAIT_2 have a minute to go, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.life | .time_wait_left_ms > 55000 and .time_wait_left_ms <= 60000'
        holds "$stack" '.life | .fin_wait_2_left_ms > 55000 and .fin_wait_2_left_ms <= 60000'
    done
}

@test "a FIN_WAIT_2 that nobody owns is over after tcp_fin_timeout, on every stack" {
    for stack in kernel own sim; do
        holds "$stack" '.forsaken | .fin_wait_2_ms >= 990 and .resets == 1'
    done
}

@test "simulated, every time is exact" {
    holds sim '.life | [.syn_ms, .data_ms, .delack_ms, .persist_ms, .keepalive_ms]
        == [1000, 1000, 40, 1000, 1000]'
    holds sim '.life.time_wait_ms == 60000 and .forsaken.fin_wait_2_ms == 1000'
}

@test "the line of time has a row for each timer, in either language" {
    run program exp-timers --stack sim --scene life --ascii
    assert_success
    assert_line --regexp '^  SYN sent again +\|-+\* +1000 ms$'
    assert_line --regexp '^  FIN_WAIT_2 +\|-+\| +210 ms$'
    assert_line --regexp '^  TIME_WAIT +\|-+>$'
    run program exp-timers --stack sim --scene life --lang zh
    assert_success
    assert_line --regexp '^  延迟应答 +├─*● +40 ms$'
}

@test "a scene that there is not: exit 2" {
    run program exp-timers --scene death
    assert_failure 2
    assert_output --partial '--help'
}
