/*
 * Hostile clients at the server half of the protocol: noise, damaged messages, well-formed requests
 * with wrong arguments, and descriptors of all kinds. Arguments: the number of clients, the seed.
 *
 * The clients are written byte by byte, since libwayland would not send such things. The server has to
 * live, and to be as it was when they are gone: its descriptors, its memory, its queue.
 */
#include "wayland/server/server.h"

#include "dxg-v1-server-protocol.h"
#include "gpu.h"
#include "mutate.h"

#include <dirent.h>
#include <drm_fourcc.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SIZE 16
#define MAX_BYTES 4000 /* libwayland takes 4096 at once */
#define MAX_FDS 16
#define MAX_IDS 512
#define MAX_KEPT_HEAP (256 << 10) /* caches of libc and of the device */

#define CHECK(condition)                                                                           \
   do {                                                                                            \
      if (!(condition)) {                                                                          \
         fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                           \
         abort();                                                                                  \
      }                                                                                            \
   } while (0)

enum kind {
   DELETED,
   DXG,
   TIMELINE,
   BUFFER,
   SYNCED_BUFFER, /* it has its dxg_buffer_sync_v1 */
   SYNC,
};

static struct gpu gpu;
static struct mutator mutator;
static struct wl_display *display;
static struct dxg_server *server;
static struct dxg_texture texture;
static struct dxg_timeline timelines[3];

static uint32_t
below(uint32_t limit)
{
   return mutator_below(&mutator, limit);
}

/* ---- Descriptors ------------------------------------------------------------------------------ */

/* A file like a handle of our own device, with something wrong. */
static int
make_lying_file(void)
{
   static const unsigned all_seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
   uint8_t bytes[8192] = { 0 };
   const int from = below(2) ? texture.handle : timelines[0].handle;
   const int fd = memfd_create("lie", MFD_CLOEXEC | MFD_ALLOW_SEALING);

   CHECK(fd >= 0);
   size_t size = pread(from, bytes, sizeof(bytes), 0);
   CHECK(size <= sizeof(bytes));
   if (below(4))
      mutate(&mutator, bytes, MIN2(size, 256));
   if (below(2))
      size = below(sizeof(bytes));
   CHECK(pwrite(fd, bytes, size, 0) == (ssize_t)size);
   if (below(2))
      CHECK(ftruncate(fd, below(4) ? (off_t)below(16) * 4096 : (off_t)below(65536)) == 0);
   if (below(4))
      fcntl(fd, F_ADD_SEALS, below(4) ? all_seals : all_seals & below(16));
   return fd;
}

static int
make_descriptor(void)
{
   int pair[2];

   switch (below(12)) {
   case 0:
      CHECK(pipe2(pair, O_CLOEXEC) == 0);
      close(pair[1]);
      return pair[0];
   case 1:
      CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
      close(pair[1]);
      return pair[0];
   case 2:
      return open(below(2) ? "/dev/null" : "/proc/self/exe", O_RDONLY | O_CLOEXEC);
   case 3:
      return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
   case 4:
      return eventfd(0, EFD_CLOEXEC);
   case 5:
   case 6:
   case 7:
      return make_lying_file();
   case 8:
   case 9:
      return fcntl(texture.handle, F_DUPFD_CLOEXEC, 0);
   default:
      return fcntl(timelines[below(3)].handle, F_DUPFD_CLOEXEC, 0);
   }
}

/* ---- Messages --------------------------------------------------------------------------------- */

struct hostile {
   int socket;
   struct wl_client *client; /* NULL: it was thrown out */
   struct wl_listener gone;
   enum kind kinds[MAX_IDS]; /* by id */
   uint32_t next_id;
   uint32_t bytes[MAX_BYTES / 4];
   unsigned num_words;
   int fds[MAX_FDS];
   unsigned num_fds;
};

static void
put(struct hostile *h, uint32_t word)
{
   h->bytes[h->num_words++] = word;
}

/* Returns where the message's size goes. */
static unsigned
begin(struct hostile *h, uint32_t id)
{
   put(h, id);
   put(h, 0);
   return h->num_words - 1;
}

