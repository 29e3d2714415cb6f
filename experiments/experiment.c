/* The shape of all experiments: options in, scenes on testbeds, ladders and words out. */
#include "experiments/experiment.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "experiments/plots.h"
#include "experiments/settle.h"
#include "experiments/setup.h"
#include "testbed/options.h"
#include "trace/options.h"
#include "trace/summary.h"

enum { MOST_PAIRS = 2, MOST_SCENES = 16, MOST_RUNS = MOST_PAIRS * MOST_SCENES };
enum { NAME_MAX_LENGTH = 32 };

/* What the options are read into. */
struct settings {
    struct pair_options stacks;
    struct testbed_config testbed;
    struct trace_options view;
    const char *scene, *out;
    int language; /* enum language */
    bool json;
};

/* One scene on one pair. */
struct run {
    struct stage stage;
    struct trace_log log;
    struct testbed_stats stats;
    char title[2 * NAME_MAX_LENGTH]; /* "scene-pair" */
};

/* Everything one call of the program needs. */
struct show {
    const struct experiment *experiment;
    struct settings settings;
    struct pair pairs[MOST_PAIRS];
    int pair_count;
    bool is_plain; /* on the wire and with the parameters that the experiment chose */
    struct claims claims;
};

static const char *in_language(const struct show *show, struct words words)
{
    return words_in(words, (enum language)show->settings.language);
}

/* ---- running ---- */

static struct testbed_config config_of(const struct show *show, const struct scene *scene,
                                       struct run *run)
{
    struct testbed_config config = show->settings.testbed;
    const struct impairment *usual = &show->experiment->testbed.medium.both;

    config.stack[HOST_A] = run->stage.pair.client;
    config.stack[HOST_B] = run->stage.pair.server;
    config.sink = config.medium.sink = &run->log.sink;
    if (scene->script && !config.medium.script)
        config.medium.script = scene->script;
    if (scene->loss_ppm && config.medium.both.loss_ppm == usual->loss_ppm)
        config.medium.both.loss_ppm = scene->loss_ppm;
    if (scene->delay && config.medium.both.delay == usual->delay)
        config.medium.both.delay = scene->delay;
    if (scene->sysctls)
        config.sysctls = scene->sysctls;
    config.sysctls_of[HOST_A] = scene->sysctls_of[HOST_A];
    config.sysctls_of[HOST_B] = scene->sysctls_of[HOST_B];
    return config;
}

/* What the log tells of every run: filled in after it. */
static int put_counts(struct run *run, struct fault *fault)
{
    struct results *results = &run->stage.results;
    struct trace_summary summary;

    int error = trace_summary_init(&summary, &run->log);
    if (error)
        return fault_errno(fault, error, "cannot count the segments");
    const struct trace_counts *a = &summary.sent[0], *b = &summary.sent[1];
    results_put_number(results, "segments_a", (int64_t)a->segments);
    results_put_number(results, "segments_b", (int64_t)b->segments);
    results_put_number(results, "resent", (int64_t)(a->retransmissions + b->retransmissions));
    results_put_number(results, "resets", (int64_t)(a->resets + b->resets));
    results_put_number(results, "dropped", (int64_t)(a->dropped + b->dropped));
    results_put_bool(results, "noisy", run->stats.latest > MS(20));
    trace_summary_fini(&summary);
    return 0;
}

/* The results that every run begins with. */
static void put_common(const struct show *show, const struct scene *scene, struct run *run)
{
    struct results *results = &run->stage.results;

    results_put_text(results, "experiment", show->experiment->name);
    results_put_text(results, "scene", scene->name);
    results_put_text(results, "stack", pair_name(run->stage.pair));
    results_put_text(results, "congestion", "reno"); /* the testbed pins it on both stacks */
}

static int play(struct show *show, const struct scene *scene, struct run *run, struct fault *fault)
{
    struct stage *stage = &run->stage;
    const struct testbed_config config = config_of(show, scene, run);

    int error = testbed_open(&stage->testbed, &config, fault);
    if (error)
        return error;
    put_common(show, scene, run);
    stage->a = testbed_net(stage->testbed, HOST_A);
    stage->b = testbed_net(stage->testbed, HOST_B);
    stage->seed = config.medium.seed;
    stage->scene = scene->name;
    stage->language = (enum language)show->settings.language;
    stage->sink = config.sink;
    error = scene->play(stage, fault);
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    testbed_get_stats(stage->testbed, &run->stats);
    testbed_close(stage->testbed);
    if (!error)
        error = put_counts(run, fault);
    if (!error && scene->review) {
        error = scene->review(stage, &run->log);
        if (error)
            fault_errno(fault, error, "cannot read the log of the run");
    }
    return error;
}

/* ---- showing ---- */

