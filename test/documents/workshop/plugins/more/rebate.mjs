/** Subtracts a rebate from a price. */
export default (price) => price * 0.9;