static void
end(struct hostile *h, unsigned at, uint32_t opcode)
{
   h->bytes[at] = (h->num_words - at + 1) * 4 << 16 | opcode;
}

static void
put_fd(struct hostile *h, int fd)
{
   /* Now and then it is left out, or there is one too many. */
   if (below(100) == 0) {
      close(fd);
      return;
   }
   h->fds[h->num_fds++] = fd;
   if (below(100) == 0)
      h->fds[h->num_fds++] = make_descriptor();
}

static uint32_t
new_id(struct hostile *h, enum kind kind)
{
   if (below(200) == 0)
      return below(MAX_IDS);
   h->kinds[h->next_id] = kind;
   return h->next_id++;
}

static uint32_t
find_id(struct hostile *h, enum kind kind)
{
   const uint32_t start = 1 + below(h->next_id);

   if (below(200) == 0)
      return below(2) ? below(h->next_id + 2) : mutator_next(&mutator);
   for (uint32_t i = 0; i < h->next_id; i++) {
      const uint32_t id = (start + i) % h->next_id;
      if (h->kinds[id] == kind)
         return id;
   }
   return 0;
}

static void
put_bind(struct hostile *h)
{
   static const char name[8] = "dxg_v1";
   unsigned at = begin(h, 1); /* wl_display.get_registry */

   put(h, 2);
   end(h, at, 1);
   at = begin(h, 2); /* wl_registry.bind */
   put(h, 1);
   put(h, sizeof("dxg_v1"));
   memcpy(&h->bytes[h->num_words], name, sizeof(name));
   h->num_words += sizeof(name) / 4;
   put(h, 1);
   put(h, 3);
   h->kinds[3] = DXG;
   h->next_id = 4;
   end(h, at, 0);
}

static void
put_create_timeline(struct hostile *h, int fd)
{
   const unsigned at = begin(h, find_id(h, DXG));

   put(h, new_id(h, TIMELINE));
   put_fd(h, fd);
   end(h, at, 1);
}

static uint32_t
pick_size(void)
{
   static const uint32_t sizes[] = { 0, 1, 15, 17, 16384, 16385, 0x7fffffff, 0x80000000, ~0u };

   return below(40) ? SIZE : sizes[below(ARRAY_LENGTH(sizes))];
}

static void
put_create_buffer(struct hostile *h, int fd)
{
   const unsigned at = begin(h, find_id(h, DXG));
   const uint32_t acquire = find_id(h, TIMELINE);
   uint32_t release = find_id(h, TIMELINE);

   for (unsigned tries = 20; tries && release == acquire; tries--)
      release = find_id(h, TIMELINE);
   put(h, new_id(h, BUFFER));
   put(h, acquire);
   put(h, release);
   put_fd(h, fd);
   put(h, pick_size());
   put(h, pick_size());
   put(h, below(40)  ? DRM_FORMAT_ARGB8888
          : below(2) ? DRM_FORMAT_XBGR8888
                     : mutator_next(&mutator));
   end(h, at, 2);
}

static void
put_get_sync(struct hostile *h)
{
   const unsigned at = begin(h, find_id(h, DXG));
   const uint32_t buffer = find_id(h, BUFFER);

   put(h, new_id(h, SYNC));
   put(h, buffer);
   if (buffer < MAX_IDS)
      h->kinds[buffer] = SYNCED_BUFFER;
   end(h, at, 3);
}

static void
put_point(struct hostile *h)
{
   static uint32_t point;
   const unsigned at = begin(h, find_id(h, SYNC));

   put(h, below(50) ? 0 : mutator_next(&mutator));
   put(h, ++point);
   end(h, at, 1);
}

static void
put_destroy(struct hostile *h)
{
   const uint32_t id = find_id(h, TIMELINE + below(4));
   const unsigned at = begin(h, id);

   if (id < MAX_IDS)
      h->kinds[id] = DELETED;
   end(h, at, 0);
}

