import { NudgeloopError } from '../../errors.ts';
import type { StrategyChoice } from '../../model/settings.ts';
import type { AnyShapes, LoopShapes } from '../../model/shapes.ts';
import { createSteering, factorOf } from './steer.ts';
import type { GoalFeedbackStrategy } from './strategy.ts';

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

/**
 * Makes a registry of the built-in strategies (`simple`, `personality`) and the app's own.
 *
 * @param custom factories by name; one with a built-in's name replaces it
 */
export function createStrategyRegistry(custom: Readonly<Record<string, StrategyFactory>> = {}): StrategyRegistry {
  const factories = new Map<string, StrategyFactory>([
    ['simple', ({ oneDirectionLayers }) => createSteering(0.5, oneDirectionLayers)],
    ['personality', ({ personality, oneDirectionLayers }) => createSteering(factorOf(personality), oneDirectionLayers)],
    ...Object.entries(custom),
  ]);
  return {
    create(choice = { type: 'simple' }) {
      const factory = factories.get(choice.type);
      if (factory === undefined) {
        throw new NudgeloopError(
          'strategy.unknown',
          `There is no strategy "${choice.type}". Choose from ${[...factories.keys()].join(', ')}; or register it in startWorker({ strategies }), and for pages without a worker in createNudgeloop({ strategies }).`,
          { strategy: choice.type },
        );
      }
      try {
        return factory(choice);
      } catch (error) {
        throw new NudgeloopError(
          'options.invalid',
          `The strategy "${choice.type}" refused its options. See its own documentation.`,
          { option: 'strategy', strategy: choice.type },
          { cause: error },
        );
      }
    },
  };
}
