/** Makes a function that does one work after the other: what is changed twice in a hurry must not arrive the other way round. */
export function inTurn() {
  let last = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}
