import { root } from '../../build/modules.ts';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { runPlaybook, type PlaybookOptions, type PlaybookRun } from '../../testnode/playbook.ts';

/**
 * For `ansible-playbook`: the same results for two thirds of the processor time. What is promised of versions, of
 * Molecule, of the commands in the documents and of `npm start` is shown without it; docs/install.md and the acceptance run
 * are in their long commands.
 */
export const SPARING: Readonly<Record<string, string>> = {
  ANSIBLE_CONFIG: `${root}test/ansible/ansible.cfg`,
  PYTHONPATH: `${root}test/ansible/start`,
  KEPT: `${root}.cache/kept`,
};

export const play = (cluster: Cluster, options: PlaybookOptions): Promise<PlaybookRun> =>
  runPlaybook(cluster, { ...options, env: { ...SPARING, ...options.env } });
