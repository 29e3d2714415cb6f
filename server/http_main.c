/* http-server: the program around http_serve. */
#include "server/http.h"
#include "testbed/role_main.h"

static struct http_options settings = {.addr.port = HTTP_PORT, .max_connections = 1000};
static struct http_service service = {.timeout_us = SECONDS(30)};
static const char *root = ".";

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
}

static const struct role_program program = {
    .role = {.program = "http-server", .host = HOST_B, .experiment = "application"},
    .summary = "Serve files by HTTP/1.1, one thread per connection.",
    .example = "http-server --root labs        then: curl http://127.0.0.1:8088/README.md",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = serve,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
