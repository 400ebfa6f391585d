#include "x11/reconnect.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define FIRST_TCP_PORT 6000

/* The display's name, from where the connection leads. The paths of local servers end with
 * X<number>, in the file system or not (then they start with a zero byte). */
static bool
display_name(xcb_connection_t *xcb, char *name, size_t size)
{
   union {
      struct sockaddr any;
      struct sockaddr_un local;
      struct sockaddr_in ip4;
      struct sockaddr_in6 ip6;
      struct sockaddr_storage storage;
   } peer = { 0 };
   socklen_t length = sizeof(peer.storage) - 1;
   char host[INET6_ADDRSTRLEN];

   if (getpeername(xcb_get_file_descriptor(xcb), &peer.any, &length) < 0)
      return false;
   if (peer.any.sa_family == AF_UNIX && length > offsetof(struct sockaddr_un, sun_path) + 1) {
      const char *path = peer.local.sun_path + (peer.local.sun_path[0] == '\0');
      const char *number = strstr(path, "/X");
      return number && snprintf(name, size, ":%d", atoi(number + 2)) < (int)size;
   }
   if (peer.any.sa_family == AF_INET && inet_ntop(AF_INET, &peer.ip4.sin_addr, host, sizeof(host)))
      return snprintf(name, size, "%s:%d", host, ntohs(peer.ip4.sin_port) - FIRST_TCP_PORT) <
             (int)size;
   if (peer.any.sa_family == AF_INET6 &&
       inet_ntop(AF_INET6, &peer.ip6.sin6_addr, host, sizeof(host)))
      return snprintf(name, size, "[%s]:%d", host, ntohs(peer.ip6.sin6_port) - FIRST_TCP_PORT) <
             (int)size;
   return false;
}

static bool
is_same_server(xcb_connection_t *a, xcb_connection_t *b)
{
   const xcb_setup_t *setup_a = xcb_get_setup(a), *setup_b = xcb_get_setup(b);

   return setup_a->release_number == setup_b->release_number &&
          setup_a->roots_len == setup_b->roots_len &&
          xcb_setup_roots_iterator(setup_a).data->root ==
             xcb_setup_roots_iterator(setup_b).data->root &&
          /* Each client of a server has ids of its own. */
          setup_a->resource_id_base != setup_b->resource_id_base;
}

static xcb_connection_t *
connect_to(const char *name, xcb_connection_t *xcb)
{
   xcb_connection_t *other = xcb_connect(name, NULL);

   if (!xcb_connection_has_error(other) && is_same_server(xcb, other))
      return other;
   xcb_disconnect(other);
   return NULL;
}

xcb_connection_t *
x11_reconnect(xcb_connection_t *xcb)
{
   xcb_connection_t *other = NULL;
   char name[INET6_ADDRSTRLEN + 16];

   if (display_name(xcb, name, sizeof(name)))
      other = connect_to(name, xcb);
   /* In a sandbox the server's path may have another name. */
   return other ? other : connect_to(NULL, xcb);
}
