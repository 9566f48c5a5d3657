'use client';

export { NudgeloopProvider, type NudgeloopProviderProps } from './react/nudgeloop-provider.ts';
export { useGoal } from './react/use-goal.ts';
export { useNudgeloop, type UsedNudgeloop } from './react/use-nudgeloop.ts';
export { useNudges, type UsedNudges } from './react/use-nudges.ts';
