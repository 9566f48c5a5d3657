/**
 * Plays a person's days while no other tab does: two would record each day twice. Waits for nobody.
 *
 * @param play settles when no day is under way any more
 * @throws Error when another tab plays this person
 */
export async function playAlone(person: string, play: () => Promise<void>): Promise<void> {
  // Web Locks want a secure origin; without one there is no worker either, and each tab is as good as alone.
  if (!('locks' in navigator)) return play();
  await navigator.locks.request(`nudgeloop-demo-play-${person}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) throw new Error('Another tab is playing this person’s days. Pause it there first.');
    await play();
  });
}
