/* common/base/sched.c: one baton, first in first out, and a clock that jumps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/wait.h>

#include "tests/unit/base/simulation.h"
#include "tests/unit/resources.h"

/* ---- the baton ---- */

static void tell_thrice(void *arg)
{
    for (int i = 0; i < 3; i++) {
        tell(*(char *)arg);
        sched_point();
    }
}

static void the_baton_passes_first_in_first_out(void **state)
{
    (void)state;
    run_all(4, tell_thrice);
    assert_string_equal(story.text, "abcdabcdabcd");
}

static void a_thread_keeps_the_baton_until_it_blocks(void **state)
{
    (void)state;
    struct thread *thread = start("a", tell_thrice, "a");
    tell('m');
    tell('m');
    thread_join(thread);
    assert_string_equal(story.text, "mmaaa");
}

static void main_takes_its_turn_like_any_other(void **state)
{
    (void)state;
    struct thread *thread = start("a", tell_thrice, "a");
    tell_thrice("m");
    thread_join(thread);
    assert_string_equal(story.text, "mamama");
}

static struct monitor table;
static int cakes;

/* Eats, sleeps, polls and waits for its turn: a little of everything. */
static void dine(void *arg)
{
    char letter = *(char *)arg;
    thread_sleep_until(clock_now() + MS(letter % 3));
    for (int i = 0; i < 5; i++) {
        monitor_enter(&table);
        while (cakes == 0 && monitor_wait(&table, clock_now() + letter % 5))
            ;
        cakes = cakes > 0 ? cakes - 1 : letter % 4;
        tell(letter);
        tell((char)('0' + clock_now() % 10));
        monitor_wake(&table);
        monitor_leave(&table);
        sched_point();
    }
}

static void a_hundred_runs_are_the_same_run(void **state)
{
    (void)state;
    char first[sizeof(story.text)];
    for (int run = 0; run < 100; run++) {
        begin(NULL);
        monitor_init(&table);
        cakes = 0;
        run_all(8, dine);
        monitor_fini(&table);
        end(NULL);
        if (run == 0)
            memcpy(first, story.text, sizeof(first));
        assert_string_equal(story.text, first);
    }
    assert_int_equal(strlen(first), 80);
}

/* ---- time ---- */

static void a_minute_asleep_takes_no_time(void **state)
{
    (void)state;
    usec_t real = clock_now();
    begin(NULL);
    usec_t virtual = clock_now();
    thread_sleep_until(virtual + SECONDS(60));
    assert_int_equal(clock_now(), virtual + SECONDS(60));
    end(NULL);
    assert_in_range(clock_now() - real, 0, SECONDS(20));
}

static void sleep_by_letter(void *arg)
{
    char letter = *(char *)arg;
    usec_t when = SECONDS(10 + 'h' - letter);
    thread_sleep_until(when);
    if (clock_now() == when)
        tell(letter);
}

static void time_jumps_to_the_earliest_deadline(void **state)
{
    (void)state;
    run_all(5, sleep_by_letter);
    assert_string_equal(story.text, "edcba");
}

static void sleep_together(void *arg)
{
    thread_sleep_until(SECONDS(10));
    tell(*(char *)arg);
}

static void equal_deadlines_wake_in_order_of_arrival(void **state)
{
    (void)state;
    run_all(8, sleep_together);
    assert_string_equal(story.text, "abcdefgh");
}

static bool flag;

static void raise_flag_later(void *arg)
{
    (void)arg;
    thread_sleep_until(clock_now() + MS(1));
    flag = true;
}

static void a_loop_that_polls_moves_the_clock_on(void **state)
{
    (void)state;
    flag = false;
    int polls = 0;
    struct thread *thread = start("later", raise_flag_later, NULL);
    for (; !flag; polls++)
        sched_point();
    thread_join(thread);
    assert_int_equal(polls, 1001); /* the first one lets the thread fall asleep */
}

static void a_wait_takes_a_microsecond_even_when_its_deadline_has_passed(void **state)
{
    (void)state;
    struct monitor monitor;
    monitor_init(&monitor);
    usec_t start_us = clock_now();
    thread_sleep_until(0);
    assert_int_equal(clock_now(), start_us + 1);
    monitor_enter(&monitor);
    assert_false(monitor_wait(&monitor, start_us));
    monitor_leave(&monitor);
    assert_int_equal(clock_now(), start_us + 2);
    monitor_fini(&monitor);
}

static void the_real_clock_is_back_after_the_end(void **state)
{
    (void)state;
    usec_t before = clock_now();
    begin(NULL);
    thread_sleep_until(clock_now() + SECONDS(1000000000));
    end(NULL);
    assert_false(sched_is_virtual());
    assert_in_range(clock_now() - before, 0, SECONDS(20));
}

/* ---- handlers ---- */

/* Tells its letter at `next`, then every `period`, `left` times in all. */
struct ticker {
    struct sched_handler handler;
    usec_t next, period;
    int left;
    char letter;
};

static usec_t ticker_deadline(void *arg)
{
    const struct ticker *ticker = arg;
    return ticker->left > 0 ? ticker->next : NEVER;
}

static void ticker_run(void *arg, usec_t now)
{
    struct ticker *ticker = arg;
    tell(now == ticker->next ? ticker->letter : '!');
    ticker->next += ticker->period;
    ticker->left--;
}

