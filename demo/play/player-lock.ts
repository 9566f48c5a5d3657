/**
 * Plays a person's days, unless another tab does: two tabs would record each day twice. It does not wait for the other
 * tab.
 *
 * @param play settles once no day is in progress
 * @throws Error if another tab plays this person
 */
export async function playAlone(person: string, play: () => Promise<void>): Promise<void> {
  // Web Locks need a secure origin. Without one, nothing tells the tabs apart, and each plays when it is told to.
  if (!('locks' in navigator)) return play();
  await navigator.locks.request(`nudgeloop-demo-play-${person}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) throw new Error('Another tab is playing this person’s days. Pause it there first.');
    await play();
  });
}