static void show_ladder(const struct show *show, const struct scene *scene, const struct run *runs,
                        int count)
{
    const struct trace_log *logs[MOST_PAIRS];
    struct ladder_options ladder;

    printf("--- %s: %s\n\n", scene->name, in_language(show, scene->title));
    if (scene->no_ladder)
        return;
    trace_options_ladder(&show->settings.view, stdout, &ladder);
    for (int i = 0; i < count; i++) {
        logs[i] = &runs[i].log;
        ladder.titles[i] = pair_name(runs[i].stage.pair);
    }
    ladder_print(stdout, &ladder, logs, (size_t)count);
    printf("\n");
}

static void show_pictures(const struct show *show, const struct scene *scene,
                          const struct run *runs)
{
    struct ladder_options ladder;

    if (!scene->draw)
        return;
    trace_options_ladder(&show->settings.view, stdout, &ladder);
    const struct page page = {stdout, ladder.ascii, ladder.color,
                              show->settings.language == CHINESE};
    for (int i = 0; i < show->pair_count; i++) {
        printf("%s:\n\n", pair_name(runs[i].stage.pair));
        scene->draw(&runs[i].stage, &runs[i].log, &page);
        printf("\n");
    }
}

static int show_plots(const struct show *show, const struct scene *scene, const struct run *run)
{
    struct plots_place place = {.folder = show->settings.out, .experiment = show->experiment->name};

    trace_options_ladder(&show->settings.view, stdout, &place.look);
    return plots_show(&place, scene, &run->stage, &run->log);
}

static int show_text(const struct show *show, const struct scene *scene, const struct run *runs)
{
    static const struct words saw = {"What you saw", "你看到了什么"};
    int error = 0;

    show_ladder(show, scene, runs, show->pair_count);
    show_pictures(show, scene, runs);
    for (int i = 0; i < show->pair_count && !error; i++)
        error = show_plots(show, scene, &runs[i]);
    for (int i = 0; i < show->pair_count; i++)
        results_print(&runs[i].stage.results, stdout);
    printf("\n%s\n", in_language(show, saw));
    for (int i = 0; i < show->pair_count; i++) {
        printf("  %s: ", pair_name(runs[i].stage.pair));
        results_quote(&runs[i].stage.results, in_language(show, scene->saw), stdout);
        printf("\n");
    }
    printf("\n");
    fflush(stdout);
    return error;
}

/* ---- one scene ---- */

static int run_scene(struct show *show, const struct scene *scene, struct run *runs,
                     struct fault *fault)
{
    for (int i = 0; i < show->pair_count; i++) {
        runs[i].stage.pair = show->pairs[i];
        snprintf(runs[i].title, sizeof runs[i].title, "%s-%s", scene->name,
                 pair_name(show->pairs[i]));
        int error = play(show, scene, &runs[i], fault);
        if (error && runs[i].log.count > 0 && !show->settings.json)
            show_ladder(show, scene, &runs[i], 1); /* what went wrong is worth seeing most */
        if (error)
            return error;
    }
    if (show->settings.json)
        return 0;
    int error = show_text(show, scene, runs);
    return error ? fault_errno(fault, error, "cannot draw what happened") : 0;
}

static int find_scene(const struct show *show, struct fault *fault)
{
    for (size_t i = 0; i < show->experiment->scene_count; i++)
        if (strcmp(show->settings.scene, show->experiment->scenes[i].name) == 0)
            return 0;
    return fault_set(fault, -EINVAL, "no scene '%.30s' here: --help lists them",
                     show->settings.scene);
}

/* ---- the whole ---- */

static bool is_wanted(const struct show *show, const struct scene *scene)
{
    const char *only = show->settings.scene;

    return !only || strcmp(only, scene->name) == 0;
}

/* Plays the scenes into `runs`; `count` becomes the number of runs played. */
static int run_scenes(struct show *show, struct run *runs, size_t *count, struct fault *fault)
{
    const struct experiment *experiment = show->experiment;

    for (size_t i = 0; i < experiment->scene_count; i++) {
        if (!is_wanted(show, &experiment->scenes[i]))
            continue;
        int error = run_scene(show, &experiment->scenes[i], runs + *count, fault);
        if (error)
            return error;
        *count += (size_t)show->pair_count;
    }
    return 0;
}

static int write_files(const struct show *show, const struct run *runs, size_t count,
                       struct fault *fault)
{
    struct trace_run files[MOST_RUNS];

    for (size_t i = 0; i < count; i++)
        files[i] = (struct trace_run){runs[i].title, &runs[i].log};
    return trace_write_files(&show->settings.view, files, count, fault);
}

/* ---- the claims ---- */

