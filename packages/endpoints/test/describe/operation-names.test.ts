import { expect } from 'chai';
import { operationNames } from '../../src/describe/operation-names.ts';
import { parse } from '../parse.ts';

describe('operationNames', () => {
  it('derives unique names from methods and paths', () => {
    const { endpoints } = parse(`endpoints:
  GET /: { rpc: true }
  GET /orders/{id}: { rpc: true }
  PUT /orders/{order_id}/line-items/: { rpc: true }
  POST /orders: { fanout: true }
  POST /orders/: { fanout: true }
  POST /orders-/: { fanout: true }
`);

    expect(Object.fromEntries(operationNames(endpoints))).to.deep.equal({
      'GET /': 'get',
      'GET /orders/{id}': 'getOrdersById',
      'PUT /orders/{order_id}/line-items/': 'putOrdersByOrderIdLineItems',
      'POST /orders': 'postOrders',
      'POST /orders/': 'postOrders2',
      'POST /orders-/': 'postOrders3',
    });
  });
});
