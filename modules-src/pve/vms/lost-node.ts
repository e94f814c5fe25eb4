import type { Problem } from '../../sdk/define-module.ts';
import { optionName, wayOut } from '../../sdk/option-name.ts';

/** A node that the cluster says is down, and what to do; `up` are those that are not, where that is known. */
export const lostNodeProblem = (node: string, up: readonly string[]): Problem => ({
  code: 'PVE-NODE-013',
  variable: optionName('node'),
  message: `node ${node} is down, as the cluster tells`,
  fix: `start it, and run the play again${up.length === 0 ? '' : `; for a VM that is not there yet, ${otherNode(up)}`}`,
});

const otherNode = (up: readonly string[]): string =>
  `${wayOut({ inRole: `set ${optionName('node')}`, alone: 'set api_node' })} to one that is up: ${up.join(', ')}`;
