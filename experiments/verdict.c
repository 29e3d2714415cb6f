/* Verdicts, and how they look on a page. */
#include "experiments/verdict.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "trace/utf8.h"

/* ---- passing one ---- */

/* What the measurements say, whatever is expected. */
static enum verdict measure(const struct claim *claim, const struct evidence *evidence,
                            struct fault *why)
{
    if (!claim->holds)
        fault_set(why, -ENODATA, "no assertion settles it yet");
    int holds = claim->holds ? assertion_holds(claim->holds, evidence, why) : -ENODATA;
    int without = claim->without ? assertion_holds(claim->without, evidence, why) : 1;
    if (holds < 0 || without < 0)
        return VERDICT_UNSETTLED;
    if (!holds)
        return VERDICT_FALSE;
    return claim->condition.en && without ? VERDICT_TRUE_IF : VERDICT_TRUE;
}

static bool is_ours(struct pair pair)
{
    return pair.client != STACK_KERNEL && pair.server != STACK_KERNEL;
}

static bool is_noisy(const struct claim *claim, const struct evidence *evidence)
{
    return assertion_is_noisy(claim->holds, evidence) ||
           (claim->without && assertion_is_noisy(claim->without, evidence));
}

/* What our own stack lacks need not even be measurable on it. */
static bool is_lacking(const struct claim *claim, struct pair pair, enum verdict verdict)
{
    return is_ours(pair) && claim->expected == VERDICT_NOT_YET &&
           (verdict == VERDICT_FALSE || verdict == VERDICT_UNSETTLED);
}

struct ruling verdict_pass(const struct claim *claim, const struct witness *witness)
{
    struct ruling ruling = {0};
    ruling.verdict = measure(claim, &witness->evidence, &ruling.why);
    if (is_lacking(claim, witness->pair, ruling.verdict))
        ruling = (struct ruling){.verdict = VERDICT_NOT_YET};
    if (ruling.verdict == VERDICT_UNSETTLED)
        return ruling;
    if (claim->expected == VERDICT_NOT_YET && !is_ours(witness->pair))
        return ruling; /* a kernel has nothing of ours to agree with */
    ruling.differs = ruling.verdict != claim->expected;
    ruling.failed =
        ruling.differs && is_ours(witness->pair) && !is_noisy(claim, &witness->evidence);
    return ruling;
}

/* ---- words ---- */

static const struct words verdict_words[] = {
    [VERDICT_UNSETTLED] = {"unsettled", "未定"}, [VERDICT_TRUE] = {"true", "成立"},
    [VERDICT_TRUE_IF] = {"true-if", "有条件"},   [VERDICT_FALSE] = {"false", "不成立"},
    [VERDICT_NOT_YET] = {"not-yet", "尚未实现"},
};
static const struct words kind_words[] = {
    [KIND_CLAIM] = {"no run", "无法运行"},
    [KIND_DEFINITION] = {"definition", "定义"},
    [KIND_ANALOGY] = {"analogy", "比喻"},
    [KIND_ADVICE] = {"advice", "建议"},
};
static const struct words line_word = {"line", "行"};
static const struct words says_word = {"what the text says, and what was measured",
                                       "原文的说法,以及量到的结果"};
static const struct words if_word = {"If: ", "条件:"};
static const struct words fact_word = {"Fact: ", "事实:"};
static const struct words why_word = {"Why: ", "原因:"};
static const struct words expected_word = {"Expected: ", "应为:"};
static const struct words differs_words = {"*  kernel-dependent: not what our own stack does",
                                           "*  视内核而定:与自制协议栈不同"};
static const struct words failed_words = {"!  not what our own stack is documented to do",
                                          "!  与自制协议栈应有的行为不符"};
static const struct words disturbed_words = {"~  the machine was too busy to blame our own stack",
                                             "~  机器太忙,不能归咎于自制协议栈"};

/* ---- columns ---- */

enum { LINE_WIDTH = 6, VERDICT_WIDTH = 15, NARROWEST = 30 };

/* Pads to `width` columns; at least one blank. */
static void print_cell(const struct verdict_page *page, const char *text, unsigned width)
{
    unsigned used = utf8_width(text);
    fprintf(page->out, "%s%*s", text, used < width ? (int)(width - used) : 1, "");
}

static unsigned left_width(const struct verdict_page *page)
{
    return LINE_WIDTH + VERDICT_WIDTH * (unsigned)page->count;
}

/* A paragraph in the last column, the first line of which is begun already. */
static void print_paragraph(const struct verdict_page *page, const char *text)
{
    unsigned left = left_width(page);
    unsigned room = page->width > left + NARROWEST ? page->width - left : NARROWEST;
    for (unsigned indent = 0; *text; indent = left) {
        size_t taken = utf8_fit(text, room), shown = taken;
        while (shown > 0 && text[shown - 1] == ' ')
            shown--;
        fprintf(page->out, "%*s%.*s\n", (int)indent, "", (int)shown, text);
        text += taken + strspn(text + taken, " ");
    }
}

