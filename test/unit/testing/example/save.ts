import { loop } from './loop.ts';

/** A part of an app that imports the one client. */
export async function save(steps: number): Promise<string> {
  const { durable } = await loop.record({ steps });
  return durable ? 'Saved' : 'Kept until you close this page';
}
