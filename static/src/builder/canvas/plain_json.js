/** What the engine would store of a model, without its objects. */
export const plainJson = (model) => JSON.parse(JSON.stringify(model));
