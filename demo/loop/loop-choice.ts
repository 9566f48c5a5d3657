import type { ClientOptions, Inspection } from 'nudgeloop';
import { GROWING_METRICS, labelOf } from '../metrics.ts';
import { count } from '../ui/format.ts';

type LoopSettings = Inspection['loop']['settings'];

/** The strategies that the demo offers by name. */
export const STRATEGIES = ['simple', 'cautious', 'neutral', 'aggressive', 'broken'] as const;

export type StrategyName = (typeof STRATEGIES)[number];

/** The settings of a loop that the demo lets users choose. */
export interface LoopChoice {
  readonly strategy: StrategyName;
  /** Never suggest less of what should grow. */
  readonly oneDirection: boolean;
  /** Null keeps all. */
  readonly retentionLimit: number | null;
  /** Null keeps all. */
  readonly retentionDays: number | null;
}

const DAY_MS = 86_400_000;

/**
 * The first wait after a failure, in milliseconds; doubled for the next one. By default it is a minute, and a visitor
 * would look for the first dead letter for three.
 */
const BROKEN_WAIT_MS = 2_000;

/** The choice as options of the SDK. */
export function optionsOf({ strategy, oneDirection, retentionLimit, retentionDays }: LoopChoice): Pick<ClientOptions, 'strategy' | 'pollInterval' | 'retentionLimit' | 'retentionWindow'> {
  const kind = strategy === 'simple' || strategy === 'broken' ? { type: strategy } : { type: 'personality', personality: strategy };
  return {
    strategy: { ...kind, oneDirectionLayers: oneDirection ? [...GROWING_METRICS] : [] },
    ...(strategy === 'broken' ? { pollInterval: BROKEN_WAIT_MS } : {}),
    ...(retentionLimit === null ? {} : { retentionLimit }),
    ...(retentionDays === null ? {} : { retentionWindow: { days: retentionDays } }),
  };
}

/** The choice that matches a loop's settings, which may come from this tab, another one, or the console. */
export function choiceOf({ strategy, retentionLimit, retentionWindow }: LoopSettings): LoopChoice {
  const name = strategy?.type === 'personality' ? strategy.personality : strategy?.type;
  const days = typeof retentionWindow === 'number' ? retentionWindow / DAY_MS : retentionWindow?.days;
  return {
    strategy: STRATEGIES.find((one) => one === name) ?? 'simple',
    oneDirection: (strategy?.oneDirectionLayers ?? []).length > 0,
    retentionLimit: retentionLimit ?? null,
    retentionDays: days ?? null,
  };
}

export function describeSettings(settings: LoopSettings): string {
  const { strategy, retentionLimit, retentionDays } = choiceOf(settings);
  const growing = settings.strategy?.oneDirectionLayers ?? [];
  return [
    `strategy ${strategy}`,
    growing.length === 0 ? 'in both directions' : `never less of: ${growing.map(labelOf).join(', ')}`,
    retentionLimit === null ? 'keeps all actions' : `keeps ${count(retentionLimit, 'action')}`,
    retentionDays === null ? 'forever' : `for ${count(retentionDays, 'day')}`,
  ].join('; ');
}
