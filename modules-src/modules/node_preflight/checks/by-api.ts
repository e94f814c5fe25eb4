import type { Problem } from '../../../sdk/define-module.ts';
import { problem, variableOf, type Check } from '../check.ts';
import { givenSnippets, installsAgent, wantsCloudInit } from '../wishes.ts';

const BY_SSH = 'go by SSH with the node in the inventory';

/** The API lists snippets, and neither shows nor writes them: told before a VM is made that would lack its own. */
export const checkWrittenSnippets: Check = wanted => {
  if (wanted.api_host === undefined || wanted.vm_state === 'absent' || !wantsCloudInit(wanted)) return [];
  const texts = givenSnippets(wanted).map((option): Problem =>
    problem('PVE-API-007', option, 'snippets cannot be written by the API', BY_SSH),
  );
  if (!installsAgent(wanted)) return texts;
  const message = 'it takes a snippet, which cannot be written by the API';
  const fix = `set ${variableOf('vm_cloud_init_install_agent')}: false and have the agent in the image, or ${BY_SSH}`;
  return [...texts, problem('PVE-API-007', 'vm_cloud_init_install_agent', message, fix)];
};
