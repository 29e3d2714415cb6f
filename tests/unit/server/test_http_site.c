/* server/http_site.c: what is found, and that nothing outside ever is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/http_site.h"
#include "tests/unit/resources.h"

static struct http_site site;
static char top[64];

static void put(const char *path, const char *text)
{
    char full[256];
    snprintf(full, sizeof full, "%s/%s", top, path);
    FILE *file = fopen(full, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void put_folder(const char *path)
{
    char full[256];
    snprintf(full, sizeof full, "%s/%s", top, path);
    assert_int_equal(mkdir(full, 0700), 0);
}

static void put_link(const char *path, const char *target)
{
    char full[256];
    snprintf(full, sizeof full, "%s/%s", top, path);
    assert_int_equal(symlink(target, full), 0);
}

/* A site beside a secret. */
static int build(void **state)
{
    struct fault fault = {0};
    char full[256];
    (void)state;
    snprintf(top, sizeof top, "/tmp/twinstack-site-XXXXXX");
    assert_non_null(mkdtemp(top));
    put("secret", "secret");
    put_folder("site");
    put_folder("site/sub");
    put_folder("site/list");
    put("site/a.txt", "text");
    put("site/.hidden", "hidden");
    put("site/sub/index.html", "<p>");
    put("site/list/b", "");
    put("site/list/a b", "");
    put("site/list/two\nlines", "");
    put_link("site/link", "../secret");
    put_link("site/out", "..");
    snprintf(full, sizeof full, "%s/site/pipe", top);
    assert_int_equal(mkfifo(full, 0600), 0);
    snprintf(full, sizeof full, "%s/site", top);
    return http_site_open(&site, full, &fault);
}

static int remove_all(void **state)
{
    char command[128];
    (void)state;
    http_site_close(&site);
    snprintf(command, sizeof command, "rm -r %s", top);
    return system(command);
}

/* What is found at `path`, as text; "" for nothing. */
static const char *found(const char *path)
{
    static char text[256];
    struct http_content content;
    int error = http_site_find(&site, path, &content);
    assert_true(error == 0 || error == -ENOENT);
    if (error)
        return "";
    ssize_t len = pread(content.fd, text, sizeof text - 1, 0);
    assert_int_equal(len, content.length);
    text[len] = '\0';
    http_content_close(&content);
    return text;
}

static void files_and_indices_are_found(void **state)
{
    (void)state;
    assert_string_equal(found("/a.txt"), "text");
    assert_string_equal(found("/sub/index.html"), "<p>");
    assert_string_equal(found("/sub/"), "<p>");
}

static void folder_without_an_index_is_listed(void **state)
{
    (void)state;
    assert_string_equal(found("/"), "a.txt\nlist/\nsub/\n");
    assert_string_equal(found("/list/"), "a b\nb\n");
}

static void nothing_outside_is_found(void **state)
{
    static const char *const paths[] = {
        "/../secret", "/sub/../../secret", "/./a.txt",      "/link", "/out/secret", "/.hidden",
        "//secret",   "/sub//index.html",  "/sub/../a.txt", "/...",  "/sub",        "/pipe",
        "/a.txt/",    "/a.txt/b",          "/nothing",
    };
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_string_equal(found(paths[i]), "");
}

static void names_that_no_file_can_have_are_not_found(void **state)
{
    char path[1000] = "/";
    (void)state;
    memset(path + 1, 'a', sizeof path - 2);
    assert_string_equal(found(path), "");
}

static void type_follows_from_the_name(void **state)
{
    struct http_content content;
    (void)state;
    assert_int_equal(http_site_find(&site, "/sub/", &content), 0);
    assert_string_equal(content.type, "text/html; charset=utf-8");
    http_content_close(&content);
    assert_int_equal(http_site_find(&site, "/list/b", &content), 0);
    assert_string_equal(content.type, "application/octet-stream");
    http_content_close(&content);
}

static void single_file_is_the_whole_site(void **state)
{
    struct http_site one;
    struct http_content content;
    struct fault fault = {0};
    char full[256];
    (void)state;
    snprintf(full, sizeof full, "%s/site/a.txt", top);
    assert_int_equal(http_site_open(&one, full, &fault), 0);
    assert_int_equal(http_site_find(&one, "/", &content), 0);
    assert_int_equal(content.length, 4);
    assert_string_equal(content.type, "text/plain; charset=utf-8");
    http_content_close(&content);
    assert_int_equal(http_site_find(&one, "/a.txt", &content), -ENOENT);
    http_site_close(&one);
}

static void site_that_is_none_is_named(void **state)
{
    struct http_site none;
    struct fault fault = {0};
    char full[256];
    (void)state;
    snprintf(full, sizeof full, "%s/site/pipe", top);
    assert_int_equal(http_site_open(&none, full, &fault), -EINVAL);
    fault = (struct fault){0};
    assert_int_equal(http_site_open(&none, "/nowhere", &fault), -ENOENT);
    assert_string_equal(fault.text, "cannot open /nowhere: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_and_indices_are_found, build, remove_all),
        cmocka_unit_test_setup_teardown(folder_without_an_index_is_listed, build, remove_all),
        cmocka_unit_test_setup_teardown(nothing_outside_is_found, build, remove_all),
        cmocka_unit_test_setup_teardown(names_that_no_file_can_have_are_not_found, build,
                                        remove_all),
        cmocka_unit_test_setup_teardown(type_follows_from_the_name, build, remove_all),
        cmocka_unit_test_setup_teardown(single_file_is_the_whole_site, build, remove_all),
        cmocka_unit_test_setup_teardown(site_that_is_none_is_named, build, remove_all),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
