import type { Scenario } from '../kit/scenario.ts';
import { data } from './data.ts';
import { ends } from './ends.ts';
import { features } from './features.ts';
import { givenUp } from './given-up.ts';
import { hosting } from './hosting.ts';
import { tabs } from './tabs.ts';
import { visits } from './visits.ts';

/** Every scenario, in the order of the tables. */
export const allScenarios: readonly Scenario[] = [...visits, ...hosting, ...givenUp, ...ends, ...tabs, ...data, ...features];
