#include "util/debug.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
   const char *name;
   enum debug_flag flag;
   const char *what;
} names[] = {
   { "info", DEBUG_INFO, "what is in use and why, and errors of the caller" },
   { "perf", DEBUG_PERF, "copies, waits and compiles" },
   { "sync", DEBUG_SYNC, "fences and queues" },
   { "shaders", DEBUG_SHADERS, "shaders as they are compiled" },
};

static unsigned flags;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
print_help(void)
{
   fprintf(stderr, "dxg: DXG_DEBUG is a comma-separated list of\n");
   for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
      fprintf(stderr, "dxg:   %-8s %s\n", names[i].name, names[i].what);
}

static void
parse(void)
{
   const char *cursor = getenv("DXG_DEBUG");
   while (cursor && *cursor) {
      size_t length = strcspn(cursor, ",");
      bool known = length == 0;
      for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
         if (strlen(names[i].name) == length && !memcmp(names[i].name, cursor, length)) {
            flags |= names[i].flag;
            known = true;
         }
      }
      if (!known)
         print_help();
      cursor += length + (cursor[length] == ',');
   }
}

unsigned
debug_flags(void)
{
   pthread_once(&once, parse);
   return flags;
}

void
debug_printf(enum debug_flag flag, const char *format, ...)
{
   if (!debug_enabled(flag))
      return;

   char line[1024];
   va_list args;
   va_start(args, format);
   vsnprintf(line, sizeof(line), format, args);
   va_end(args);
   fprintf(stderr, "dxg: %s\n", line);
}
