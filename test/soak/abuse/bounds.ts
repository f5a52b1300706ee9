/** What an honest daemon may take beyond peace while it is attacked. */

/** Memory, in MiB: what waits for all peers, and what the streams of all connections buffer. */
export const MAX_GROWTH_MIB = 512
/** Open files: connections that may be in their handshake, and those of strangers and joiners. */
export const MAX_FILES_GROWTH = 256
