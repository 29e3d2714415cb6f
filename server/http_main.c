/* http-server: the program around http_serve. */
#include "base/interrupt.h"
#include "base/options.h"
#include "server/http.h"
#include "testbed/role.h"

static struct http_options settings = {.addr.port = HTTP_PORT, .max_connections = 1000};
static struct http_service service = {.timeout_us = SECONDS(30)};
static const char *root = ".";
static struct role_config place = {
    .program = "http-server",
    .host = HOST_B,
    .experiment = "application",
};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &settings.addr.ip, "address to listen on", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &settings.addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"root", 'r', OPTION_STRING, &root, "folder whose files are served, or one file", NULL, 0, 0},
    {"max", 'm', OPTION_INT, &settings.max_connections,
     "connections served at once; the rest wait in the listen queue", NULL, 1, 100000},
    {"timeout", 't', OPTION_DURATION, &service.timeout_us,
     "let go a client whose request is not complete by then, or who takes nothing for so long; "
     "0: never",
     NULL, 0, 0},
};

static void serve(struct role *role, struct fault *fault)
{
    if (http_site_open(&service.site, root, fault))
        return;
    service.say = stdout;
    http_serve(role->net, &settings, &service, fault);
    http_site_close(&service.site);
    if (!fault->error)
        role_report(role, stdout);
}

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Server", specs, ARRAY_LEN(specs)},
        role_option_group(&place),
    };
    struct program program = {
        .name = "http-server",
        .summary = "Serve files by HTTP/1.1, one thread per connection.",
        .example = "http-server --root labs        then: curl http://127.0.0.1:8088/README.md",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct fault fault = {0};
    struct role role;

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    interrupt_block();
    if (role_open(&role, &place, &fault))
        return options_fail(&program, &fault);
    serve(&role, &fault);
    role_close(&role);
    return fault.error ? options_fail(&program, &fault) : 0;
}
