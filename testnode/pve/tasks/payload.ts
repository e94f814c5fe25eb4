/** A worker's order in words that survive the way to another process. */
export type TaskPayload = Readonly<Record<string, PayloadValue>>;
type PayloadValue = string | number | boolean | Readonly<Record<string, string>>;

/** A text in an order; empty when it was not given. */
export function textIn(payload: TaskPayload, name: string): string {
  const value = payload[name];
  return typeof value === 'string' ? value : '';
}

/** A number in an order; the one who orders always gives it. */
export function numberIn(payload: TaskPayload, name: string): number {
  return Number(payload[name]);
}

/** A switch in an order. */
export function isOnIn(payload: TaskPayload, name: string): boolean {
  return payload[name] === true;
}

/** Options in an order. */
export function optionsIn(payload: TaskPayload, name: string): Map<string, string> {
  const value = payload[name];
  return new Map(typeof value === 'object' ? Object.entries(value) : []);
}