static bool
has(const struct hostile *h, enum kind kind, unsigned count)
{
   for (uint32_t id = 0; id < h->next_id && count; id++)
      count -= h->kinds[id] == kind;
   return count == 0;
}

/* Mostly one that the server can take: else no client would come far. */
static void
put_request(struct hostile *h)
{
   const unsigned what = below(40) ? below(16) : 16 + below(5);

   if (what == 16 || !has(h, TIMELINE, 2) || what < 2)
      put_create_timeline(h, below(30) ? fcntl(timelines[below(3)].handle, F_DUPFD_CLOEXEC, 0)
                                       : make_descriptor());
   else if (what == 17 || (!has(h, BUFFER, 1) && !has(h, SYNCED_BUFFER, 1)) || what < 5)
      put_create_buffer(h,
                        below(30) ? fcntl(texture.handle, F_DUPFD_CLOEXEC, 0) : make_descriptor());
   else if (what == 18 || (has(h, BUFFER, 1) && what < 8))
      put_get_sync(h);
   else if (what == 19 || what < 9)
      put_destroy(h);
   else if (what == 20 || has(h, SYNC, 1))
      put_point(h);
}

static void
put_noise(struct hostile *h)
{
   for (unsigned n = 1 + below(64); n; n--)
      put(h, below(2) ? below(16) : mutator_next(&mutator));
   for (unsigned n = below(4); n; n--)
      h->fds[h->num_fds++] = make_descriptor();
}

/* ---- A client's life -------------------------------------------------------------------------- */

static void
on_gone(struct wl_listener *listener, void *data)
{
   struct hostile *h = wl_container_of(listener, h, gone);

   h->client = NULL;
}

static void
send_all(struct hostile *h, size_t size)
{
   union {
      char bytes[CMSG_SPACE(MAX_FDS * sizeof(int))];
      struct cmsghdr align;
   } control = { 0 };
   struct iovec iovec = { h->bytes, size };
   struct msghdr message = { .msg_iov = &iovec, .msg_iovlen = 1 };

   if (h->num_fds) {
      message.msg_control = control.bytes;
      message.msg_controllen = CMSG_SPACE(h->num_fds * sizeof(int));
      struct cmsghdr *header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(h->num_fds * sizeof(int));
      memcpy(CMSG_DATA(header), h->fds, h->num_fds * sizeof(int));
   }
   const ssize_t sent = sendmsg(h->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
   (void)sent; /* it may have been thrown out */
   for (; h->num_fds; h->num_fds--)
      close(h->fds[h->num_fds - 1]);
   h->num_words = 0;
}

static void
serve(void)
{
   wl_event_loop_dispatch(wl_display_get_event_loop(display), 0);
   wl_display_flush_clients(display);
}

/* A compositor reads and releases what it is given. */
static enum wl_iterator_result
use_resource(struct wl_resource *resource, void *data)
{
   struct dxg_server_buffer *buffer = dxg_server_buffer_from_resource(server, resource);
   unsigned *count = data;

   if (!buffer)
      return WL_ITERATOR_CONTINUE;
   (*count)++;
   if (below(2))
      dxg_server_buffer_acquire(buffer);
   if (below(2))
      wl_buffer_send_release(resource);
   return WL_ITERATOR_CONTINUE;
}

static unsigned
use_buffers(struct hostile *h)
{
   unsigned count = 0;

   if (h->client)
      wl_client_for_each_resource(h->client, use_resource, &count);
   return count;
}

static void
connect_hostile(struct hostile *h)
{
   int sockets[2];

   *h = (struct hostile){ 0 };
   CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0);
   h->socket = sockets[1];
   h->client = wl_client_create(display, sockets[0]);
   CHECK(h->client);
   h->gone.notify = on_gone;
   wl_client_add_destroy_listener(h->client, &h->gone);
   put_bind(h);
}

static void
disconnect_hostile(struct hostile *h)
{
   close(h->socket);
   while (h->client)
      serve();
}

