/* Lab 00, starter: an echo server as one finds it in many a first lesson. It works when you try it.
 * It is wrong in at least five ways; labs/00-naive-echo/README.md helps you find them.
 *
 *     cc -o server server.c && ./server 8080
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM 1024

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int open_listener(int port)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (listener < 0)
        die("socket");
    here.sin_port = htons((unsigned short)port);
    if (bind(listener, (struct sockaddr *)&here, sizeof here) < 0)
        die("bind");
    if (listen(listener, 3) < 0)
        die("listen");
    return listener;
}

static void talk(int client)
{
    char text[ROOM];
    long n;

    while ((n = recv(client, text, ROOM, 0)) > 0) {
        text[n] = 0;
        printf("client says: %s\n", text);
        send(client, text, (size_t)n, 0);
    }
    perror("client has gone");
    close(client);
}

int main(int argc, char **argv)
{
    int listener = open_listener(argc > 1 ? atoi(argv[1]) : 8080);
    int client = accept(listener, NULL, NULL);

    if (client < 0)
        die("accept");
    talk(client);
    close(listener);
    return 0;
}
