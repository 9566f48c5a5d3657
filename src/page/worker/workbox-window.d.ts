/**
 * The build that a browser and Node both can import, half the size of the one that the package names, which for Node is
 * CommonJS without named exports. It brings no types.
 */
declare module 'workbox-window/build/workbox-window.prod.mjs' {
  export { Workbox } from 'workbox-window';
}