static unsigned
attack(void)
{
   struct hostile h;
   unsigned buffers = 0;
   const unsigned style = below(8);

   connect_hostile(&h);
   for (unsigned batches = 1 + below(6); batches && h.client; batches--) {
      if (style == 0)
         put_noise(&h);
      for (unsigned n = below(24); n && h.num_fds < MAX_FDS - 3 && h.next_id < MAX_IDS - 4; n--)
         put_request(&h);
      size_t size = h.num_words * 4;
      if (style == 1)
         size = mutate(&mutator, (uint8_t *)h.bytes, size);
      send_all(&h, size);
      serve();
      buffers += use_buffers(&h);
      /* Some promises are kept. */
      if (below(4) == 0)
         dxg_timeline_signal_now(&timelines[below(3)],
                                 below(8) ? timelines[0].value++ : UINT32_MAX);
   }
   disconnect_hostile(&h);
   return buffers;
}

static void
check_a_good_client(void)
{
   struct hostile h;

   connect_hostile(&h);
   unsigned at;
   for (int i = 0; i < 2; i++) {
      at = begin(&h, 3);
      put(&h, 4 + i);
      h.fds[h.num_fds++] = fcntl(timelines[i].handle, F_DUPFD_CLOEXEC, 0);
      end(&h, at, 1);
   }
   at = begin(&h, 3);
   put(&h, 6);
   put(&h, 4);
   put(&h, 5);
   h.fds[h.num_fds++] = fcntl(texture.handle, F_DUPFD_CLOEXEC, 0);
   put(&h, SIZE);
   put(&h, SIZE);
   put(&h, DRM_FORMAT_ARGB8888);
   end(&h, at, 2);
   send_all(&h, h.num_words * 4);
   serve();
   CHECK(use_buffers(&h) == 1);
   disconnect_hostile(&h);
}

static int
count_descriptors(void)
{
   DIR *dir = opendir("/proc/self/fd");
   int count = 0;

   CHECK(dir);
   while (readdir(dir))
      count++;
   closedir(dir);
   return count;
}

static void
on_flush(void *data)
{
}

static void
on_detach(void *data, void *attached)
{
}

static void
be_silent(const char *format, va_list args)
{
}

int
main(int argc, char **argv)
{
   static const struct dxg_server_callbacks callbacks = { on_flush, on_detach };
   const unsigned clients = argc > 1 ? atoi(argv[1]) : 1000;
   const unsigned warm_up = MIN2(clients / 10, 100);
   int descriptors = 0;
   size_t heap = 0;
   unsigned buffers = 0;

   mutator.state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
   wl_log_set_handler_server(be_silent);
   gpu_init(&gpu);
   CHECK(dxg_texture_init(&texture, &gpu.device, SIZE, SIZE, DRM_FORMAT_ARGB8888));
   for (unsigned i = 0; i < ARRAY_LENGTH(timelines); i++)
      CHECK(dxg_timeline_init(&timelines[i], &gpu.device));
   display = wl_display_create();
   CHECK(display);
   server = dxg_server_create(display, &gpu.device, &callbacks, NULL);
   CHECK(server);

   for (unsigned i = 0; i <= clients; i++) {
      if (i == warm_up) {
         CHECK(gpu_wait(&gpu, 20000));
         descriptors = count_descriptors();
         heap = mallinfo2().uordblks;
      }
      buffers += attack();
   }
   check_a_good_client();
   CHECK(gpu_wait(&gpu, 20000));
   /* The last of the device's own may take a moment. */
   for (int i = 0; i < 100 && count_descriptors() > descriptors; i++)
      nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
   CHECK(count_descriptors() <= descriptors);
   CHECK(mallinfo2().uordblks <= heap + MAX_KEPT_HEAP);
   printf("%u clients, %u uses of buffers\n", clients, buffers);

   dxg_server_destroy(server);
   wl_display_destroy(display);
   for (unsigned i = 0; i < ARRAY_LENGTH(timelines); i++)
      dxg_timeline_finish(&timelines[i]);
   dxg_texture_finish(&texture);
   gpu_finish(&gpu);
   return 0;
}
