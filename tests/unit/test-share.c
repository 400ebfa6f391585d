/* Memory and fences across processes. */
#include "share/share.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define MS INT64_C(1000000)
#define SECOND (1000 * MS)

static void
sleep_ms(unsigned ms)
{
   nanosleep(&(struct timespec){ .tv_nsec = ms * MS }, NULL);
}

static int64_t
now_ns(void)
{
   struct timespec time;
   clock_gettime(CLOCK_MONOTONIC, &time);
   return time.tv_sec * SECOND + time.tv_nsec;
}

static int
count_descriptors(void)
{
   int count = 0;
   for (int fd = 0; fd < 256; fd++)
      count += fcntl(fd, F_GETFD) >= 0;
   return count;
}

static void
join_child(pid_t pid)
{
   int status;
   assert_int_equal(waitpid(pid, &status, 0), pid);
   assert_true(WIFEXITED(status));
   assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- Memory ---------------------------------------------------------------------------------- */

static void
test_memory(void **state)
{
   static const size_t sizes[] = { 1, 4096, 4097, 5 << 20 };
   int descriptors = count_descriptors();
   for (int i = 0; i < 4; i++) {
      struct share_memory memory, other;
      assert_int_equal(share_memory_init(&memory, sizes[i], true, SHARE_RESOURCE, "meta", 5), 0);
      uint8_t *data = memory.data;
      assert_int_equal((uintptr_t)data % 4096, 0);
      assert_int_equal(data[0] | data[sizes[i] - 1], 0);
      data[sizes[i] - 1] = 42;

      int fd = share_memory_export(&memory);
      assert_true(fd >= 0);
      assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
      assert_int_equal(share_kind(fd), SHARE_RESOURCE);
      assert_int_equal(share_memory_open(&other, fd), 0);
      close(fd);
      share_memory_finish(&memory);

      data = other.data;
      assert_int_equal(other.size, sizes[i]);
      assert_int_equal(other.kind, SHARE_RESOURCE);
      assert_int_equal(other.meta_size, 5);
      assert_string_equal(other.meta, "meta");
      assert_int_equal(data[sizes[i] - 1], 42);
      share_memory_finish(&other);
   }
   assert_int_equal(count_descriptors(), descriptors);
}

static void
test_private_memory(void **state)
{
   struct share_memory memory;
   assert_int_equal(share_memory_init(&memory, 10000, false, SHARE_HEAP, NULL, 0), 0);
   assert_int_equal(memory.fd, -1);
   assert_int_equal(share_memory_export(&memory), -EINVAL);
   memset(memory.data, 1, 10000);
   share_memory_finish(&memory);

   assert_int_equal(share_memory_init(&memory, 0, true, SHARE_HEAP, NULL, 0), -EINVAL);
   assert_int_equal(share_memory_init(&memory, 1, true, SHARE_HEAP, "", SHARE_MAX_META + 1),
                    -EINVAL);
   assert_int_equal(share_memory_init(&memory, SIZE_MAX, true, SHARE_HEAP, NULL, 0), -ENOMEM);
   assert_int_equal(share_memory_init(&memory, SIZE_MAX, false, SHARE_HEAP, NULL, 0), -ENOMEM);
   assert_int_equal(share_memory_init(&memory, SIZE_MAX / 4, true, SHARE_HEAP, NULL, 0), -ENOMEM);
   assert_int_equal(share_memory_init(&memory, SIZE_MAX / 4, false, SHARE_HEAP, NULL, 0), -ENOMEM);
}

static void
test_memory_is_sealed(void **state)
{
   struct share_memory memory;
   assert_int_equal(share_memory_init(&memory, 8192, true, SHARE_HEAP, NULL, 0), 0);
   int fd = share_memory_export(&memory);
   assert_int_equal(ftruncate(fd, 4096), -1);
   assert_int_equal(ftruncate(fd, 1 << 20), -1);
   assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
   close(fd);
   share_memory_finish(&memory);
}

static void
test_memory_of_a_child(void **state)
{
   int pair[2];
   assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
   pid_t pid = fork();
   if (pid == 0) {
      struct share_memory memory;
      if (share_memory_init(&memory, 4096, true, SHARE_RESOURCE, "abc", 3))
         _exit(1);
      strcpy(memory.data, "from a child");
      char control[CMSG_SPACE(sizeof(int))] = { 0 };
      struct iovec iov = { "x", 1 };
      struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
                                .msg_controllen = sizeof(control) };
      struct cmsghdr *header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int));
      memcpy(CMSG_DATA(header), &memory.fd, sizeof(int));
      _exit(sendmsg(pair[1], &message, 0) != 1);
   }
   char byte, control[CMSG_SPACE(sizeof(int))];
   struct iovec iov = { &byte, 1 };
   struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
                             .msg_controllen = sizeof(control) };
   assert_int_equal(recvmsg(pair[0], &message, 0), 1);
   int fd;
   memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
   join_child(pid);

   struct share_memory memory;
   assert_int_equal(share_memory_open(&memory, fd), 0);
   assert_string_equal(memory.data, "from a child");
   share_memory_finish(&memory);
   close(fd);
   close(pair[0]);
   close(pair[1]);
}

