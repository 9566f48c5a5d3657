export { goalStoreOf } from './store/goal-store-of.ts';
export { storeOf } from './store/store-of.ts';

export type { LoopStore } from './store/create-store.ts';
