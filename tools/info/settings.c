#include "info.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *
environment(const char *name)
{
   const char *value = getenv(name);
   return value && *value ? value : NULL;
}

static void
print_threads(void)
{
   const char *threads = environment("DXG_THREADS");
   cpu_set_t cpus;

   if (threads)
      info_print("threads", "%s (DXG_THREADS)", threads);
   else if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0)
      info_print("threads", "%d (the CPUs that we may use)", CPU_COUNT(&cpus));
}

/* As src/d3d12/jit/cache.h says. */
static bool
cache_directory(char path[static PATH_MAX])
{
   const char *own = environment("DXG_CACHE_DIR");
   const char *xdg = environment("XDG_CACHE_HOME");
   const char *home = environment("HOME");

   if (own)
      snprintf(path, PATH_MAX, "%s", own);
   else if (xdg)
      snprintf(path, PATH_MAX, "%s/mesa-dxg", xdg);
   else if (home)
      snprintf(path, PATH_MAX, "%s/.cache/mesa-dxg", home);
   return own || xdg || home;
}

static void
print_cache(void)
{
   const char *limit = environment("DXG_CACHE_SIZE");
   char path[PATH_MAX];

   if (!cache_directory(path)) {
      info_print("cache", "none: neither DXG_CACHE_DIR, XDG_CACHE_HOME nor HOME is set");
      return;
   }
   DIR *directory = opendir(path);
   if (!directory) {
      info_print("cache", "%s (nothing in it yet)", path);
      return;
   }
   unsigned entries = 0;
   unsigned long long bytes = 0;
   for (const struct dirent *entry; (entry = readdir(directory));) {
      struct stat info;
      if (fstatat(dirfd(directory), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
          S_ISREG(info.st_mode)) {
         entries++;
         bytes += (unsigned long long)info.st_size;
      }
   }
   closedir(directory);
   info_print("cache", "%s: %u entries, %.1f MiB of %s", path, entries,
              (double)bytes / (1024 * 1024), limit ? limit : "1G");
}

void
info_settings(void)
{
   print_threads();
   print_cache();
}
