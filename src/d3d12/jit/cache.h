/*
 * Compiled code on disk: one file an entry, written once, shared by all processes of a user.
 *
 * A directory of DXG_CACHE_DIR, $XDG_CACHE_HOME/mesa-dxg, or ~/.cache/mesa-dxg. No more than
 * DXG_CACHE_SIZE bytes (with K, M or G; 1G by default) are kept for long; 0 turns the cache off.
 * Without a directory that can be written, nothing is stored and nothing fails. Thread-safe.
 */
#ifndef JIT_CACHE_H
#define JIT_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* To be raised with each change of abi.h. What code a build generates is told apart by the build's
 * id, where the linker gave it one. */
#define JIT_CACHE_VERSION 9

struct jit_cache_entry {
   void *object; /* malloced by load, 16-byte aligned; free with jit_cache_entry_finish */
   size_t object_size;
   void *info; /* NULL if info_size is 0 */
   size_t info_size;
};

/* False: not there, or damaged (and then removed). */
bool jit_cache_load(const uint64_t key[2], struct jit_cache_entry *entry);
/* Fails silently: it is only a cache. */
void jit_cache_store(const uint64_t key[2], const struct jit_cache_entry *entry);
void jit_cache_entry_finish(struct jit_cache_entry *entry);

/* The file format, apart from the file system: encode gives a malloced image or NULL; decode
 * believes nothing, and accepts exactly what encode made for the same key by the same build. */
void *jit_cache_encode(const uint64_t key[2], const struct jit_cache_entry *entry, size_t *size);
bool jit_cache_decode(const uint64_t key[2], const void *file, size_t size,
                      struct jit_cache_entry *entry);

#endif
