import { NudgeloopError } from '../src/errors.ts';
import type { HostOptions } from '../src/host/host-types.ts';
import { pollSources } from '../src/loop/sources/poll-sources.ts';
import { createStrategyRegistry } from '../src/loop/strategies/strategy-registry.ts';
import { durationToMs } from '../src/model/retention.ts';
import type { LoopSettings } from '../src/model/settings.ts';
import type { WorkerOptions } from './worker-options.ts';

/** What a script of the app's own adds to a host. The ready-made one adds nothing, and is without the code for it. */
export type HostHooks = Pick<HostOptions, 'strategies' | 'fix' | 'allow' | 'sourced' | 'poll'>;

/** What the given options, which were checked, add to a host. */
export function hooksOf({ strategy, strategies, settings, loops, sources = [] }: WorkerOptions): HostHooks {
  // The name is nobody's choice: it says in the settings in force, and in the log, that what a page chose is not.
  const fixed = { ...fixedSettings(settings), ...(strategy && { strategy: { type: 'worker' } }) };
  return {
    // Which one the page chose stays stored: a worker of later, which fixes none, goes by that.
    strategies: strategy === undefined ? createStrategyRegistry(strategies) : { create: () => strategy },
    fix: (wanted) => ({ ...wanted, ...fixed }),
    allow(loop) {
      if (loops === undefined || loops.includes(loop)) return;
      const text = `The worker offers no loop "${loop}". Use one of: ${loops.join(', ')}; or add it in startWorker({ loops }).`;
      throw new NudgeloopError('options.invalid', text, { option: 'loop', loop });
    },
    sourced: sources.map(({ loop = 'default' }) => loop),
    poll: (name, ...given) => pollSources(sources.filter(({ loop = 'default' }) => loop === name), ...given),
  };
}

/** The settings that pages can't change. One that is undefined is theirs, as one that is not named. */
function fixedSettings(settings: WorkerOptions['settings'] = {}): LoopSettings {
  const { retentionWindow } = settings;
  // A Temporal.Duration can't be stored; milliseconds can.
  const storable = { ...settings, retentionWindow: retentionWindow && durationToMs(retentionWindow) };
  return Object.fromEntries(Object.entries(storable).filter(([, value]) => value !== undefined));
}