static void print_claims(const struct settle *settle, const struct show *show)
{
    struct ladder_options page;

    ladder_options_auto(&page, stdout);
    settle_print(settle, stdout, (enum language)show->settings.language,
                 page.width ? page.width : 100);
}

static void print_json(const struct settle *settle, struct run *runs, size_t count)
{
    printf("[\n");
    for (size_t i = 0; i < count; i++) {
        struct results *results = &runs[i].stage.results;
        settle_put(settle, &settle->witnesses[i % settle->count], results);
        fputs(i ? ",\n  " : "  ", stdout);
        results_print_json(results, stdout);
    }
    printf("\n]\n");
}

/* What the runs say of the text's statements; `runs` go scene by scene, pair by pair. */
static void settle_claims(const struct show *show, struct run *runs, size_t count,
                          struct fault *fault)
{
    const struct results *scenes[MOST_PAIRS][MOST_SCENES];
    struct witness witnesses[MOST_PAIRS];
    size_t pairs = (size_t)show->pair_count;
    const struct settle settle = {&show->claims, show->experiment->name, witnesses, pairs};

    for (size_t i = 0; i < count; i++)
        scenes[i % pairs][i / pairs] = &runs[i].stage.results;
    for (size_t i = 0; i < pairs; i++)
        witnesses[i] = (struct witness){show->pairs[i], {scenes[i], count / pairs}};
    if (show->settings.json)
        print_json(&settle, runs, count);
    else
        print_claims(&settle, show);
    if (show->is_plain)
        settle_judge(&settle, fault);
}

/* All logs are kept to the end, when it is known how many files there are to name. */
static int run_and_write(struct show *show, struct fault *fault)
{
    struct run *runs = calloc(MOST_RUNS, sizeof *runs);
    size_t count = 0;

    if (!runs)
        return fault_errno(fault, -ENOMEM, "cannot keep the runs");
    for (size_t i = 0; i < MOST_RUNS; i++)
        trace_log_init(&runs[i].log);
    int error = run_scenes(show, runs, &count, fault);
    if (!error)
        error = write_files(show, runs, count, fault);
    if (!error || show->settings.json)
        settle_claims(show, runs, count, fault);
    for (size_t i = 0; i < MOST_RUNS; i++)
        trace_log_fini(&runs[i].log);
    free(runs);
    return fault->error;
}

static int run_all(struct show *show, struct fault *fault)
{
    if (show->settings.scene && find_scene(show, fault))
        return fault->error;
    show->pair_count = pair_list(&show->settings.stacks, show->pairs, fault);
    if (show->pair_count < 0)
        return show->pair_count;
    if (pair_needs_hosts(show->pairs[0]) && testbed_enter(fault))
        return fault->error;

    int error = claims_load(&show->claims, fault);
    if (error)
        return error;
    if (!show->settings.json)
        printf("%s\n\n", in_language(show, show->experiment->question));
    error = run_and_write(show, fault);
    claims_fini(&show->claims);
    return error;
}

int experiment_main(const struct experiment *experiment, int argc, char **argv)
{
    assert(experiment->scene_count <= MOST_SCENES);
    struct show show = {.experiment = experiment,
                        .settings.testbed = experiment->testbed,
                        .settings.out = "build/out"};
    const struct option_spec shape[] = {
        {"scene", 0, OPTION_STRING, &show.settings.scene, "only this scene", NULL, 0, 0},
        {"lang", 0, OPTION_CHOICE, &show.settings.language, "language of the words", "en|zh", 0, 0},
        {"out", 0, OPTION_STRING, &show.settings.out, "folder of the plots", NULL, 0, 0},
        {"json", 0, OPTION_FLAG, &show.settings.json, "results as JSON, nothing else", NULL, 0, 0},
    };
    const struct option_group groups[] = {
        {"Shape", shape, ARRAY_LEN(shape)},
        pair_option_group(&show.settings.stacks),
        trace_options_group(&show.settings.view),
        testbed_option_group(&show.settings.testbed),
        {"Of this experiment", experiment->specs, experiment->spec_count},
    };
    struct setup chosen, wanted;
    char name[NAME_MAX_LENGTH];
    struct program program = {
        .name = name,
        .summary = experiment->summary.en,
        .example = experiment->example,
        .groups = groups,
        .group_count = ARRAY_LEN(groups) - (experiment->spec_count == 0),
    };
    struct fault fault = {0};

    snprintf(name, sizeof name, "exp-%s", experiment->name);
    const struct option_group *how = groups + 3; /* the wire, and its own parameters */
    size_t how_count = program.group_count - 3;
    setup_read(&chosen, how, how_count);
    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    setup_read(&wanted, how, how_count);
    show.is_plain = setup_is_same(&chosen, &wanted);
    run_all(&show, &fault);
    return fault.error ? options_fail(&program, &fault) : 0;
}
