/** What the guide's `signal-of.ts` asks of `@angular/core`, which is not installed here. One component is there, until `destroy`. */

const ends: (() => void)[] = [];
let isOutside = false;

export class NgZone {
  runOutsideAngular<Result>(run: () => Result): Result {
    isOutside = true;
    try {
      return run();
    } finally {
      isOutside = false;
    }
  }
}

export class DestroyRef {
  onDestroy(run: () => void): void {
    ends.push(run);
  }
}

export const inject = <Service>(service: new () => Service): Service => new service();

export function signal<Value>(value: Value) {
  let now = value;
  const read = (): Value => now;
  return Object.assign(read, { set: (next: Value) => void (now = next), asReadonly: () => read });
}

/** Whether the code that asks is kept out of Angular's zone. */
export const isOutsideAngular = (): boolean => isOutside;

/** Ends the component. */
export function destroy(): void {
  for (const end of ends.splice(0)) end();
}
