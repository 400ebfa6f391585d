/* The methods that all vtables begin with, for their initialisers. */
#ifndef API_VTABLE_H
#define API_VTABLE_H

#include "api/object.h"

#define UNKNOWN_METHODS                                                                            \
   .QueryInterface = (void *)object_QueryInterface, .AddRef = (void *)object_AddRef,               \
   .Release = (void *)object_Release

#define OBJECT_METHODS                                                                             \
   UNKNOWN_METHODS, .GetPrivateData = (void *)object_GetPrivateData,                               \
                    .SetPrivateData = (void *)object_SetPrivateData,                               \
                    .SetPrivateDataInterface = (void *)object_SetPrivateDataInterface,             \
                    .SetName = (void *)object_SetName

#define DEVICE_CHILD_METHODS OBJECT_METHODS, .GetDevice = (void *)object_GetDevice

#endif
