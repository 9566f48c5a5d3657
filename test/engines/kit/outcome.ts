/** A row of the tables. */
export interface Row {
  /** What the user gets, or the name of what the browser has. */
  readonly title: string;
  /** Which table it is in. */
  readonly part: 'scenario' | 'feature';
}

/** What came of a row in one engine. */
export type Outcome =
  | { readonly is: 'passed' }
  /** The browser lacks it; what is done instead. */
  | { readonly is: 'absent'; readonly instead: string }
  /** Nobody can tell here, and why. */
  | { readonly is: 'untested'; readonly why: string };

/** For scenarios that may come out otherwise too. */
export const passed: Outcome = { is: 'passed' };

/** The browser lacks it, and this is what happens instead, in the words of the table. */
export const absent = (instead: string): Outcome => ({ is: 'absent', instead });

/** It can't be tested here, for a reason in the words of the table. */
export const untested = (why: string): Outcome => ({ is: 'untested', why });
