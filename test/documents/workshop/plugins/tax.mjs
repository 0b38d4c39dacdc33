/** Adds the tax to a price. */
export default (price) => price * 1.2;
