// Types only: the schemas behind them stay out of whatever imports this.
export type { Analysis, MetricAnalysis } from './analysis-schema.ts';
export type { Nudge, Suggestion } from './nudge-schema.ts';
