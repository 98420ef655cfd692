#include "CSockets.h"
int talkover_sockets_version(void) { return 1; }
