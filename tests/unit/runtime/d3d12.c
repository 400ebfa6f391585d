/* A libd3d12.so for test-runtime.c, which makes no devices. */
#include "util/d3d12.h"

__attribute__((visibility("default"))) HRESULT D3D12CreateDevice(IUnknown *adapter,
                                                                 D3D_FEATURE_LEVEL minimum,
                                                                 REFIID riid, void **out);

HRESULT
D3D12CreateDevice(IUnknown *adapter, D3D_FEATURE_LEVEL minimum, REFIID riid, void **out)
{
   return E_NOTIMPL;
}
