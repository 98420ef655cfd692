#pragma once
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/srtp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* Swift sees neither OpenSSL's macros nor its variadics: what Talkover needs of them, by name. */

/* DTLS: certificates, the context's settings, the retransmission timer. */
static inline EVP_PKEY *talkover_dtls_new_p256_key(void) { return EVP_EC_gen("P-256"); }

/* DTLS 1.2 alone, every handshake a full one, nothing kept that can be had again. */
static inline int talkover_dtls_configure(
    SSL_CTX *context, const char *groups, const char *signatures
) {
    SSL_CTX_set_options(
        context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU
            | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE
    );
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    return SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION) == 1
        && SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION) == 1
        && SSL_CTX_set1_groups_list(context, groups) == 1
        && SSL_CTX_set1_sigalgs_list(context, signatures) == 1;
}

static inline int talkover_dtls_set_mtu(SSL *ssl, long mtu) { return SSL_set_mtu(ssl, mtu) != 0; }

/* Microseconds of real time until a flight is to be repeated; -1 where none is under way. */
static inline long talkover_dtls_timeout_us(SSL *ssl) {
    struct timeval left = {0, 0};
    if (DTLSv1_get_timeout(ssl, &left) != 1) return -1;
    return (long)left.tv_sec * 1000000 + (long)left.tv_usec;
}

static inline int talkover_dtls_handle_timeout(SSL *ssl) { return (int)DTLSv1_handle_timeout(ssl); }

/* An empty memory BIO means "nothing yet", never "the end". */
static inline void talkover_dtls_keep_open(BIO *bio) { BIO_set_mem_eof_return(bio, -1); }

static inline int talkover_dtls_reason(unsigned long code) { return ERR_GET_REASON(code); }

/* TLS over TCP. */

/* TLS 1.2 and later, every handshake a full one; an idle connection holds no buffers. */
static inline int talkover_tls_configure(SSL_CTX *context) {
    SSL_CTX_set_options(
        context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
    );
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    return SSL_CTX_set_num_tickets(context, 0) == 1
        && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1;
}

/* The name the server is asked for, and the one its certificate has to have. */
static inline int talkover_tls_expect_name(SSL *ssl, const char *name) {
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set_tlsext_host_name(ssl, name) == 1 && SSL_set1_host(ssl, name) == 1;
}

/* A numeric address is no name: it is not sent, but the certificate has to have it. */
static inline int talkover_tls_expect_address(SSL *ssl, const char *address) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), address);
}

/* SRTP: a message of AES-128 in counter (0) or Galois/counter mode (1) begins. One context a thread
   and cipher, as long as the thread: see CipherKey. NULL where OpenSSL refused. */
static inline EVP_CIPHER_CTX *talkover_cipher_begin(
    int galois, const void *key, const void *nonce, int sealing) {
    static _Thread_local EVP_CIPHER_CTX *contexts[2];
    EVP_CIPHER_CTX *context = contexts[galois];
    if (context == NULL) {
        const EVP_CIPHER *cipher = galois ? EVP_aes_128_gcm() : EVP_aes_128_ctr();
        context = EVP_CIPHER_CTX_new();
        if (context == NULL || EVP_CipherInit_ex2(context, cipher, NULL, NULL, 1, NULL) != 1) {
            EVP_CIPHER_CTX_free(context);
            return NULL;
        }
        contexts[galois] = context;
    }
    if (EVP_CipherInit_ex2(context, NULL, key, nonce, sealing, NULL) != 1) return NULL;
    return context;
}

/* HMAC-SHA1 whose two padded key blocks are hashed once, at key time. SHA-1's own state is
   the cheapest that OpenSSL has: 0.17 us for 136 bytes against 0.26 us of HMAC_CTX and 0.32 us of
   EVP_MAC, in 192 bytes against 500 and more. It counts as deprecated there: hence here, not in
   Swift, where the warning could not be silenced for these lines alone. */
#include <openssl/crypto.h>
#include <openssl/sha.h>

typedef struct {
    SHA_CTX inner, outer;
} talkover_hmac_sha1;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* The key is at most a block of 64 bytes. Returns 1 where it was taken. */
static inline int talkover_hmac_sha1_set_key(
    talkover_hmac_sha1 *hmac, const unsigned char *key, size_t length) {
    unsigned char block[SHA_CBLOCK];
    if (length > sizeof block) return 0;
    for (size_t i = 0; i < sizeof block; i++) block[i] = 0x36 ^ (i < length ? key[i] : 0);
    int done = SHA1_Init(&hmac->inner) && SHA1_Update(&hmac->inner, block, sizeof block);
    for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36 ^ 0x5c;
    done = done && SHA1_Init(&hmac->outer) && SHA1_Update(&hmac->outer, block, sizeof block);
    OPENSSL_cleanse(block, sizeof block);
    return done;
}

/* The 20-byte tag over `bytes` and then `more`. Returns 1 where it was made. */
static inline int talkover_hmac_sha1_tag(
    const talkover_hmac_sha1 *hmac, const void *bytes, size_t length, const void *more,
    size_t more_length, unsigned char *tag) {
    SHA_CTX state = hmac->inner;
    if (!SHA1_Update(&state, bytes, length)) return 0;
    if (more_length > 0 && !SHA1_Update(&state, more, more_length)) return 0;
    if (!SHA1_Final(tag, &state)) return 0;
    state = hmac->outer;
    return SHA1_Update(&state, tag, SHA_DIGEST_LENGTH) && SHA1_Final(tag, &state);
}

#pragma GCC diagnostic pop
/* End of SRTP. */
