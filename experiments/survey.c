/* Finding, running and counting. */
#include "experiments/survey.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NO_PRIVILEGE = 77 };

/* ---- which there are ---- */

static bool is_experiment(const char *file)
{
    return strncmp(file, "exp-", 4) == 0 && strcmp(file, "exp-all") != 0 &&
           strlen(file) < SURVEY_NAME_SIZE;
}

static bool is_named(const char *name, char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static const struct survey_entry *find_entry(const struct survey *survey, const char *name)
{
    for (size_t i = 0; i < survey->count; i++)
        if (strcmp(survey->entries[i].name, name) == 0)
            return &survey->entries[i];
    return NULL;
}

/* The folder this program lies in, with its slash. */
static int own_folder(char *path, size_t size, struct fault *fault)
{
    ssize_t length = readlink("/proc/self/exe", path, size - 1);
    if (length < 0)
        return fault_errno(fault, -errno, "cannot tell where this program lies");
    path[length] = '\0';
    strrchr(path, '/')[1] = '\0';
    return 0;
}

static int by_name(const void *a, const void *b)
{
    const struct survey_entry *left = a, *right = b;
    return strcmp(left->program, right->program);
}

static int list_folder(struct survey *survey, struct fault *fault)
{
    char folder[PATH_MAX - SURVEY_NAME_SIZE];
    const struct dirent *file;
    if (own_folder(folder, sizeof folder, fault))
        return fault->error;
    DIR *dir = opendir(folder);
    if (!dir)
        return fault_errno(fault, -errno, "cannot read %s", folder);
    while ((file = readdir(dir)) && survey->count < SURVEY_MOST) {
        struct survey_entry *entry = &survey->entries[survey->count];
        if (!is_experiment(file->d_name))
            continue;
        const int length = SURVEY_NAME_SIZE - 1; /* is_experiment has seen that it fits */
        snprintf(entry->program, sizeof entry->program, "%.*s", length, file->d_name);
        snprintf(entry->path, sizeof entry->path, "%s%.*s", folder, length, file->d_name);
        survey->count++;
    }
    closedir(dir);
    qsort(survey->entries, survey->count, sizeof survey->entries[0], by_name);
    return 0;
}

int survey_find(struct survey *survey, char *const *names, int count, struct fault *fault)
{
    size_t kept = 0;
    if (list_folder(survey, fault))
        return fault->error;
    for (size_t i = 0; i < survey->count; i++)
        if (count == 0 || is_named(survey->entries[i].program + strlen("exp-"), names, count))
            survey->entries[kept++] = survey->entries[i];
    survey->count = kept;
    for (size_t i = 0; i < kept; i++)
        survey->entries[i].name = survey->entries[i].program + strlen("exp-");
    for (int i = 0; i < count; i++)
        if (!find_entry(survey, names[i]))
            return fault_set(fault, -EINVAL, "no experiment '%.30s' here: make exp-list", names[i]);
    return 0;
}

int survey_read_claims(struct survey *survey, bool all, struct fault *fault)
{
    if (claims_load(&survey->claims, fault))
        return fault->error;
    for (size_t i = 0; i < survey->claims.count && all; i++) {
        const struct claim *claim = &survey->claims.rows[i];
        if (claim->experiment && !find_entry(survey, claim->experiment))
            return fault_set(fault, -EBADMSG, "claims.txt:%d: there is no experiment '%.30s'",
                             claim->line, claim->experiment);
    }
    return 0;
}

/* ---- running them ---- */

static void add_option(struct survey_entry *entry, size_t *count, const char *name,
                       const char *value)
{
    if (!value)
        return;
    entry->command[(*count)++] = name;
    entry->command[(*count)++] = value;
}

/* As one would type it; --json comes first, so that the rest can be shown. */
static void make_command(struct survey_entry *entry, const struct survey_options *options,
                         const char *seed)
{
    static const char *const stacks[] = {NULL, "kernel", "own", "sim"}; /* both, same: not said */
    size_t count = 0;
    entry->command[count++] = entry->path;
    entry->command[count++] = "--json";
    add_option(entry, &count, "--stack", stacks[options->stacks.stack]);
    add_option(entry, &count, "--client", stacks[options->stacks.client]);
    add_option(entry, &count, "--server", stacks[options->stacks.server]);
    add_option(entry, &count, "--seed", options->seed ? seed : NULL);
    entry->command[count] = NULL;
}

/* The last line that is not empty. */
static void read_reason(struct survey_entry *entry, FILE *err)
{
    char line[sizeof entry->reason];
    while (fgets(line, sizeof line, err))
        if (line[0] != '\n')
            snprintf(entry->reason, sizeof entry->reason, "%.*s", (int)strcspn(line, "\n"), line);
    if (!*entry->reason)
        snprintf(entry->reason, sizeof entry->reason, "%s: exit code %d", entry->program,
                 entry->status);
}

static void take_outcome(struct survey_entry *entry, const struct batch_job *job,
                         struct fault *fault)
{
    struct fault why = {0};
    entry->took_us = job->took_us;
    entry->status = job->status;
    entry->failed = job->status != 0;
    if (entry->failed)
        read_reason(entry, job->err);
    if (job->status == NO_PRIVILEGE)
        fault_set(fault, -EPERM, "%s", entry->reason);
    else if (record_read(&entry->record, job->out, &why) && !entry->failed) {
        entry->failed = true;
        snprintf(entry->reason, sizeof entry->reason, "%.190s", why.text);
    }
}

/* An experiment that ended well may have told what no claim expects. */
static void judge(const struct survey *survey, struct survey_entry *entry)
{
    int failed = 0;
    for (size_t pair = 0; pair < survey->pair_count; pair++)
        failed += survey_count(survey, entry->name, pair).failed;
    if (failed && !entry->failed)
        snprintf(entry->reason, sizeof entry->reason,
                 "%s: our own stack does not do what the claims expect of it", entry->program);
    entry->failed = entry->failed || failed;
}

/* Runs so many of them, from the one with this index on. */
static int play(struct survey *survey, size_t index, struct batch *batch, struct fault *fault)
{
    struct batch_job jobs[SURVEY_MOST] = {0};
    struct survey_entry *entries = &survey->entries[index];
    batch->jobs = jobs;
    for (size_t i = 0; i < batch->count; i++)
        jobs[i].command = entries[i].command;
    batch_run(batch, fault);
    for (size_t i = 0; i < batch->count && !fault->error; i++)
        if (jobs[i].out)
            take_outcome(&entries[i], &jobs[i], fault);
    for (size_t i = 0; i < batch->count && !fault->error; i++)
        judge(survey, &entries[i]);
    batch_fini(batch);
    return fault->error;
}

/* Beside others in real time one may fail for want of a processor: who failed plays once more, with
 * the machine to itself. */
static int play_again(struct survey *survey, unsigned limit, struct fault *fault)
{
    for (size_t i = 0; i < survey->count && !fault->error; i++) {
        struct survey_entry *entry = &survey->entries[i];
        struct batch alone = {.count = 1, .parallel = 1, .limit = limit};
        if (!entry->failed)
            continue;
        entry->again = true;
        memcpy(entry->first_reason, entry->reason, sizeof entry->first_reason);
        entry->reason[0] = '\0';
        record_fini(&entry->record);
        play(survey, i, &alone, fault);
    }
    return fault->error;
}

int survey_run(struct survey *survey, const struct survey_options *options, struct fault *fault)
{
    struct batch batch = {.count = survey->count,
                          .parallel = (int)options->jobs,
                          .limit = (unsigned)options->limit_s,
                          .progress = options->progress,
                          .arg = options->arg};
    int pairs = pair_list(&options->stacks, survey->pairs, fault);
    if (pairs < 0)
        return pairs;
    survey->pair_count = (size_t)pairs;
    snprintf(survey->seed, sizeof survey->seed, "%" PRIu64, options->seed);
    for (size_t i = 0; i < survey->count; i++)
        make_command(&survey->entries[i], options, survey->seed);
    int error = play(survey, 0, &batch, fault);
    if (!error && pair_needs_hosts(survey->pairs[0]))
        error = play_again(survey, batch.limit, fault);
    return error;
}

/* ---- what they say ---- */

void survey_call(const struct survey *survey, const char *experiment,
                 struct witness witnesses[SURVEY_PAIRS])
{
    const struct survey_entry *entry = experiment ? find_entry(survey, experiment) : NULL;
    for (size_t i = 0; i < survey->pair_count; i++) {
        witnesses[i] = (struct witness){survey->pairs[i], {NULL, 0}};
        if (entry && entry->record.count > 0)
            witnesses[i].evidence = record_evidence(&entry->record, survey->pairs[i]);
    }
}

struct survey_tally survey_count(const struct survey *survey, const char *experiment, size_t pair)
{
    struct survey_tally tally = {0};
    for (size_t i = 0; i < survey->claims.count; i++) {
        const struct claim *claim = &survey->claims.rows[i];
        struct witness witnesses[SURVEY_PAIRS];
        if (!claim->experiment || strcmp(claim->experiment, experiment) != 0)
            continue;
        survey_call(survey, claim->experiment, witnesses);
        const struct ruling ruling = verdict_pass(claim, &witnesses[pair]);
        tally.of[ruling.verdict]++;
        tally.failed += ruling.failed;
    }
    return tally;
}

size_t survey_failures(const struct survey *survey)
{
    size_t failures = 0;
    for (size_t i = 0; i < survey->count; i++)
        failures += survey->entries[i].failed;
    return failures;
}

void survey_fini(struct survey *survey)
{
    for (size_t i = 0; i < survey->count; i++)
        record_fini(&survey->entries[i].record);
    claims_fini(&survey->claims);
}
