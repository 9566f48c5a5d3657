/** Bytes that no figure comes to: what is asked for here is long histories, not their limit. */
export const STORAGE_LIMIT = 1_000_000_000;
