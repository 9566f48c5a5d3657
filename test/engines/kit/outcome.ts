/** A row of the tables. */
export interface Row {
  /** What the user gets, or the name of a browser feature. */
  readonly title: string;
  /** The table that it belongs to. */
  readonly part: 'scenario' | 'feature';
}

/** The outcome of a row in one engine. */
export type Outcome =
  | { readonly is: 'passed' }
  /** The browser lacks it. `instead` says what happens then. */
  | { readonly is: 'absent'; readonly instead: string }
  /** It can't be tested here. `why` gives the reason. */
  | { readonly is: 'untested'; readonly why: string };

/** For scenarios that may also have another outcome. */
export const passed: Outcome = { is: 'passed' };

/** The browser lacks it; `instead` says in the words of the table what happens then. */
export const absent = (instead: string): Outcome => ({ is: 'absent', instead });

/** It can't be tested here, for a reason in the words of the table. */
export const untested = (why: string): Outcome => ({ is: 'untested', why });
