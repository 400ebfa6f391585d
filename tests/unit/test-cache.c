/* The cache on disk. Each test runs in a process of its own, as the environment is read once. */
#include "jit/cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define CHECK(condition)                                                                           \
   do {                                                                                            \
      if (!(condition)) {                                                                          \
         fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                           \
         _exit(1);                                                                                 \
      }                                                                                            \
   } while (0)

static char directory[64];

static void
in_child(void (*function)(void))
{
   pid_t pid = fork();
   if (pid == 0) {
      function();
      _exit(0);
   }
   int status;
   assert_int_equal(waitpid(pid, &status, 0), pid);
   assert_true(WIFEXITED(status));
   assert_int_equal(WEXITSTATUS(status), 0);
}

/* An entry whose contents follow from its number, and do not compress. */
static void
make_entry(uint64_t number, struct jit_cache_entry *entry)
{
   uint64_t random = number * 0x9e3779b97f4a7c15 + 1;
   entry->object_size = 1 + number * 977 % 65536;
   entry->info_size = number % 3 * 100;
   entry->object = malloc(entry->object_size);
   entry->info = entry->info_size ? malloc(entry->info_size) : NULL;
   for (size_t i = 0; i < entry->object_size; i++) {
      random = random * 6364136223846793005 + 1442695040888963407;
      ((uint8_t *)entry->object)[i] = random >> 56;
   }
   if (entry->info)
      memset(entry->info, number, entry->info_size);
}

static void
make_key(uint64_t number, uint64_t key[2])
{
   key[0] = number * 0x9e3779b97f4a7c15;
   key[1] = number;
}

static void
store(uint64_t number)
{
   uint64_t key[2];
   struct jit_cache_entry entry;
   make_key(number, key);
   make_entry(number, &entry);
   jit_cache_store(key, &entry);
   jit_cache_entry_finish(&entry);
}

/* False: not there. Dies if what is there is not what was stored. */
static bool
load(uint64_t number)
{
   uint64_t key[2];
   struct jit_cache_entry entry, expected;
   make_key(number, key);
   if (!jit_cache_load(key, &entry))
      return false;
   make_entry(number, &expected);
   CHECK(entry.object_size == expected.object_size && entry.info_size == expected.info_size);
   CHECK(!memcmp(entry.object, expected.object, entry.object_size));
   CHECK(!entry.info_size || !memcmp(entry.info, expected.info, entry.info_size));
   jit_cache_entry_finish(&entry);
   jit_cache_entry_finish(&expected);
   return true;
}

/* What ftw's callbacks find. */
static char found_path[256];
static unsigned num_files, num_temporaries;
static uint64_t total_size;

static int
visit(const char *path, const struct stat *status, int type, struct FTW *level)
{
   if (type == FTW_F && level->level == 2) {
      num_files++;
      num_temporaries += strchr(path + strlen(directory), '.') != NULL;
      total_size += status->st_blocks * 512;
      snprintf(found_path, sizeof(found_path), "%s", path);
   }
   return 0;
}

static void
look(void)
{
   num_files = num_temporaries = total_size = 0;
   nftw(directory, visit, 8, FTW_PHYS);
}

static int
remove_visited(const char *path, const struct stat *status, int type, struct FTW *level)
{
   return remove(path);
}

static int
setup(void **state)
{
   strcpy(directory, "/tmp/test-cache-XXXXXX");
   if (!mkdtemp(directory))
      return -1;
   unsetenv("DXG_CACHE_SIZE");
   return setenv("DXG_CACHE_DIR", directory, 1);
}

static int
teardown(void **state)
{
   return nftw(directory, remove_visited, 8, FTW_DEPTH | FTW_PHYS);
}

static void
store_and_load(void)
{
   CHECK(!load(1));
   for (uint64_t i = 0; i < 100; i++)
      store(i);
   for (uint64_t i = 0; i < 100; i++)
      CHECK(load(i));
   CHECK(!load(100));
   look();
   CHECK(num_files == 100 && num_temporaries == 0);

   /* Stored again, it is replaced. */
   store(5);
   CHECK(load(5));
   look();
   CHECK(num_files == 100);
}

static void
test_store_and_load(void **state)
{
   in_child(store_and_load);
}

static void
overwrite(off_t offset, const void *data, size_t size)
{
   look();
   CHECK(num_files == 1);
   int fd = open(found_path, O_WRONLY);
   CHECK(fd >= 0 && pwrite(fd, data, size, offset) == (ssize_t)size);
   close(fd);
}

static void
check_rejected(void)
{
   CHECK(!load(7));
   look();
   CHECK(num_files == 0);
   store(7);
   CHECK(load(7));
   look();
   CHECK(num_files == 1);
}

