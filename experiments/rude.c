/* Strangers at the door of an HTTP server. */
#include "experiments/rude.h"

#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "client/http.h"
#include "net/background.h"
#include "server/http.h"

#define PATIENCE SECONDS(10)

enum { PORT = HTTP_PORT };

static int serve(struct background *server, struct stage *stage, struct http_service *service,
                 struct fault *fault)
{
    const struct serve_config config = {
        .addr = {testbed_ip(HOST_B), PORT},
        .backlog = 16,
        .max_connections = 16,
        .handle = http_handle,
        .arg = service,
    };
    return background_start(server, stage->b, &config, fault);
}

/* Says `text`, as it is, and gives the status of the answer; 0 when there is none. */
static int try(struct stage *stage, const char *text, int *status, struct fault *fault)
{
    const struct net_addr addr = {testbed_ip(HOST_B), PORT};
    struct http_client client;
    struct http_answer answer = {0};
    int error = http_client_open(&client, stage->a, &addr, PATIENCE, fault);
    if (error)
        return error;
    int64_t said = net_write_full(stage->a, client.sock, text, strlen(text));
    error = said < 0 ? fault_errno(fault, (int)said, "cannot speak")
                     : http_client_hear(&client, false, NULL, &answer, fault);
    *status = error ? 0 : answer.status;
    http_client_close(&client);
    return error;
}

#define LONG_16  "aaaaaaaaaaaaaaaa"
#define LONG_128 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16 LONG_16
#define LONG_1K  LONG_128 LONG_128 LONG_128 LONG_128 LONG_128 LONG_128 LONG_128 LONG_128
#define LONG_8K  LONG_1K LONG_1K LONG_1K LONG_1K LONG_1K LONG_1K LONG_1K LONG_1K

int rude_play_all(struct stage *stage, struct fault *fault)
{
    static const struct {
        const char *key, *says, *expect;
    } strangers[] = {
        {"outside", "GET /../etc/passwd HTTP/1.1\r\nHost: b\r\n\r\n", "404"},
        {"encoded", "GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: b\r\n\r\n", "404"},
        {"nonsense", "\x16\x03\x01 is not HTTP\r\n\r\n", "400"},
        {"no_host", "GET / HTTP/1.1\r\n\r\n", "400"},
        {"post", "POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\nabc", "405"},
        {"long_path", "GET /" LONG_1K " HTTP/1.1\r\nHost: b\r\n\r\n", "414"},
        {"long_field", "GET / HTTP/1.1\r\nHost: b\r\nX: " LONG_8K "\r\n\r\n", "431"},
    };
    struct http_service service = {.timeout_us = PATIENCE};
    struct background server;
    int status = 0, error = http_site_open(&service.site, "/usr", fault);
    if (error)
        return error;
    error = serve(&server, stage, &service, fault);
    if (error)
        goto close_site;
    for (size_t i = 0; i < ARRAY_LEN(strangers) && !error; i++) {
        error = try(stage, strangers[i].says, &status, fault);
        results_put_number(&stage->results, strangers[i].key, status);
        if (!error)
            error = stage_expect(stage, HOST_B, strangers[i].key, strangers[i].expect, fault);
    }
    background_stop(&server, NULL);
close_site:
    http_site_close(&service.site);
    return error;
}

/* An octet every now and then; the time runs for the request as a whole. */
static int creep(struct stage *stage, struct http_client *client, usec_t pause_us,
                 struct fault *fault)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: b\r\n\r\n";
    struct net_pollfd answered = {.sock = client->sock, .events = NET_IN};
    struct http_answer answer = {0};
    usec_t start = clock_now();
    size_t said = 0;
    while (said < sizeof request - 1 && net_poll(stage->a, &answered, 1, pause_us) == 0)
        if (net_write_full(stage->a, client->sock, &request[said++], 1) < 0)
            break;
    results_put_number(&stage->results, "octets", (int64_t)said);
    results_put_number(&stage->results, "after_ms", (clock_now() - start) / USEC_MS);
    int error = http_client_hear(client, false, NULL, &answer, fault);
    if (!error)
        results_put_number(&stage->results, "status", answer.status);
    return error;
}

int rude_play_slow(struct stage *stage, usec_t timeout_us, struct fault *fault)
{
    const struct net_addr addr = {testbed_ip(HOST_B), PORT};
    struct http_service service = {.site = {-1, true, "nothing"}, .timeout_us = timeout_us};
    struct background server;
    struct http_client client;
    int error = serve(&server, stage, &service, fault);
    if (error)
        return error;
    error = http_client_open(&client, stage->a, &addr, PATIENCE, fault);
    if (!error) {
        error = creep(stage, &client, timeout_us / 4, fault);
        http_client_close(&client);
    }
    background_stop(&server, NULL);
    return error ? error : stage_expect(stage, HOST_B, "status", "408", fault);
}