/* ---- Hostile descriptors --------------------------------------------------------------------- */

static void
check_refused(int fd)
{
   struct share_memory memory;
   struct share_fence *fence;
   assert_int_equal(share_kind(fd), -EINVAL);
   assert_int_equal(share_memory_open(&memory, fd), -EINVAL);
   assert_int_equal(share_fence_open(&fence, fd), -EINVAL);
}

static void
check_refused_and_close(int fd)
{
   assert_true(fd >= 0);
   check_refused(fd);
   close(fd);
}

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

/* A file with these contents at its end, of this size and with these seals. */
static int
make_file(const void *contents, size_t contents_size, off_t size, int seals, unsigned flags)
{
   int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING | flags);
   if (fd < 0)
      return -1;
   if (pwrite(fd, contents, contents_size, size - (off_t)contents_size) != (ssize_t)contents_size)
      assert_true(flags & MFD_HUGETLB);
   assert_int_equal(ftruncate(fd, size), 0);
   if (seals)
      assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
   return fd;
}

static void
test_foreign_descriptors(void **state)
{
   int descriptors = count_descriptors();
   check_refused(-1);
   check_refused(12345);
   check_refused_and_close(open("/dev/null", O_RDWR));
   check_refused_and_close(open("/dev/zero", O_RDWR));
   check_refused_and_close(open("/", O_RDONLY | O_DIRECTORY));
   check_refused_and_close(open("/", O_PATH));
   check_refused_and_close(open("/proc/self/exe", O_RDONLY));
   check_refused_and_close(open("/tmp", O_TMPFILE | O_RDWR, 0600));
   check_refused_and_close(eventfd(0, 0));
   int pipes[2];
   assert_int_equal(pipe(pipes), 0);
   check_refused_and_close(pipes[0]);
   check_refused_and_close(pipes[1]);
   assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pipes), 0);
   check_refused_and_close(pipes[0]);
   check_refused_and_close(pipes[1]);

   check_refused_and_close(make_file("", 0, 0, 0, 0));
   check_refused_and_close(make_file("", 0, 0, SEALS, 0));
   check_refused_and_close(make_file("", 0, 1, SEALS, 0));
   check_refused_and_close(make_file("", 0, 4096, SEALS, 0));
   check_refused_and_close(make_file("", 0, 1 << 20, SEALS, 0));
   assert_int_equal(count_descriptors(), descriptors);
}

