// The package's build sets it.
declare const __NUDGELOOP_BUILD__: string | undefined;

/**
 * The package's build: its version and a checksum of its sources, such as `0.1.0+1a2b3c4d`. Page and worker of the same
 * build have the same one; `source` means that nothing was built.
 */
export const BUILD = typeof __NUDGELOOP_BUILD__ === 'undefined' ? 'source' : __NUDGELOOP_BUILD__;
