import { createContext, createElement, useEffect, useMemo, type ReactElement, type ReactNode } from 'react';
import type { ClientOptions } from '../page/client-options.ts';
import type { LoopOptions } from '../page/loop-options.ts';
import type { NudgeloopClient } from '../page/client-types.ts';
import { createLoops, type Loops } from './loops.ts';

/** The loops of the provider above. */
export const LoopsContext = createContext<Loops | undefined>(undefined);

/** Props of `NudgeloopProvider`: either a client, or the options to create one with. */
export type NudgeloopProviderProps = {
  /** Options of further loops, by name. Read once, at the first render. @default {} */
  readonly loops?: Readonly<Record<string, LoopOptions>> | undefined;
  readonly children?: ReactNode;
} & (
  | {
      /** A client that the app made. The app disposes it. */
      readonly client: NudgeloopClient;
      readonly options?: undefined;
    }
  | {
      readonly client?: undefined;
      /**
       * Options of the client that the provider creates in the browser, and disposes when it unmounts. Read once, at the
       * first render. If another user needs another client, give the provider a `key`, such as the user's name.
       *
       * @default {}
       */
      readonly options?: ClientOptions | undefined;
    }
);

/**
 * Provides a Nudgeloop client to the components below it, for `useNudgeloop`, `useGoal` and `useNudges`.
 *
 * Rendering creates no client, neither on a server nor in the browser: the first effect or the first call does. In strict
 * mode, the second run of each effect keeps that client. If the options are invalid, the error is thrown there, to the
 * nearest error boundary.
 *
 * @throws NudgeloopError `options.invalid`, also if `loops` names the client's own loop; `goal.invalid`
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
    // Options usually stand in the markup, so they are a new object at every render. Only the first ones count.
  const value = useMemo(() => createLoops(client, options, loops), [client]);
  // First of the children, since effects run in that order: when the children are shown again, theirs must find the client.
  return createElement(LoopsContext.Provider, { value }, createElement(Life, { hold: value.hold }), children);
}

/** Holds the client for as long as the provider is there. */
function Life({ hold }: Pick<Loops, 'hold'>): null {
  useEffect(hold, [hold]);
  return null;
}
