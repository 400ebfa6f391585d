/* The public DirectX headers, as C sees them on Linux. */
#ifndef UTIL_D3D12_H
#define UTIL_D3D12_H

#define COBJMACROS
#define CINTERFACE
#include <wsl/winadapter.h>

#include <directx/d3d12.h>

#undef interface /* a macro of the headers, a name in all others */

#endif
