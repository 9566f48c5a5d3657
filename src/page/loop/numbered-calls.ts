import { isNudgeloopError } from '../../errors.ts';
import type { Hello } from '../../protocol/api.ts';
import type { Admission } from './admission.ts';
import type { LoopLink } from './loop-link.ts';

/** What identifies a call and its copies: a `CallId` with all that a page knows. */
export interface NumberedCall {
  readonly client: string;
  readonly seq: number;
  readonly oldest: number;
  readonly incarnation: string | undefined;
  readonly epoch: string | undefined;
}

/** Makes the calls of a loop that happen once, however often they are sent. */
export interface NumberedCalls {
  /**
   * Makes a call under a number of its own. If it meets another life of the loop than it was meant for, it is made there,
   * unless the app asked for the erasure in between.
   *
   * @param make sends the call
   */
  make<T>(make: (id: NumberedCall, hello: Hello) => Promise<T>): Promise<T>;
  /** The app asks for an erasure: what was called before it is not made after it. */
  beforeErasure(): void;
}

/** Makes the calls of a loop, over its link. */
export function createNumberedCalls(link: LoopLink, admission: Admission): NumberedCalls {
  const { session } = link;
  /** How many erasures were requested here. */
  let erasures = 0;
  return {
    make(make) {
      const before = erasures;
      let heard = 0;
      // Numbered when it is sent: a number taken earlier could arrive after 256 higher ones, and then nobody could tell the
      // call from a copy.
      const send = (): ReturnType<typeof make> =>
        link.whenOpen((hello) => {
          heard = link.heardErasures();
          return admission.numbered((id) => make({ client: session.client, incarnation: link.incarnation(), epoch: session.epoch(), ...id }, hello));
        });
      return send().catch(async (error: unknown) => {
        if (!isNudgeloopError(error, 'epoch.reset')) throw error;
        // Refused, because it is another life of the loop: the app is told that, then the call is made there.
        link.renew();
        // But not if the app asked for an erasure after this call.
        if (before !== erasures) throw error;
        // Nor if a copy was refused whose first was perhaps taken before the app erased it: that must stay erased.
        if (error.details?.['resent'] === true && (await link.open().then(link.heardErasures)) !== heard) throw error;
        return send();
      });
    },
    beforeErasure: () => void (erasures += 1),
  };
}