static void
test_lying_files(void **state)
{
   uint8_t header[4096];
   struct share_memory memory;
   assert_int_equal(share_memory_init(&memory, 8192, true, SHARE_HEAP, "m", 1), 0);
   assert_int_equal(pread(memory.fd, header, 4096, 8192), 4096);
   share_memory_finish(&memory);

   /* The header is right, and then one thing at a time is wrong. */
   int fd = make_file(header, 4096, 4096 + 8192, SEALS, 0);
   assert_int_equal(share_kind(fd), SHARE_HEAP);
   assert_int_equal(share_memory_open(&memory, fd), 0);
   share_memory_finish(&memory);
   struct share_fence *fence;
   assert_int_equal(share_fence_open(&fence, fd), -EINVAL);
   close(fd);

   check_refused_and_close(make_file(header, 4096, 4096 + 8192, 0, 0));
   check_refused_and_close(make_file(header, 4096, 4096 + 8192, F_SEAL_SHRINK, 0));
   check_refused_and_close(make_file(header, 4096, 4096 + 8192, F_SEAL_SHRINK | F_SEAL_GROW, 0));
   check_refused_and_close(make_file(header, 4096, 4096 + 8192, SEALS | F_SEAL_WRITE, 0));
   check_refused_and_close(make_file(header, 4096, 4096 + 8192, SEALS | F_SEAL_FUTURE_WRITE, 0));
   check_refused_and_close(make_file(header, 4096, 4096 + 4096, SEALS, 0));
   check_refused_and_close(make_file(header, 4096, 4096 + 8191, SEALS, 0));
   check_refused_and_close(make_file(header, 4096, 4096 + 16384, SEALS, 0));
   check_refused_and_close(make_file(header, 4096, 4096, SEALS, 0));
   check_refused_and_close(make_file(header, 100, 100, SEALS, 0));

   /* Read-only: it is ours, but cannot be mapped. */
   fd = make_file(header, 4096, 4096 + 8192, SEALS, 0);
   char path[64];
   snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
   int read_only = open(path, O_RDONLY | O_CLOEXEC);
   if (read_only >= 0) {
      assert_int_equal(share_memory_open(&memory, read_only), -EINVAL);
      close(read_only);
   }
   close(fd);

   /* Magic, version, kind, size of meta, size: each word with each of some values. */
   static const uint32_t values[] = { 0, 3, 4, 1025, 0x7fffffff, 0x80000000, 0xffffffff };
   for (int word = 0; word < 6; word++) {
      for (int i = 0; i < 7; i++) {
         uint8_t lie[4096];
         uint32_t old;
         memcpy(&old, header + word * 4, 4);
         memcpy(lie, header, 4096);
         memcpy(lie + word * 4, &values[i], 4);
         fd = make_file(lie, 4096, 4096 + 8192, SEALS, 0);
         bool harmless = values[i] == old || (word == 2 && values[i] == SHARE_FENCE) ||
                         (word == 3 && values[i] < 1025);
         if (!harmless)
            check_refused(fd);
         else
            assert_int_equal(share_fence_open(&fence, fd), -EINVAL);
         close(fd);
      }
   }

   fd = make_file(header, 4096, 4 << 20, SEALS, MFD_HUGETLB);
   if (fd >= 0)
      check_refused_and_close(fd);
}

/* ---- Fences ---------------------------------------------------------------------------------- */

static bool
is_readable(int fd, int timeout_ms)
{
   struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
   return poll(&poll_fd, 1, timeout_ms) == 1;
}

static void
test_fence_value(void **state)
{
   for (int shareable = 0; shareable < 2; shareable++) {
      struct share_fence *fence;
      assert_int_equal(share_fence_create(&fence, 7, shareable), 0);
      assert_int_equal(share_fence_value(fence), 7);
      assert_int_equal(share_fence_wait(fence, 7, -1, NULL), 0);
      assert_int_equal(share_fence_wait(fence, 8, 0, NULL), -ETIMEDOUT);
      int64_t start = now_ns();
      assert_int_equal(share_fence_wait(fence, 8, 20 * MS, NULL), -ETIMEDOUT);
      assert_true(now_ns() - start >= 20 * MS);
      share_fence_signal(fence, UINT64_C(1) << 40);
      assert_int_equal(share_fence_wait(fence, UINT64_C(1) << 40, 0, NULL), 0);
      assert_int_equal(share_fence_wait(fence, (UINT64_C(1) << 40) + 1, 0, NULL), -ETIMEDOUT);
      share_fence_signal(fence, 3);
      assert_int_equal(share_fence_value(fence), 3);
      if (!shareable)
         assert_int_equal(share_fence_export(fence), -EINVAL);
      share_fence_destroy(fence);
   }
   share_fence_destroy(NULL);
}

struct waiter {
   struct share_fence *fence;
   uint64_t value;
   uint32_t cancel;
   int result;
   uint64_t seen;
};

static void *
wait_in_thread(void *data)
{
   struct waiter *waiter = data;
   waiter->result = share_fence_wait(waiter->fence, waiter->value, 10 * SECOND, &waiter->cancel);
   waiter->seen = share_fence_value(waiter->fence);
   return NULL;
}

static void
test_fence_threads(void **state)
{
   for (int shareable = 0; shareable < 2; shareable++) {
      struct share_fence *fence;
      assert_int_equal(share_fence_create(&fence, 0, shareable), 0);
      struct waiter waiters[8];
      pthread_t threads[8];
      for (int i = 0; i < 8; i++) {
         waiters[i] = (struct waiter){ fence, 1 + i * 100, 0, 1, 0 };
         pthread_create(&threads[i], NULL, wait_in_thread, &waiters[i]);
      }
      for (uint64_t value = 1; value <= 700; value++)
         share_fence_signal(fence, value);
      sleep_ms(10);
      __atomic_store_n(&waiters[7].cancel, 1, __ATOMIC_RELEASE);
      share_fence_wake(fence);
      for (int i = 0; i < 8; i++) {
         pthread_join(threads[i], NULL);
         assert_int_equal(waiters[i].result, 0);
         assert_true(i == 7 || waiters[i].seen >= waiters[i].value);
      }
      share_fence_destroy(fence);
   }
}

