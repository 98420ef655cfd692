#pragma once
/* Filled by the media loop's socket helpers. */
int talkover_sockets_version(void);
