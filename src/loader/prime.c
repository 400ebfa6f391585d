/*
 * The DRI boundary imports images by descriptor only if the screen's descriptor is a DRM device that
 * can. Ours is none: a D3D12 driver has no DRM device. This library answers that one question, and no
 * other, in libdrm's place. It has the driver as its dependency by full path, so that, loaded by name,
 * it comes before libdrm when the driver's symbols are looked up. docs/mesa.md tells the whole story.
 */
#include <dlfcn.h>
#include <stdint.h>

#define DRM_CAP_PRIME 0x5
#define DRM_PRIME_CAP_IMPORT 0x1

__attribute__((visibility("default"))) int drmGetCap(int fd, uint64_t capability, uint64_t *value);

int
drmGetCap(int fd, uint64_t capability, uint64_t *value)
{
   /* A real DRM device of another driver in this process answers for itself. */
   int (*libdrm)(int, uint64_t, uint64_t *) =
      (int (*)(int, uint64_t, uint64_t *))dlsym(RTLD_NEXT, "drmGetCap");
   int result = libdrm ? libdrm(fd, capability, value) : -1;

   if (result != 0 && capability == DRM_CAP_PRIME) {
      *value = DRM_PRIME_CAP_IMPORT;
      return 0;
   }
   return result;
}