static void
damage(void)
{
   store(7);
   look();
   CHECK(num_files == 1);
   struct stat status;
   CHECK(!stat(found_path, &status));

   CHECK(!truncate(found_path, 0));
   check_rejected();
   CHECK(!truncate(found_path, 40));
   check_rejected();
   CHECK(!truncate(found_path, status.st_size - 1));
   check_rejected();
   CHECK(!truncate(found_path, status.st_size + 1));
   check_rejected();
   CHECK(!truncate(found_path, INT64_C(1) << 40));
   check_rejected();
   for (off_t offset = 0; offset < 128; offset++) {
      uint8_t byte = 0x55;
      overwrite(offset, &byte, 1);
      if (!load(7))
         check_rejected();
   }
   overwrite(status.st_size / 2, "damage", 6);
   check_rejected();
   static const uint32_t huge[] = { UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX };
   overwrite(40, huge, sizeof(huge));
   check_rejected();

   /* Files that others could have written, or that are none. */
   CHECK(!chmod(found_path, 0666));
   check_rejected();
   char other[300];
   snprintf(other, sizeof(other), "%s/other", directory);
   CHECK(!rename(found_path, other) && !symlink(other, found_path));
   CHECK(!load(7));
   store(7);
   CHECK(load(7));
   CHECK(!unlink(found_path) && !mkfifo(found_path, 0600));
   CHECK(!load(7));
   store(7);
   CHECK(load(7));

   /* The entry of another key under this name. */
   char name[256];
   strcpy(name, found_path);
   CHECK(!unlink(found_path));
   store(8);
   look();
   CHECK(!rename(found_path, name));
   check_rejected();
}

static void
test_damage(void **state)
{
   in_child(damage);
}

static void
store_in_vain(void)
{
   store(1);
   CHECK(!load(1));
}

static void
store_once(void)
{
   store(1);
   CHECK(load(1));
}

static void
test_directories(void **state)
{
   char path[128];
   setenv("DXG_CACHE_SIZE", "0", 1);
   in_child(store_in_vain);
   look();
   assert_int_equal(num_files, 0);
   setenv("DXG_CACHE_SIZE", "12 parsecs", 1);
   in_child(store_once);
   unsetenv("DXG_CACHE_SIZE");

   setenv("DXG_CACHE_DIR", "/dev/null/cache", 1);
   in_child(store_in_vain);
   setenv("DXG_CACHE_DIR", "/proc/nowhere", 1);
   in_child(store_in_vain);

   unsetenv("DXG_CACHE_DIR");
   unsetenv("HOME");
   unsetenv("XDG_CACHE_HOME");
   in_child(store_in_vain);
   setenv("XDG_CACHE_HOME", "relative", 1);
   in_child(store_in_vain);
   snprintf(path, sizeof(path), "%s/new/deep", directory);
   setenv("XDG_CACHE_HOME", path, 1);
   in_child(store_once);
   unsetenv("XDG_CACHE_HOME");
   snprintf(path, sizeof(path), "%s/home", directory);
   setenv("HOME", path, 1);
   in_child(store_once);
   snprintf(path, sizeof(path), "%s/home/.cache/mesa-dxg", directory);
   struct stat status;
   assert_int_equal(stat(path, &status), 0);
   assert_int_equal(status.st_mode & 0777, 0700);
}

static void
store_many(void)
{
   for (uint64_t i = 0; i < 200; i++)
      store(i);
   CHECK(load(199));
   CHECK(!load(0));
}

static void
test_eviction(void **state)
{
   setenv("DXG_CACHE_SIZE", "1", 1);
   in_child(store_in_vain);
   setenv("DXG_CACHE_SIZE", "1M", 1);
   in_child(store_many);
   look();
   assert_true(num_files > 10);
   assert_true(total_size <= 1200 << 10);
}

static void
store_for_ever(void)
{
   for (uint64_t i = getpid();; i++)
      store(i % 300);
}

static void
load_all(void)
{
   unsigned found = 0;
   for (uint64_t i = 0; i < 300; i++)
      found += load(i);
   CHECK(found > 0);
}

/* Two processes write the same entries, in a cache that evicts all the time; both die in the middle
 * of something. What can be read afterwards is whole, and what cannot goes with time. */
static void
test_killed_writers(void **state)
{
   setenv("DXG_CACHE_SIZE", "2M", 1);
   for (int round = 0; round < 10; round++) {
      pid_t pids[2];
      for (int i = 0; i < 2; i++) {
         pids[i] = fork();
         if (pids[i] == 0)
            store_for_ever();
      }
      for (int i = 0; i < 2; i++) {
         nanosleep(&(struct timespec){ .tv_nsec = 20000000 + round * 1234567 }, NULL);
         in_child(load_all);
         kill(pids[i], SIGKILL);
         int status;
         waitpid(pids[i], &status, 0);
         assert_true(WIFSIGNALED(status));
      }
      in_child(load_all);
   }
   in_child(store_many);
   look();
   assert_int_equal(num_temporaries, 0);
   assert_true(total_size <= 2400 << 10);
}

int
main(void)
{
   static const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_store_and_load, setup, teardown),
      cmocka_unit_test_setup_teardown(test_damage, setup, teardown),
      cmocka_unit_test_setup_teardown(test_directories, setup, teardown),
      cmocka_unit_test_setup_teardown(test_eviction, setup, teardown),
      cmocka_unit_test_setup_teardown(test_killed_writers, setup, teardown),
   };
   return cmocka_run_group_tests(tests, NULL, NULL);
}
