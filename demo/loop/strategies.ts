import type { StrategyFactory } from 'nudgeloop/core';

/**
 * Fails at every call, as a strategy with a mistake in it does. The built-in ones never fail, so this one shows what
 * becomes of the actions meanwhile.
 *
 * It is not `trusted`: that would promise never to throw, and each action would be refused instead of kept.
 */
const broken: StrategyFactory = () => ({
  // It looks at no earlier action, so none is read for it.
  lookback: 0,
  suggestActions() {
    throw new RangeError('This strategy fails on purpose.');
  },
});

/** The demo's own strategies by name: for its worker, and for a page that runs the loop itself. */
export const strategies = { broken };