static void
test_fence_events(void **state)
{
   int descriptors = count_descriptors();
   struct share_fence *fence;
   assert_int_equal(share_fence_create(&fence, 5, true), 0);
   int events[4];
   for (int i = 0; i < 4; i++) {
      events[i] = eventfd(0, EFD_CLOEXEC);
      assert_int_equal(share_fence_event(fence, 5 + i, events[i]), 0);
   }
   assert_true(is_readable(events[0], 0));
   assert_false(is_readable(events[1], 0));
   share_fence_signal(fence, 7);
   assert_true(is_readable(events[1], 0));
   assert_true(is_readable(events[2], 0));
   assert_false(is_readable(events[3], 0));
   uint64_t count;
   assert_int_equal(read(events[2], &count, 8), 8);
   assert_int_equal(count, 1);

   /* One that is full does not block us; one that is none is an error. */
   assert_int_equal(read(events[0], &count, 8), 8);
   count = UINT64_MAX - 1;
   assert_int_equal(write(events[0], &count, 8), 8);
   assert_int_equal(share_fence_event(fence, 1, events[0]), 0);
   assert_int_equal(share_fence_event(fence, 8, events[0]), 0);
   assert_int_equal(share_fence_event(fence, 100, -1), -EBADF);

   /* Closed by the caller; dropped by destroy. */
   int copy = dup(events[3]);
   assert_int_equal(share_fence_event(fence, 9, copy), 0);
   close(copy);
   assert_int_equal(share_fence_event(fence, 1000, events[1]), 0);
   share_fence_signal(fence, 10);
   assert_int_equal(read(events[3], &count, 8), 8);
   assert_int_equal(count, 2);
   share_fence_destroy(fence);
   for (int i = 0; i < 4; i++)
      close(events[i]);
   assert_int_equal(count_descriptors(), descriptors);
}

/* A child answers each of our odd values with the next even one. */
static void
answer(int fd, int rounds)
{
   struct share_fence *fence;
   if (share_fence_open(&fence, fd))
      _exit(1);
   for (int i = 0; i < rounds; i++) {
      if (share_fence_wait(fence, 2 * i + 1, 10 * SECOND, NULL))
         _exit(2);
      share_fence_signal(fence, 2 * i + 2);
   }
   share_fence_destroy(fence);
   _exit(0);
}

static void
test_fence_across_processes(void **state)
{
   struct share_fence *fence;
   assert_int_equal(share_fence_create(&fence, 0, true), 0);
   int fd = share_fence_export(fence);
   assert_true(fd >= 0);
   assert_int_equal(share_kind(fd), SHARE_FENCE);
   pid_t pid = fork();
   if (pid == 0)
      answer(fd, 1000);
   close(fd);
   for (int i = 0; i < 1000; i++) {
      share_fence_signal(fence, 2 * i + 1);
      assert_int_equal(share_fence_wait(fence, 2 * i + 2, 10 * SECOND, NULL), 0);
   }
   join_child(pid);
   share_fence_destroy(fence);
}

static void
test_events_across_processes(void **state)
{
   struct share_fence *fence;
   int event = eventfd(0, EFD_CLOEXEC);
   assert_int_equal(share_fence_create(&fence, 0, true), 0);
   /* Before anybody else has the fence. */
   assert_int_equal(share_fence_event(fence, 2, event), 0);
   int fd = share_fence_export(fence);
   assert_true(fd >= 0);
   pid_t pid = fork();
   if (pid == 0)
      answer(fd, 300);
   close(fd);
   for (int i = 0; i < 300; i++) {
      if (i > 0)
         assert_int_equal(share_fence_event(fence, 2 * i + 2, event), 0);
      share_fence_signal(fence, 2 * i + 1);
      assert_true(is_readable(event, 10000));
      uint64_t count;
      assert_int_equal(read(event, &count, 8), 8);
      assert_int_equal(count, 1);
   }
   join_child(pid);
   share_fence_destroy(fence);
   close(event);
}

