interface Visit {
  readonly node: string;
  readonly next: readonly string[];
  at: number;
}

/**
 * Strongly connected components after Tarjan (1972), without recursion; a component comes after all that it leads to.
 * Every node that an edge leads to must be in `nodes`.
 */
export function strongComponents(nodes: readonly string[], next: (node: string) => readonly string[]): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const components: string[][] = [];
  const enter = (node: string): Visit => {
    order.set(node, order.size);
    low.set(node, order.size - 1);
    stack.push(node);
    onStack.add(node);
    return { node, next: next(node), at: 0 };
  };
  const lower = (node: string, value: number) => low.set(node, Math.min(low.get(node) as number, value));
  const leave = (node: string): void => {
    if (low.get(node) !== order.get(node)) return;
    const component = stack.splice(stack.lastIndexOf(node));
    for (const member of component) onStack.delete(member);
    components.push(component);
  };
  for (const root of nodes) {
    const visits = order.has(root) ? [] : [enter(root)];
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const to = visit.next[visit.at];
      visit.at += 1;
      if (to === undefined) {
        visits.pop();
        leave(visit.node);
        const above = visits.at(-1);
        if (above) lower(above.node, low.get(visit.node) as number);
      } else if (!order.has(to)) visits.push(enter(to));
      else if (onStack.has(to)) lower(visit.node, order.get(to) as number);
    }
  }
  return components;
}
