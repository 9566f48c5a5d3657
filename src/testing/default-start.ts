/** When a test starts by default: a Monday at midnight, UTC. */
export const DEFAULT_START = Date.UTC(2025, 0, 6);
