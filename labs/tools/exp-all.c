/* exp-all: every experiment there is, side by side, and a table of them; or the table of all claims
 * of the source text, each with the verdict of this machine. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/options.h"
#include "experiments/survey.h"
#include "trace/ladder.h"

static struct {
    struct survey_options run;
    int language;
    bool claims, json, times;
} settings = {.run.limit_s = 120, .times = true};

static const struct option_spec specs[] = {
    {"claims", 0, OPTION_FLAG, &settings.claims, "the table of the text's claims instead", NULL, 0,
     0},
    {"seed", 0, OPTION_SEED, &settings.run.seed, "for each of them; 0: its own", NULL, 0, 0},
    {"jobs", 'j', OPTION_INT, &settings.run.jobs, "so many at a time", NULL, 1, SURVEY_MOST},
    {"limit", 0, OPTION_INT, &settings.run.limit_s, "seconds that one may take", NULL, 1, 3600},
    {"times", 0, OPTION_FLAG, &settings.times, "say how long each took", NULL, 0, 0},
    {"lang", 0, OPTION_CHOICE, &settings.language, "language of the words", "en|zh", 0, 0},
    {"json", 0, OPTION_FLAG, &settings.json, "one JSON object, nothing else", NULL, 0, 0},
};

static struct survey survey;
static struct ladder_options look; /* of the terminal */

static const char *say(struct words words)
{
    return words_in(words, (enum language)settings.language);
}

static void show_progress(const struct batch_job *job, bool began, void *arg)
{
    size_t *ended = arg;
    *ended += !began;
    if (began)
        fprintf(stderr, "\r\033[K%zu / %zu  %s", *ended, survey.count,
                strrchr(job->command[0], '/') + 1);
    else if (*ended == survey.count)
        fputs("\r\033[K", stderr);
}

/* ---- the table of experiments ---- */

/* As wide in both languages as the numbers below. */
static const struct words name_head = {"experiment       scenes", "实验               场景"};
static const struct words time_head = {"  seconds", "     秒数"};
static const struct words verdicts_head = {"true true-if false open", "成立 有条件 不成立 未定"};

static void print_head(void)
{
    printf("%s", say(name_head));
    if (settings.times)
        printf("%s", say(time_head));
    for (size_t pair = 0; pair < survey.pair_count; pair++)
        printf("  %s: %s", pair_name(survey.pairs[pair]), say(verdicts_head));
    printf("\n");
}

/* "open" is what is unsettled, and what our own stack lacks. */
static void print_tally(const struct survey_entry *entry, size_t pair)
{
    const struct survey_tally tally = survey_count(&survey, entry->name, pair);
    printf("  %*d %7d %5d %4d", (int)strlen(pair_name(survey.pairs[pair])) + 6,
           tally.of[VERDICT_TRUE], tally.of[VERDICT_TRUE_IF], tally.of[VERDICT_FALSE],
           tally.of[VERDICT_UNSETTLED] + tally.of[VERDICT_NOT_YET]);
}

static void print_row(const struct survey_entry *entry)
{
    printf("%-16s %6zu", entry->name, entry->record.count / survey.pair_count);
    if (settings.times)
        printf(" %8.1f", (double)entry->took_us / 1e6);
    for (size_t pair = 0; pair < survey.pair_count; pair++)
        print_tally(entry, pair);
    if (entry->failed)
        printf("  %sFAILED%s", look.color ? "\033[31m" : "", look.color ? "\033[0m" : "");
    else if (entry->again)
        printf("  second attempt");
    printf("\n");
}

static void print_experiments(void)
{
    print_head();
    for (size_t i = 0; i < survey.count; i++)
        print_row(&survey.entries[i]);
}

/* ---- the table of claims ---- */

/* Whether the claim belongs to what was run. */
static bool is_asked_for(const struct claim *claim, bool all)
{
    for (size_t i = 0; i < survey.count && !all; i++)
        if (claim->experiment && strcmp(claim->experiment, survey.entries[i].name) == 0)
            return true;
    return all;
}

/* How often each verdict was passed by one pair. */
static struct survey_tally count_all(size_t pair)
{
    struct survey_tally sum = {0};
    for (size_t i = 0; i < survey.count; i++) {
        const struct survey_tally tally = survey_count(&survey, survey.entries[i].name, pair);
        for (size_t verdict = 0; verdict < ARRAY_LEN(sum.of); verdict++)
            sum.of[verdict] += tally.of[verdict];
    }
    return sum;
}

static void print_counts(void)
{
    for (size_t pair = 0; pair < survey.pair_count; pair++) {
        const struct survey_tally tally = count_all(pair);
        printf("%s:", pair_name(survey.pairs[pair]));
        for (int verdict = VERDICT_TRUE; verdict <= VERDICT_NOT_YET; verdict++)
            printf(" %d %s,", tally.of[verdict], verdict_name((enum verdict)verdict));
        printf(" %d %s\n", tally.of[VERDICT_UNSETTLED], verdict_name(VERDICT_UNSETTLED));
    }
}

