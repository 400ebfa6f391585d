#ifndef API_ADAPTER_TEXT_H
#define API_ADAPTER_TEXT_H

/* The adapter's name: the CPU and the vector instructions that it has. Computed once. */
const char *adapter_description(void);

#endif
