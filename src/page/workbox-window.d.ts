/** The build for browsers that know classes, half the size of the one that the package names; it brings no types. */
declare module 'workbox-window/build/workbox-window.prod.mjs' {
  export { Workbox } from 'workbox-window';
}
