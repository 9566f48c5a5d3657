import type { JsonValue, PlainObject } from './plain-data.ts';

/**
 * What the actions and the goal of a loop look like. Declare it once, as a type or an interface, and pass it to
 * `createNudgeloop`; the actions, goals, nudges and suggestions of that client are then typed. It costs nothing at run
 * time, so nothing is checked there: what is stored may be older than your types.
 *
 * @example
 * ```ts
 * import { createNudgeloop } from 'nudgeloop';
 *
 * interface Walking {
 *   action: { steps: number; note?: string };
 *   goal: { steps: number };
 * }
 *
 * const loop = createNudgeloop<Walking>({ goalState: { steps: 10_000 } });
 * loop.on('nudge', ({ suggestions: [next] }) => console.log(next?.steps.toFixed()));
 * await loop.record({ steps: 4_200, note: 'along the river' });
 * // @ts-expect-error a typo
 * await loop.record({ stepz: 4_200 });
 * ```
 */
export interface LoopShapes {
  /**
   * An action, as you record it. Fields that are not always there are optional. A `timestamp` need not be declared, and
   * a `Date` becomes text when it is stored.
   */
  readonly action: PlainObject;
  /** The goal, as you set it. */
  readonly goal: PlainObject;
  /**
   * What your own strategy suggests.
   *
   * @default what the built-in strategies suggest: the action, in which each numeric metric of the goal is a number
   */
  readonly suggestion?: PlainObject;
}

/**
 * The shapes of a loop that declares none: any record is an action or a goal. It is `any`, so that a client with shapes
 * can be passed where one without is expected, and the reverse.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- No other type is assignable in both directions, and no value has it.
export type AnyShapes = any;

/** `Untyped` for a shape that any record fits, since it names no field; else `Typed`. */
export type IfAny<Shape, Untyped, Typed> = [Extract<keyof Shape, string>] extends [never]
  ? Untyped
  : string extends keyof Shape
    ? Readonly<Record<string, JsonValue>> extends Shape
      ? Untyped
      : Typed
    : Typed;

/** One plain record: an editor shows its fields, and an interface, which is no record to TypeScript, becomes one. */
export type Flat<Shape> = Shape extends unknown ? { [Field in keyof Shape]: Shape[Field] } : never;

/** A record as it is read again: as JSON, in which what is `undefined` is left out. */
export type Kept<Shape> = Shape extends unknown
  ? Flat<
      { [Field in keyof Shape as undefined extends Shape[Field] ? never : Field]: KeptValue<Shape[Field]> } & {
        [Field in keyof Shape as undefined extends Shape[Field] ? Field : never]?: KeptValue<
          Exclude<Shape[Field], undefined>
        >;
      }
    >
  : never;

/** What JSON can hold stays as it is declared. */
type KeptValue<Value> = Value extends JsonValue
  ? Value
  : Value extends Date
    ? string
    : Value extends readonly (infer Item)[]
      ? KeptValue<Item>[]
      : Value extends object
        ? Kept<Value>
        : unknown extends Value
          ? JsonValue
          : never;

/** An action with its timestamp, unless it declares one itself. */
export type Timed<Shape, Timestamp> = Shape extends unknown
  ? Flat<Shape & ('timestamp' extends keyof Shape ? unknown : { readonly timestamp?: Timestamp })>
  : never;

/** The fields of a goal that are steered toward, if they are set. */
export type Metrics<Goal> = {
  [Metric in keyof Goal as [Extract<Goal[Metric], number>] extends [never] ? never : Metric]: number;
};

/** An action as the built-in strategies suggest it: with the metrics of the goal moved. */
export type Moved<Shape, Goal> = Shape extends unknown
  ? Flat<
      { [Field in keyof Shape]: Field extends keyof Metrics<Goal> ? Shape[Field] | number : Shape[Field] } & Metrics<Goal>
    >
  : never;
