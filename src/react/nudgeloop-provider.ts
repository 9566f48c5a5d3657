import { createContext, createElement, useEffect, useMemo, type ReactElement, type ReactNode } from 'react';
import type { ClientOptions } from '../page/client-options.ts';
import type { LoopOptions } from '../page/loop-options.ts';
import type { NudgeloopClient } from '../page/client-types.ts';
import { createLoops, type Loops } from './loops.ts';

/** The loops of the provider above. */
export const LoopsContext = createContext<Loops | undefined>(undefined);

/** Properties of `NudgeloopProvider`: a client, or what to make one with. */
export type NudgeloopProviderProps = {
  /** Options of loops besides the client's own, by name. Taken at the first time. @default {} */
  readonly loops?: Readonly<Record<string, LoopOptions>> | undefined;
  readonly children?: ReactNode;
} & (
  | {
      /** A client that the app made, and that it disposes itself. */
      readonly client: NudgeloopClient;
      readonly options?: undefined;
    }
  | {
      readonly client?: undefined;
      /**
       * What the provider makes a client with, in the browser, and disposes when it goes. Taken at the first time: give
       * the provider a `key`, such as the user's name, where another user means another client.
       *
       * @default {}
       */
      readonly options?: ClientOptions | undefined;
    }
);

/**
 * Gives the components below it their Nudgeloop client, for `useNudgeloop`, `useGoal` and `useNudges`.
 *
 * Rendering makes no client, neither on a server nor in the browser; the first effect does, or the first call. Strict
 * mode's second run of each effect keeps it. Options that are refused are thrown there, to the nearest error boundary.
 *
 * @throws NudgeloopError `options.invalid` or `goal.invalid`
 *
 * @example
 * ```tsx
 * import { NudgeloopProvider } from 'nudgeloop/react';
 *
 * export const App = () => (
 *   <NudgeloopProvider options={{ goalState: { steps: 10_000 } }} loops={{ sleep: { goalState: { hours: 8 } } }}>
 *     <p>Components that use the hooks</p>
 *   </NudgeloopProvider>
 * );
 * ```
 */
export function NudgeloopProvider({ client, options = {}, loops = {}, children }: NudgeloopProviderProps): ReactElement {
  // Options are taken at the first time: they are written into the markup as a rule, and so are new at every render.
  const value = useMemo(() => createLoops(client, options, loops), [client]);
  // First of the children, since effects run in that order: theirs find the client there when they are shown again.
  return createElement(LoopsContext.Provider, { value }, createElement(Life, { hold: value.hold }), children);
}

/** Holds the client for as long as the provider is there. */
function Life({ hold }: Pick<Loops, 'hold'>): null {
  useEffect(hold, [hold]);
  return null;
}
