#include "api/adapter_text.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

static char description[128];

/* One space for each run of them, none at the ends. */
static void
squeeze(char *text)
{
   char *to = text;

   for (const char *from = text; *from; from++) {
      if (*from != ' ' || (to != text && to[-1] != ' '))
         *to++ = *from;
   }
   if (to != text && to[-1] == ' ')
      to--;
   *to = '\0';
}

#ifdef __x86_64__
#include <cpuid.h>

#define CPUID_BRAND 0x80000002u /* and the two leaves behind it: 48 characters */

static bool
cpu_name(char name[static 49])
{
   uint32_t words[12];

   if (__get_cpuid_max(CPUID_BRAND & 0x80000000u, NULL) < CPUID_BRAND + 2)
      return false;
   for (uint32_t i = 0; i < 3; i++)
      __cpuid(CPUID_BRAND + i, words[i * 4], words[i * 4 + 1], words[i * 4 + 2], words[i * 4 + 3]);
   memcpy(name, words, sizeof(words));
   name[48] = '\0';
   squeeze(name);
   return name[0] != '\0';
}

static const char *
vector_name(void)
{
   __builtin_cpu_init();
   if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
      return "AVX-512";
   return __builtin_cpu_supports("avx2") ? "AVX2" : "SSE4.1";
}
#else
static bool
cpu_name(char name[static 49])
{
   return false;
}

static const char *
vector_name(void)
{
   return "SIMD";
}
#endif

static void
describe(void)
{
   char name[49];
   struct utsname system;

   if (!cpu_name(name))
      snprintf(name, sizeof(name), "%.48s", uname(&system) == 0 ? system.machine : "unknown");
   snprintf(description, sizeof(description), "dxg CPU (%s, %s)", name, vector_name());
}

const char *
adapter_description(void)
{
   static pthread_once_t once = PTHREAD_ONCE_INIT;

   pthread_once(&once, describe);
   return description;
}
