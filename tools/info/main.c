/* dxg-info: what is here, what is missing, and why. Exit status 0 if GL runs on the device. */

#include "info.h"

#include <stdarg.h>
#include <stdio.h>

void
info_print(const char *name, const char *format, ...)
{
   va_list args;

   printf("  %-16s", name);
   va_start(args, format);
   vprintf(format, args);
   va_end(args);
   putchar('\n');
}

int
main(void)
{
   printf("mesa-dxg " DXG_VERSION "\n\n");
   const bool device = info_device();
   info_settings();
   /* Without a device Mesa would only say the same with fewer words. */
   const bool gl = device && info_gl();
   info_wayland();
   return gl ? 0 : 1;
}