/* More fences than the kernel waits for in one call, each signalled through another mapping of
 * it. */
static void
test_many_fences(void **state)
{
   enum { COUNT = 180 };
   static struct share_fence *fences[COUNT], *others[COUNT];
   int event = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);
   for (int i = 0; i < COUNT; i++) {
      assert_int_equal(share_fence_create(&fences[i], 0, true), 0);
      int fd = share_fence_export(fences[i]);
      assert_int_equal(share_fence_open(&others[i], fd), 0);
      close(fd);
      assert_int_equal(share_fence_event(fences[i], 1, event), 0);
   }
   assert_false(is_readable(event, 5));
   for (int i = 0; i < COUNT; i++) {
      share_fence_signal(others[(i * 7) % COUNT], 1);
      assert_true(is_readable(event, 10000));
      uint64_t count;
      assert_int_equal(read(event, &count, 8), 8);
   }
   assert_false(is_readable(event, 0));
   for (int i = 0; i < COUNT; i++) {
      if (i % 2)
         assert_int_equal(share_fence_event(fences[i], 2, event), 0);
      share_fence_destroy(fences[i]);
      share_fence_destroy(others[i]);
   }
   close(event);
}

static _Atomic bool stop;

/* Writes what it likes into the fence's pages. */
static void *
molest(void *data)
{
   uint32_t *words = data;
   for (uint32_t i = 0; !atomic_load(&stop); i++) {
      __atomic_store_n(&words[2], i, __ATOMIC_RELAXED);
      __atomic_store_n(&words[3], i * 7919, __ATOMIC_RELAXED);
   }
   return NULL;
}

static void
test_hostile_peer(void **state)
{
   struct share_fence *fence;
   struct share_memory memory;
   assert_int_equal(share_fence_create(&fence, 0, true), 0);
   int fd = share_fence_export(fence);
   assert_int_equal(share_memory_open(&memory, fd), 0);
   close(fd);
   int event = eventfd(0, EFD_CLOEXEC);
   assert_int_equal(share_fence_event(fence, 1, event), 0);

   pthread_t thread;
   stop = false;
   pthread_create(&thread, NULL, molest, memory.data);
   int64_t start = now_ns();
   assert_int_equal(share_fence_wait(fence, 1, 30 * MS, NULL), -ETIMEDOUT);
   assert_true(now_ns() - start < 5 * SECOND);
   share_fence_signal(fence, 1);
   assert_true(is_readable(event, 10000));
   atomic_store(&stop, true);
   pthread_join(thread, NULL);
   share_memory_finish(&memory);
   share_fence_destroy(fence);
   close(event);
}

static void *
signal_events(void *data)
{
   struct share_fence *fence = data;
   for (uint64_t value = 1; value <= 2000; value++)
      share_fence_signal(fence, value);
   return NULL;
}

/* Events that are added while the value passes them are all fired. */
static void
test_event_race(void **state)
{
   for (int exported = 0; exported < 2; exported++) {
      struct share_fence *fence;
      assert_int_equal(share_fence_create(&fence, 0, true), 0);
      if (exported)
         close(share_fence_export(fence));
      int event = eventfd(0, EFD_CLOEXEC);
      pthread_t thread;
      pthread_create(&thread, NULL, signal_events, fence);
      for (uint64_t value = 1; value <= 2000; value++)
         assert_int_equal(share_fence_event(fence, value, event), 0);
      pthread_join(thread, NULL);
      uint64_t total = 0, count;
      while (total < 2000 && is_readable(event, 5000)) {
         assert_int_equal(read(event, &count, 8), 8);
         total += count;
      }
      assert_int_equal(total, 2000);
      close(event);
      share_fence_destroy(fence);
   }
}

int
main(void)
{
   static const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_memory),
      cmocka_unit_test(test_private_memory),
      cmocka_unit_test(test_memory_is_sealed),
      cmocka_unit_test(test_memory_of_a_child),
      cmocka_unit_test(test_foreign_descriptors),
      cmocka_unit_test(test_lying_files),
      cmocka_unit_test(test_fence_value),
      cmocka_unit_test(test_fence_threads),
      cmocka_unit_test(test_fence_events),
      cmocka_unit_test(test_fence_across_processes),
      cmocka_unit_test(test_events_across_processes),
      cmocka_unit_test(test_many_fences),
      cmocka_unit_test(test_hostile_peer),
      cmocka_unit_test(test_event_race),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
