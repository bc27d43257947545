import { describe, expect, test } from 'vitest';
import shop from '../../../functions/choreography.ts';
import { type PlacedNode, placedGraph } from '../../../lib/page/map/placed-graph.ts';
import { createGraph } from '../../../lib/topology/graph.ts';
import { manifestOf } from '../../../lib/topology/manifest.ts';

const graph = createGraph(shop.services.map(manifestOf));
const placed = placedGraph(graph);
const node = (name: string) => placed.nodes.find((one) => one.name === name) as PlacedNode;

function overlap(left: PlacedNode, right: PlacedNode): boolean {
  const [apartX, apartY] = [Math.abs(left.x - right.x), Math.abs(left.y - right.y)];
  return apartX < (left.width + right.width) / 2 && apartY < (left.height + right.height) / 2;
}

describe('the map of a choreography', () => {
  test('has every service and message once, apart from each other and inside of the picture', () => {
    expect(placed.nodes.map(({ name }) => name).sort()).toEqual(
      ['outside', ...graph.services.map(({ name }) => name), ...graph.messages.map(({ type }) => type)].sort(),
    );
    for (const [index, one] of placed.nodes.entries()) {
      expect(placed.nodes.slice(index + 1).filter((other) => overlap(one, other))).toEqual([]);
      expect(one.x + one.width / 2).toBeLessThanOrEqual(placed.width);
    }
    const points = placed.edges.flatMap((edge) => edge.points);
    for (const { x, y } of points) expect(x >= 0 && y >= 0 && x <= placed.width && y <= placed.height).toBe(true);
  });

  test('has an arrow for everything that a service takes, sends, undoes and schedules', () => {
    const kinds = (from: string, to: string) => placed.edges.find((edge) => edge.from === from && edge.to === to)?.kinds;
    expect(kinds('message InventoryReserved', 'service payment')).toEqual(['takes']);
    expect(kinds('service payment', 'message PaymentFailed')).toEqual(['fails']);
    expect(kinds('message ShipmentFailed', 'service payment')).toEqual(['undo']);
    expect(kinds('service payment', 'message PaymentRefunded')).toEqual(['undone']);
    expect(kinds('service order', 'message OrderDeadlinePassed')).toEqual(['later']);
    expect(kinds('outside', 'message PlaceOrder')).toEqual(['emits']);
  });

  test('reads from left to right: a service stands behind what sets it off, also where failures come back', () => {
    const saga = ['outside', 'PlaceOrder', 'order', 'OrderCompleted', 'notification'].map((name) => node(name).x);
    expect(saga).toEqual([...saga].sort((left, right) => left - right));
    const way = ['inventory', 'InventoryReserved', 'payment', 'PaymentCharged', 'shipping', 'ShipmentFailed'].map((name) => node(name).x);
    expect(way).toEqual([...way].sort((left, right) => left - right));
  });

  test('begins each arrow at where it comes from', () => {
    const back = placed.edges.find(({ from, to }) => from === 'message ShipmentFailed' && to === 'service payment');
    const [first, last] = [back?.points[0]?.x ?? 0, back?.points.at(-1)?.x ?? 0];
    expect(Math.abs(first - node('ShipmentFailed').x)).toBeLessThan(Math.abs(last - node('ShipmentFailed').x));
  });

  test('is the same for the same definitions, and there is one of nothing', () => {
    expect(placedGraph(graph)).toEqual(placed);
    expect(placedGraph(createGraph([])).nodes).toEqual([]);
  });
});
