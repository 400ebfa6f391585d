/* A library of the right name with nothing in it, for test-runtime.c. */
