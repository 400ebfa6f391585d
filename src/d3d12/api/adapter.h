/* What libdxcore.so's adapter and libd3d12.so's device say of themselves, so that they agree. */
#ifndef API_ADAPTER_H
#define API_ADAPTER_H

/* The LUID: one adapter, the same in every process. */
#define ADAPTER_LUID_LOW 0x00647867u
#define ADAPTER_LUID_HIGH 0

/* "dxg" in letters. It does not fit in the 16 bits of a PCI vendor id, so it can be nobody's. */
#define ADAPTER_VENDOR_ID 0x00647867u
#define ADAPTER_DEVICE_ID 0x0001u

#endif
