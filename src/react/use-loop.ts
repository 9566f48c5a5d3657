import { useContext } from 'react';
import type { LoopShapes } from '../model/shapes.ts';
import { invalidOption } from '../model/check-options.ts';
import type { UsedLoop } from './loops.ts';
import { LoopsContext } from './nudgeloop-provider.ts';

/** The loop of that name, or the client's own, from the provider above. */
export function useLoop<Shapes extends LoopShapes>(name: string | undefined): UsedLoop<Shapes> {
  const loops = useContext(LoopsContext);
  if (loops === undefined) throw invalidOption('client', 'put a NudgeloopProvider above');
  return loops.get(name);
}
