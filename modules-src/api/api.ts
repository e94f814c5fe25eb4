import type { Client } from './client.ts';

/** The API, and the node that is worked on. */
export interface Api {
  readonly client: Client;
  readonly node: string;
}

export const listOf = (answer: unknown): readonly unknown[] => (Array.isArray(answer) ? answer : []);

export const fieldsOf = (answer: unknown): Readonly<Record<string, unknown>> =>
  typeof answer === 'object' && answer !== null ? { ...answer } : {};