static void ticker_add(struct ticker *ticker, char letter, usec_t period)
{
    *ticker = (struct ticker){.letter = letter, .left = 3, .period = period};
    ticker->next = clock_now() + period;
    ticker->handler = (struct sched_handler){
        .name = "ticker", .deadline = ticker_deadline, .run = ticker_run, .arg = ticker};
    sched_add_handler(&ticker->handler);
}

static void handlers_run_at_their_deadlines_while_all_sleep(void **state)
{
    (void)state;
    struct ticker fast, slow;
    ticker_add(&slow, 's', MS(3));
    ticker_add(&fast, 'f', MS(2));
    thread_sleep_until(clock_now() + MS(3));
    tell('m');
    thread_sleep_until(clock_now() + MS(100));
    assert_string_equal(story.text, "fsmfsfs"); /* at 6 ms both, in the order added */
    sched_remove_handler(&slow.handler);
    sched_remove_handler(&fast.handler);
}

static void handlers_are_punctual_while_threads_are_busy(void **state)
{
    (void)state;
    struct ticker ticker;
    ticker_add(&ticker, 't', 10);
    for (int i = 0; i < 29; i++)
        sched_point();
    assert_string_equal(story.text, "tt");
    sched_point();
    assert_string_equal(story.text, "ttt");
    sched_remove_handler(&ticker.handler);
}

/* ---- reports ---- */

/* Runs `scene` in a simulation in a child; gives its exit code and what it wrote to stderr. */
static int run_in_child(void (*scene)(void), char *text, size_t cap)
{
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        sched_begin(1);
        scene();
        _exit(0);
    }
    close(ends[1]);
    FILE *in = fdopen(ends[0], "r");
    text[fread(text, 1, cap - 1, in)] = '\0';
    fclose(in);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void receive_for_ever(void *arg)
{
    (void)arg;
    struct monitor monitor;
    monitor_init(&monitor);
    monitor_enter(&monitor);
    thread_waiting_in("recv", 3);
    for (;;)
        monitor_wait(&monitor, NEVER);
}

static void enter_table(void *arg)
{
    (void)arg;
    monitor_enter(&table);
    monitor_leave(&table);
}

static void wait_at_table(void *arg)
{
    (void)arg;
    monitor_enter(&table);
    monitor_wait(&table, NEVER);
}

static void everybody_waits(void)
{
    monitor_init(&table);
    struct thread *receiver = start("receiver", receive_for_ever, NULL);
    start("guest", wait_at_table, NULL);
    thread_sleep_until(SECONDS(2));
    monitor_enter(&table);
    monitor_wake(&table);
    start("latecomer", enter_table, NULL);
    thread_join(receiver);
}

static void a_deadlock_names_every_thread_and_what_it_waits_in(void **state)
{
    (void)state;
    char report[512];
    assert_int_equal(run_in_child(everybody_waits, report, sizeof(report)), 1);
    assert_string_equal(
        report, "simulation stopped at 2000000 us: every thread waits, and no deadline is left\n"
                "  main: waits for the end of receiver\n"
                "  receiver: recv(3), waits to be woken\n"
                "  guest: waits to enter a monitor held by main\n"
                "  latecomer: waits to enter a monitor held by main\n");
}

static void exit_with_five(const char *report)
{
    fputs(strstr(report, "receiver") ? "hooked" : "lost", stderr);
    _exit(5);
}

static void everybody_waits_hooked(void)
{
    sched_on_deadlock(exit_with_five);
    everybody_waits();
}

static void a_hook_gets_the_report(void **state)
{
    (void)state;
    char report[512];
    assert_int_equal(run_in_child(everybody_waits_hooked, report, sizeof(report)), 5);
    assert_string_equal(report, "hooked");
}

static void time_cannot_pass(void)
{
    struct ticker ticker;
    ticker_add(&ticker, 't', 0);
    ticker.left = INT_MAX;
    thread_sleep_until(SECONDS(2));
}

static void a_handler_that_is_always_due_is_reported(void **state)
{
    (void)state;
    char report[512];
    assert_int_equal(run_in_child(time_cannot_pass, report, sizeof(report)), 1);
    assert_non_null(strstr(report, "time stands still, because always due is ticker\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SIMULATED(the_baton_passes_first_in_first_out),
        SIMULATED(a_thread_keeps_the_baton_until_it_blocks),
        SIMULATED(main_takes_its_turn_like_any_other),
        cmocka_unit_test(a_hundred_runs_are_the_same_run),
        cmocka_unit_test(a_minute_asleep_takes_no_time),
        SIMULATED(time_jumps_to_the_earliest_deadline),
        SIMULATED(equal_deadlines_wake_in_order_of_arrival),
        SIMULATED(a_loop_that_polls_moves_the_clock_on),
        SIMULATED(a_wait_takes_a_microsecond_even_when_its_deadline_has_passed),
        cmocka_unit_test(the_real_clock_is_back_after_the_end),
        SIMULATED(handlers_run_at_their_deadlines_while_all_sleep),
        SIMULATED(handlers_are_punctual_while_threads_are_busy),
        cmocka_unit_test(a_deadlock_names_every_thread_and_what_it_waits_in),
        cmocka_unit_test(a_hook_gets_the_report),
        cmocka_unit_test(a_handler_that_is_always_due_is_reported),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
