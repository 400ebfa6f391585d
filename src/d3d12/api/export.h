#ifndef API_EXPORT_H
#define API_EXPORT_H

/* A name that the library shows to the world; all others are hidden. */
#define EXPORT __attribute__((visibility("default")))

#endif