static void print_claims(bool all)
{
    struct witness witnesses[SURVEY_PAIRS];
    struct verdict_page page = {.out = stdout,
                                .language = (enum language)settings.language,
                                .width = look.width ? look.width : 120,
                                .witnesses = witnesses,
                                .count = survey.pair_count};
    survey_call(&survey, NULL, witnesses);
    verdict_print_head(&page);
    for (size_t i = 0; i < survey.claims.count; i++) {
        const struct claim *claim = &survey.claims.rows[i];
        if (!is_asked_for(claim, all))
            continue;
        survey_call(&survey, claim->experiment, witnesses);
        verdict_print(&page, claim);
    }
    printf("\n");
    verdict_print_foot(&page);
    print_counts();
}

/* ---- the end of both ---- */

/* The command that plays one experiment again, without --json, and from here. */
static void print_command(const struct survey_entry *entry)
{
    char here[PATH_MAX];
    size_t skipped = 0;
    if (getcwd(here, sizeof here) && strncmp(entry->path, here, strlen(here)) == 0 &&
        entry->path[strlen(here)] == '/')
        skipped = strlen(here) + 1;
    printf("      %s", entry->path + skipped);
    for (size_t i = 2; entry->command[i]; i++)
        printf(" %s", entry->command[i]);
    printf("\n");
}

/* What went wrong, be it only at the first attempt. */
static void print_reasons(const struct survey_entry *entry)
{
    static const struct words only_first = {"first attempt; the second one succeeded",
                                            "第一次失败,第二次成功"};
    if (entry->again && !entry->failed)
        printf("\n  %s (%s)\n", entry->first_reason, say(only_first));
    if (!entry->failed)
        return;
    printf("\n  %s\n", entry->reason);
    print_command(entry);
}

static void print_end(void)
{
    size_t failures = survey_failures(&survey);
    for (size_t i = 0; i < survey.count; i++)
        print_reasons(&survey.entries[i]);
    if (settings.language == CHINESE)
        printf("\n%zu 个实验,失败 %zu 个\n", survey.count, failures);
    else
        printf("\n%zu experiments, %zu failed\n", survey.count, failures);
}

/* ---- JSON ---- */

static void print_json_experiments(void)
{
    for (size_t i = 0; i < survey.count; i++) {
        const struct survey_entry *entry = &survey.entries[i];
        printf("%s\n  {\"experiment\":\"%s\",\"scenes\":%zu,\"exit_code\":%d,\"failed\":%s,"
               "\"attempts\":%d}",
               i ? "," : "", entry->name, entry->record.count / survey.pair_count, entry->status,
               entry->failed ? "true" : "false", entry->again ? 2 : 1);
    }
}

static void print_json_claim(const struct claim *claim)
{
    struct witness witnesses[SURVEY_PAIRS];
    printf("{\"line\":\"%s\",\"kind\":\"%s\"", claim->where, claim_kind_name(claim->kind));
    if (claim->experiment) {
        printf(",\"experiment\":\"%s\",\"expected\":\"%s\"", claim->experiment,
               verdict_name(claim->expected));
        survey_call(&survey, claim->experiment, witnesses);
        for (size_t pair = 0; pair < survey.pair_count; pair++)
            printf(",\"%s\":\"%s\"", pair_name(survey.pairs[pair]),
                   verdict_name(verdict_pass(claim, &witnesses[pair]).verdict));
    }
    printf("}");
}

static void print_json_results(void)
{
    const char *separator = "";
    for (size_t i = 0; i < survey.count; i++)
        for (size_t run = 0; run < survey.entries[i].record.count; run++) {
            printf("%s\n  ", separator);
            results_print_json(&survey.entries[i].record.runs[run], stdout);
            separator = ",";
        }
}

static void print_json(bool all)
{
    const char *separator = "";
    printf("{\"experiments\":[");
    print_json_experiments();
    printf("\n],\"claims\":[");
    for (size_t i = 0; i < survey.claims.count; i++) {
        if (!is_asked_for(&survey.claims.rows[i], all))
            continue;
        printf("%s\n  ", separator);
        print_json_claim(&survey.claims.rows[i]);
        separator = ",";
    }
    printf("\n],\"results\":[");
    print_json_results();
    printf("\n]}\n");
}

/* ---- the whole ---- */

static int show(const struct program *program, struct fault *fault)
{
    bool all = program->operand_count == 0;
    size_t ended = 0;
    if (isatty(STDERR_FILENO)) {
        settings.run.progress = show_progress;
        settings.run.arg = &ended;
    }
    ladder_options_auto(&look, stdout);
    int error = survey_find(&survey, program->operand, program->operand_count, fault);
    if (!error)
        error = survey_read_claims(&survey, all, fault);
    if (!error)
        error = survey_run(&survey, &settings.run, fault);
    if (error)
        return error;
    if (settings.json)
        print_json(all);
    else if (settings.claims)
        print_claims(all);
    else
        print_experiments();
    if (!settings.json)
        print_end();
    return 0;
}

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"All", specs, ARRAY_LEN(specs)},
        pair_option_group(&settings.run.stacks),
    };
    struct program program = {
        .name = "exp-all",
        .summary = "Run every experiment, and tell what they say of the text's claims.",
        .operands = "[EXPERIMENT]...",
        .example = "exp-all --stack sim\nexp-all --claims close handshake",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct fault fault = {0};

    settings.run.jobs = sysconf(_SC_NPROCESSORS_ONLN);
    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    show(&program, &fault);
    code = fault.error ? options_fail(&program, &fault) : survey_failures(&survey) > 0;
    survey_fini(&survey);
    return code;
}
