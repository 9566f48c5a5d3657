// Put in by the package's build, into the scripts with everything inside.
declare const __NUDGELOOP_COPY__: true | undefined;

/** True in the two scripts that `npx nudgeloop init` copies, false in what an app bundles itself. */
export const IS_COPY = typeof __NUDGELOOP_COPY__ !== 'undefined';
