import { NudgeloopError } from '../src/errors.ts';
import type { HostOptions } from '../src/host/host-types.ts';
import { pollSources } from '../src/loop/sources/poll-sources.ts';
import { createStrategyRegistry } from '../src/loop/strategies/strategy-registry.ts';
import { durationToMs } from '../src/model/retention.ts';
import type { LoopSettings } from '../src/model/settings.ts';
import type { WorkerOptions } from './worker-options.ts';

/** What an app's own script adds to a host. The ready-made script adds nothing and does not contain that code. */
export type HostHooks = Pick<HostOptions, 'strategies' | 'fix' | 'allow' | 'sourced' | 'poll'>;

/** What the given options, already checked, add to a host. */
export function hooksOf({ strategy, strategies, settings, loops, sources = [] }: WorkerOptions): HostHooks {
  // Nobody can choose the type 'worker': it shows, in the settings in force and in the log, that the page's choice is
  // not used.
  const fixed = { ...fixedSettings(settings), ...(strategy && { strategy: { type: 'worker' } }) };
  return {
    // The page's choice stays stored: a later worker that fixes no strategy uses it.
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

/** The settings that pages can't change. If one is undefined, pages can change it, as if it were absent. */
function fixedSettings(settings: WorkerOptions['settings'] = {}): LoopSettings {
  const { retentionWindow } = settings;
  // A Temporal.Duration can't be stored; milliseconds can.
  const storable = { ...settings, retentionWindow: retentionWindow && durationToMs(retentionWindow) };
  return Object.fromEntries(Object.entries(storable).filter(([, value]) => value !== undefined));
}
