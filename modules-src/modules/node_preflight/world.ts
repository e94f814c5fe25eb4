import type { Problem } from '../../sdk/define-module.ts';

export interface World {
  readonly problems: readonly Problem[];
}