static void print_below(const struct verdict_page *page, struct words title, const char *text)
{
    char paragraph[1024];
    if (!text)
        return;
    snprintf(paragraph, sizeof paragraph, "%s%s", words_in(title, page->language), text);
    fprintf(page->out, "%*s", (int)left_width(page), "");
    print_paragraph(page, paragraph);
}

void verdict_print_head(const struct verdict_page *page)
{
    print_cell(page, words_in(line_word, page->language), LINE_WIDTH);
    for (size_t i = 0; i < page->count; i++)
        print_cell(page, pair_name(page->witnesses[i].pair), VERDICT_WIDTH);
    fprintf(page->out, "%s\n", words_in(says_word, page->language));
}

/* ---- what was measured ---- */

enum { MEASURED_MOST = 16, MEASURED_TEXT = 1000 };

static void tell_measured(const struct claim *claim, const struct evidence *evidence, char *text)
{
    const char *const sources[] = {claim->holds, claim->without, claim->shows};
    struct measured found[MEASURED_MOST];
    size_t count = 0, length = 0;
    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        if (sources[i])
            count = assertion_find(sources[i], evidence, found, count, MEASURED_MOST);
    text[0] = '\0';
    for (size_t i = 0; i < count && length < MEASURED_TEXT; i++)
        length +=
            (size_t)snprintf(text + length, MEASURED_TEXT - length, "%s%s.%s=%s", i ? "; " : "",
                             found[i].scene, found[i].result->key, found[i].result->value);
}

/* Once, when all witnesses measured the same. */
static void print_measured(const struct verdict_page *page, const struct claim *claim)
{
    char first[MEASURED_TEXT] = "", text[MEASURED_TEXT] = "";
    bool same = true;
    for (size_t i = 0; i < page->count; i++) {
        tell_measured(claim, &page->witnesses[i].evidence, i ? text : first);
        same = same && (i == 0 || strcmp(first, text) == 0);
    }
    for (size_t i = 0; i < (same ? 1 : page->count); i++) {
        char title[32];
        tell_measured(claim, &page->witnesses[i].evidence, text);
        snprintf(title, sizeof title, "%s: ", pair_name(page->witnesses[i].pair));
        if (*text)
            print_below(page, (struct words){same ? "" : title, NULL}, text);
    }
}

/* ---- rows ---- */

/* The sign behind a verdict, for the foot to explain. */
static const char *sign_of(struct verdict_page *page, const struct ruling *ruling, struct pair pair)
{
    if (!ruling->differs)
        return "";
    page->failed |= ruling->failed;
    page->disturbed |= is_ours(pair) && !ruling->failed;
    page->differs |= !is_ours(pair);
    return ruling->failed ? "!" : is_ours(pair) ? "~" : "*";
}

static void print_ruling(struct verdict_page *page, const struct ruling *ruling, struct pair pair)
{
    char cell[40];
    snprintf(cell, sizeof cell, "%s%s", words_in(verdict_words[ruling->verdict], page->language),
             sign_of(page, ruling, pair));
    print_cell(page, cell, VERDICT_WIDTH);
}

/* A claim that names an experiment: verdicts, words, measurements, and what is odd about them. */
static void print_settled(struct verdict_page *page, const struct claim *claim)
{
    struct ruling odd = {0}; /* not what is expected of our own stack, or nothing at all */
    for (size_t i = 0; i < page->count; i++) {
        const struct witness *witness = &page->witnesses[i];
        const struct ruling ruling = verdict_pass(claim, witness);
        print_ruling(page, &ruling, witness->pair);
        if (ruling.why.error || (ruling.differs && is_ours(witness->pair)))
            odd = ruling;
    }
    print_paragraph(page, words_in(claim->says, page->language));
    print_measured(page, claim);
    if (odd.differs)
        print_below(page, expected_word, words_in(verdict_words[claim->expected], page->language));
    if (odd.why.error)
        print_below(page, why_word, odd.why.text);
}

void verdict_print(struct verdict_page *page, const struct claim *claim)
{
    print_cell(page, claim->where, LINE_WIDTH);
    if (claim->experiment) {
        print_settled(page, claim);
    } else {
        print_cell(page, words_in(kind_words[claim->kind], page->language),
                   left_width(page) - LINE_WIDTH);
        print_paragraph(page, words_in(claim->says, page->language));
    }
    print_below(page, if_word, words_in(claim->condition, page->language));
    print_below(page, fact_word, words_in(claim->fact, page->language));
    print_below(page, why_word, words_in(claim->why, page->language));
}

void verdict_print_foot(const struct verdict_page *page)
{
    if (page->differs)
        fprintf(page->out, "%s\n", words_in(differs_words, page->language));
    if (page->failed)
        fprintf(page->out, "%s\n", words_in(failed_words, page->language));
    if (page->disturbed)
        fprintf(page->out, "%s\n", words_in(disturbed_words, page->language));
}
