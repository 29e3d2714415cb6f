/* experiments/claims: any text is rows of claims, or its mistake is named. */
#include <errno.h>
#include <string.h>

#include "experiments/claims.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct claims claims;
    struct fault fault = {0};
    char *text = malloc(len + 1);
    HOLD(text);
    if (len > 0)
        memcpy(text, data, len);
    text[len] = '\0';
    int error = claims_parse(&claims, text, &fault);
    HOLD(error == 0 || error == -EBADMSG);
    HOLD((error == 0) == (fault.error == 0));
    for (size_t i = 0; error == 0 && i < claims.count; i++) {
        HOLD(claims.rows[i].where);
        HOLD(claim_kind_name(claims.rows[i].kind) && verdict_name(claims.rows[i].expected));
    }
    if (error == 0)
        claims_fini(&claims);
    free(text);
    return 0;
}
