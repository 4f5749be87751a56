// SHA256_Init and its kin are marked deprecated since 3.0; the one-shot that is not fetches its algorithm anew each call.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
