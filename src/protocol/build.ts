// Put in by the package's build.
declare const __NUDGELOOP_BUILD__: string | undefined;

/**
 * Which build of the package this is: its version and a checksum of its sources, such as `0.1.0+1a2b3c4d`. Page and worker
 * of one build say the same; `source` is what nobody built.
 */
export const BUILD = typeof __NUDGELOOP_BUILD__ === 'undefined' ? 'source' : __NUDGELOOP_BUILD__;
