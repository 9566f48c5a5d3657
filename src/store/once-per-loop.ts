/**
 * Makes something for a loop once and then returns the same again, so `storeOf(loop)` may be written where it runs often,
 * such as in a component.
 */
export function oncePerLoop<Loop extends object, Made>(make: (loop: Loop) => Made): (loop: Loop) => Made {
  const made = new WeakMap<Loop, Made>();
  return (loop) => {
    const known = made.get(loop) ?? make(loop);
    made.set(loop, known);
    return known;
  };
}
