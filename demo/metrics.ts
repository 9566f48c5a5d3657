/** A metric that the demo's people have. */
export interface Metric {
  readonly name: 'steps' | 'activeMinutes' | 'sedentaryMinutes' | 'distanceKm' | 'calories';
  readonly label: string;
}

/** A metric that can have a goal here. */
export interface GoalMetric extends Metric {
  /** What the form offers if no goal is set. */
  readonly startGoal: number;
}

/** The metrics that can have a goal. */
export const GOAL_METRICS: readonly GoalMetric[] = [
  { name: 'steps', label: 'Steps', startGoal: 10_000 },
  { name: 'activeMinutes', label: 'Very active minutes', startGoal: 30 },
  { name: 'sedentaryMinutes', label: 'Sedentary minutes', startGoal: 720 },
];

/** All metrics of a day. */
export const METRICS: readonly Metric[] = [
  ...GOAL_METRICS,
  { name: 'distanceKm', label: 'Distance (km)' },
  { name: 'calories', label: 'Calories' },
];

/** The metrics that a strategy may be told never to lower. */
export const GROWING_METRICS: readonly string[] = ['steps', 'activeMinutes'];

/** The numeric goals. Text in a goal is only carried along. */
export function numericGoals(goalState: Readonly<Record<string, unknown>> | null): readonly string[] {
  return Object.entries(goalState ?? {}).flatMap(([name, goal]) => (typeof goal === 'number' ? [name] : []));
}

/** A metric's label; for a name typed by hand, the name itself. */
export function labelOf(name: string): string {
  return METRICS.find((metric) => metric.name === name)?.label ?? name;
}
