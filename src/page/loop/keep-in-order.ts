/**
 * Makes a function that hands promises out so that nobody overtakes: who waits for a later one also waits for the earlier
 * ones, which may be settled after it.
 *
 * @returns a function that gives the same promise to all who come with the same one
 */
export function keepInOrder<T>(): (mine: Promise<T>) => Promise<T> {
  let last: Promise<T> | undefined;
  let turn: Promise<T>;
  return (mine) => {
    if (mine === last) return turn;
    mine.catch(() => undefined);
    turn = last === undefined ? mine : turn.then(() => mine, () => mine);
    last = mine;
    return turn;
  };
}
