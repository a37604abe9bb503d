/* Writes every connection and every look-up beyond the loopback into the file that TESTS_NETWORK_LOG names, whichever
   library makes it: loaded in front of libc by LD_PRELOAD. Python's audit hooks do not see native code. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void note(const char *what, const char *whom) {
    const char *name = getenv("TESTS_NETWORK_LOG");
    if (!name) return;
    int file = open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return;
    char line[400];
    int length = snprintf(line, sizeof line, "native %s %s\n", what, whom);
    if (length > 0 && write(file, line, (size_t)length) < 0) { /* nothing can be done */ }
    close(file);
}

static int beyond(const struct sockaddr *to, char *whom, socklen_t size) {
    if (to->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const void *)to;
        inet_ntop(AF_INET, &four->sin_addr, whom, size);
        return (ntohl(four->sin_addr.s_addr) >> 24) != 127 && four->sin_addr.s_addr != 0;
    }
    if (to->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const void *)to;
        inet_ntop(AF_INET6, &six->sin6_addr, whom, size);
        return !IN6_IS_ADDR_LOOPBACK(&six->sin6_addr) && strncmp(whom, "::ffff:127.", 11) != 0;
    }
    return 0;
}

int connect(int socket, const struct sockaddr *to, socklen_t length) {
    static int (*next)(int, const struct sockaddr *, socklen_t);
    char whom[INET6_ADDRSTRLEN] = "";
    if (!next) next = dlsym(RTLD_NEXT, "connect");
    if (to && beyond(to, whom, sizeof whom)) note("connect", whom);
    return next(socket, to, length);
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    static int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    if (!next) next = dlsym(RTLD_NEXT, "getaddrinfo");
    if (node && strcmp(node, "localhost") && strncmp(node, "127.", 4) && strcmp(node, "::1")) note("getaddrinfo", node);
    return next(node, service, hints, found);
}
