/*
 * Pictures that must be equal. One that is not is written as a PNG, NAME.png in the build folder:
 * expected, got and difference side by side.
 */
#ifndef TESTS_D3D12_PICTURE_H
#define TESTS_D3D12_PICTURE_H

#include <stdint.h>

/* Fails the test unless all values are equal; prints the first that differ. The PNG shows a value's low
 * three bytes as red, green, blue. */
void picture_assert_equal(const char *name, uint32_t width, uint32_t height,
                          const uint32_t *expected, const uint32_t *got);

#endif
