/**
 * Makes something for a loop at the first time, and gives the same again: so that `storeOf(loop)` may be written where
 * it runs often, in a component above all.
 */
export function oncePerLoop<Loop extends object, Made>(make: (loop: Loop) => Made): (loop: Loop) => Made {
  const made = new WeakMap<Loop, Made>();
  return (loop) => {
    const known = made.get(loop) ?? make(loop);
    made.set(loop, known);
    return known;
  };
}
