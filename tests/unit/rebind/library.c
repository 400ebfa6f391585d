/* A library with an import, for test-rebind.c. */
#include <unistd.h>

__attribute__((visibility("default"))) int ask(void);

int
ask(void)
{
   return (int)getppid();
}
