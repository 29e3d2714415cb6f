/* Lab 00, starter: the client that goes with server.c. It sends one line and shows the answer.
 *
 *     cc -o client client.c && ./client 8080
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

static int open_connection(int port)
{
    struct sockaddr_in there = {.sin_family = AF_INET};
    int server = socket(AF_INET, SOCK_STREAM, 0);

    if (server < 0)
        die("socket");
    there.sin_port = htons((unsigned short)port);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(server, (struct sockaddr *)&there, sizeof there) < 0)
        die("connect");
    return server;
}

int main(int argc, char **argv)
{
    char text[ROOM];
    int server = open_connection(argc > 1 ? atoi(argv[1]) : 8080);
    long n;

    fgets(text, ROOM, stdin);
    send(server, text, strlen(text), 0);

    n = recv(server, text, ROOM, 0);
    if (n > 0) {
        text[n] = 0;
        printf("%s", text);
    } else {
        perror("no answer");
    }
    close(server);
    return 0;
}
