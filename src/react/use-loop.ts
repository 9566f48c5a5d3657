import { useContext } from 'react';
import { invalidOption } from '../page/parse-options.ts';
import type { UsedLoop } from './loops.ts';
import { LoopsContext } from './nudgeloop-provider.ts';

/** The loop of that name, or the client's own, from the provider above. */
export function useLoop(name: string | undefined): UsedLoop {
  const loops = useContext(LoopsContext);
  if (loops === undefined) throw invalidOption('client', 'put a NudgeloopProvider above the component');
  return loops.get(name);
}
