/* What an application attaches to an object by GUID: bytes, or an interface that is then referenced. */
#ifndef API_PRIVATE_DATA_H
#define API_PRIVATE_DATA_H

struct private_data;

void private_data_destroy(struct private_data *data); /* NULL is allowed */

#endif
