import { NudgeloopError } from '../../errors.ts';
import type { StrategyChoice } from '../../model/settings.ts';
import type { AnyShapes, LoopShapes } from '../../model/shapes.ts';
import { createSteering, factorOf } from './steer.ts';
import { checkedStrategy, type GoalFeedbackStrategy } from './strategy.ts';

/**
 * Makes a strategy from the options that a page sent. The options are plain data of any shape, except for two names that
 * must fit the built-in strategies: `personality` is text of 1 to 100 characters, `oneDirectionLayers` a list of at most 100
 * such texts. Check the rest, and throw if it is wrong: the page then gets `options.invalid`.
 */
export type StrategyFactory<Shapes extends LoopShapes = AnyShapes> = (options: StrategyChoice) => GoalFeedbackStrategy<Shapes>;

/** Strategies by name. */
export interface StrategyRegistry {
  /**
   * Makes the chosen strategy.
   *
   * @param choice undefined chooses `simple`
   * @throws NudgeloopError `strategy.unknown`, or `options.invalid` if the factory refused the options
   */
  create(choice: StrategyChoice | undefined): GoalFeedbackStrategy;
}

const BUILT_IN: readonly (readonly [string, StrategyFactory])[] = [
  ['simple', ({ oneDirectionLayers }) => createSteering(0.5, oneDirectionLayers)],
  ['personality', ({ personality, oneDirectionLayers }) => createSteering(factorOf(personality), oneDirectionLayers)],
];

/** Makes a registry of the built-in strategies: `simple` and `personality`. */
export function createBuiltInRegistry(): StrategyRegistry {
  return registryOf(BUILT_IN);
}

/**
 * Makes a registry of the built-in strategies and the app's own. The ready-made worker has none of these, and does not
 * contain this code.
 *
 * @param custom factories by name; one with a built-in's name replaces it
 */
export function createStrategyRegistry(custom: Readonly<Record<string, StrategyFactory>> = {}): StrategyRegistry {
  return registryOf([...BUILT_IN, ...Object.entries(custom).map(([type, make]) => [type, checkedFactory(type, make)] as const)]);
}

function registryOf(entries: readonly (readonly [string, StrategyFactory])[]): StrategyRegistry {
  const factories = new Map(entries);
  return {
    create(choice = { type: 'simple' }) {
      const factory = factories.get(choice.type);
      if (factory !== undefined) return factory(choice);
      throw new NudgeloopError(
        'strategy.unknown',
        `There is no strategy "${choice.type}". Choose from ${[...factories.keys()].join(', ')}; or register it in startWorker({ strategies }) and createNudgeloop({ strategies }).`,
        { strategy: choice.type },
      );
    },
  };
}

/** An app's own factory, whose refusal and whose result are checked. */
function checkedFactory(type: string, make: StrategyFactory): StrategyFactory {
  const made = (options: StrategyChoice): GoalFeedbackStrategy => {
    try {
      return make(options);
    } catch (error) {
      throw new NudgeloopError(
        'options.invalid',
        `The strategy "${type}" refused its options. See its own documentation.`,
        { option: 'strategy', strategy: type },
        { cause: error },
      );
    }
  };
  return (options) => checkedStrategy(made(options));
}
