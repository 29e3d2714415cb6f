/* The same errand for two clients. */
#include "experiments/fetch.h"

#include <errno.h>

#include "client/http.h"
#include "experiments/stranger.h"

#define PATIENCE SECONDS(10)

enum { URL_SIZE = 64 };

/* "200 1 404 0": each answer's status, and how many connections curl made for it. */
static int read_counts(FILE *said, struct fetched *fetched)
{
    int first, second;
    rewind(said);
    if (fscanf(said, "%d %d %d %d", &fetched->status, &first, &fetched->missing_status, &second) !=
        4)
        return -EPROTO;
    fetched->connections = first + second;
    return 0;
}

static int send_curl(struct stage *stage, uint16_t port, struct fetched *fetched, FILE *said)
{
    char to[URL_SIZE], url[URL_SIZE], missing[2 * URL_SIZE];
    const char *const command[] = {
        "curl", "--silent", "--max-time", "10",    "--output",    to,
        url,    "--output", "/dev/null",  missing, "--write-out", "%{http_code} %{num_connects} ",
        NULL};
    snprintf(to, sizeof to, "/dev/fd/%d", fileno(fetched->content));
    snprintf(url, sizeof url, "http://10.0.0.2:%u/", (unsigned)port);
    snprintf(missing, sizeof missing, "%smissing", url);
    int status = stranger_run(stage->testbed, HOST_A, command, NULL, said);
    if (status)
        return status < 0 ? status : -EPROTO;
    fetched->client = "curl";
    return read_counts(said, fetched);
}

/* -ENOENT: curl is not installed. */
static int fetch_by_curl(struct stage *stage, uint16_t port, struct fetched *fetched,
                         struct fault *fault)
{
    FILE *said = tmpfile();
    if (!said)
        return fault_errno(fault, -errno, "no room for a file");
    int error = send_curl(stage, port, fetched, said);
    fclose(said);
    if (error && error != -ENOENT)
        fault_set(fault, error, "curl could not fetch from the server");
    return error;
}

static int ask(struct http_client *client, const char *path, FILE *content, int *status,
               struct fault *fault)
{
    struct http_answer answer = {0};
    int error = http_client_ask(client, "GET", path);
    if (error)
        return fault_errno(fault, error, "cannot ask for %s", path);
    error = http_client_hear(client, false, content, &answer, fault);
    *status = answer.status;
    return error;
}

static int fetch_by_ours(struct stage *stage, uint16_t port, struct fetched *fetched,
                         struct fault *fault)
{
    const struct net_addr server = {testbed_ip(HOST_B), port};
    struct http_client client;
    int error = http_client_open(&client, stage->a, &server, PATIENCE, fault);
    if (error)
        return error;
    fetched->client = "ours";
    fetched->connections = 1;
    error = ask(&client, "/", fetched->content, &fetched->status, fault);
    if (!error)
        error = ask(&client, "/missing", NULL, &fetched->missing_status, fault);
    http_client_close(&client);
    return error;
}

int fetch_two(struct stage *stage, uint16_t port, struct fetched *fetched, struct fault *fault)
{
    int error = -ENOENT;
    if (stage->pair.client == STACK_KERNEL)
        error = fetch_by_curl(stage, port, fetched, fault);
    return error == -ENOENT ? fetch_by_ours(stage, port, fetched, fault) : error;
}
