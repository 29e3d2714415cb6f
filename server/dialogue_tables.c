/* The two dialogues (server/dialogue.h). */
#include <string.h>

#include "base/bytes.h"
#include "server/dialogue.h"

/* RFC 5321 section 4.1.4: who you are, from whom, to whom, the mail; each in its turn. A line of
 * the mail that begins with a dot has had another one put before it by the client (section 4.5.2),
 * so that a dot alone can be its end. */
static const struct dialogue_row smtp_rows[] = {
    {"the mail", ".$", "250 taken\r\n", "a sender"},
    {"the mail", "", NULL, NULL},
    {NULL, "QUIT$", "221 goodbye\r\n", ""},
    {NULL, "NOOP", "250 nothing done\r\n", NULL},
    {"a name", "HELO ", "250 twinstack\r\n", "a sender"},
    {"a name", "EHLO ", "250 twinstack\r\n", "a sender"},
    {"a name", "RSET$", "250 forgotten\r\n", NULL},
    {NULL, "RSET$", "250 forgotten\r\n", "a sender"},
    {"a sender", "MAIL FROM:<", "250 sender taken\r\n", "a recipient"},
    {"a recipient", "RCPT TO:<", "250 recipient taken\r\n", "more recipients"},
    {"more recipients", "RCPT TO:<", "250 recipient taken\r\n", NULL},
    {"more recipients", "DATA$", "354 end with a dot on a line of its own\r\n", "the mail"},
    {NULL, "HELO ", "503 not now\r\n", NULL},
    {NULL, "EHLO ", "503 not now\r\n", NULL},
    {NULL, "MAIL FROM:<", "503 not now\r\n", NULL},
    {NULL, "RCPT TO:<", "503 not now\r\n", NULL},
    {NULL, "DATA$", "503 not now\r\n", NULL},
    {NULL, "", "500 what does that mean?\r\n", NULL},
};

/* The account is "guest" with any password: there is nothing behind it. */
static const struct dialogue_row telnet_rows[] = {
    {"a name", "guest$", "Password: ", "a password"},
    {"a name", "", "We know only guest.\r\nlogin: ", NULL},
    {"a password", "", "\r\nWelcome to twinstack; 'help' tells more.\r\n$ ", "a command"},
    {"a command", "help$", "help, who, logout\r\n$ ", NULL},
    {"a command", "who$", "guest\r\n$ ", NULL},
    {"a command", "logout$", "Goodbye.\r\n", ""},
    {"a command", "$", "$ ", NULL},
    {"a command", "", "no such command: 'help' tells more\r\n$ ", NULL},
};

static const struct dialogue dialogues[] = {
    {
        .name = "smtp",
        .greeting = "220 twinstack\r\n",
        .begins = "a name",
        .too_long = "500 line too long\r\n",
        .rows = smtp_rows,
        .count = ARRAY_LEN(smtp_rows),
    },
    {
        .name = "telnet",
        .greeting = "login: ",
        .begins = "a name",
        .too_long = "\r\nToo long.\r\n",
        .telnet = true,
        .rows = telnet_rows,
        .count = ARRAY_LEN(telnet_rows),
    },
};

const struct dialogue *dialogue_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(dialogues); i++)
        if (strcmp(dialogues[i].name, name) == 0)
            return &dialogues[i];
    return NULL;
}
