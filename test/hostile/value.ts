/** What comes of a value that stands as a field of an action or a goal. */
export type Fate = 'accepted' | 'refused';

/** Ways by which a value can reach a loop. */
export type Entrance = 'page' | 'message' | 'broadcast' | 'row' | 'file';

/** A value made to do harm, or to be mistaken for harm. */
export interface HostileValue {
  readonly name: string;
  /** Makes a fresh one. */
  readonly make: () => unknown;
  /** What comes of it when the app itself passes it. */
  readonly direct: Fate;
  /** What comes of it after a structured clone, which is how it arrives as a message or out of a row; null if it can't be cloned. */
  readonly cloned: Fate | null;
  /** What comes of it as part of a JSON file; null if JSON can't hold it. */
  readonly parsed: Fate | null;
}

/** The entrances that a value can pass at all. */
export function entrancesOf({ cloned, parsed }: HostileValue): readonly Entrance[] {
  return ['page', ...(cloned === null ? [] : (['message', 'broadcast', 'row'] as const)), ...(parsed === null ? [] : (['file'] as const))];
}

/** `make` of a value with the same fate on each of its ways. */
export function value(name: string, fates: readonly [direct: Fate, cloned: Fate | null, parsed: Fate | null], make: () => unknown): HostileValue {
  const [direct, cloned, parsed] = fates;
  return { name, make, direct, cloned, parsed };
}
