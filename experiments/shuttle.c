/* A whole file to an echo server and back. */
#include "experiments/shuttle.h"

#include "base/prng.h"
#include "net/background.h"
#include "server/echo.h"

#define PATIENCE SECONDS(30)

int shuttle_run(const struct shuttle *shuttle, struct transfer_result *result, struct fault *fault)
{
    struct echo_service service = {.timeout_us = PATIENCE};
    const struct serve_config config = {
        .addr = shuttle->addr,
        .backlog = 16,
        .max_connections = 4,
        .handle = echo_handle,
        .arg = &service,
    };
    struct transfer transfer = shuttle->transfer;
    struct background background;

    int error = background_start(&background, shuttle->server, &config, fault);
    if (error)
        return error;
    transfer.server = (struct net_addr){shuttle->addr.ip, serve_addr(background.serve).port};
    transfer.timeout_us = PATIENCE;
    error = transfer_run(shuttle->client, &transfer, result, fault);
    background_stop(&background, NULL);
    return error;
}

FILE *shuttle_generate(size_t bytes, uint64_t seed)
{
    FILE *file = tmpfile();
    struct prng prng;

    prng_seed(&prng, seed);
    for (size_t done = 0; file && done < bytes; done += sizeof(uint64_t)) {
        uint64_t word = prng_next(&prng);
        if (fwrite(&word, sizeof word, 1, file) != 1) {
            fclose(file);
            return NULL;
        }
    }
    if (file)
        rewind(file);
    return file;
}
