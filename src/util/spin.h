/*
 * Looking for news for a moment before going to sleep: to be woken costs both sides more than that.
 */
#ifndef UTIL_SPIN_H
#define UTIL_SPIN_H

/* With a pause in each about 20 µs: longer than the gaps inside a frame, shorter than anyone would notice in
 * the machine's load. */
#define SPIN_TURNS 400

static inline void
spin_pause(void)
{
   __builtin_ia32_pause();
}

#endif
