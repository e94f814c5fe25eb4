import type { Part, Reading } from '../sdk/cluster.ts';
import type { Completion } from '../sdk/define-module.ts';
import type { Result } from './result.ts';

type Values = Readonly<Record<string, unknown>>;

/** Works with the parameter that Proxmox VE tells; where somebody else gets it meanwhile, with another one. */
export async function withCompletion<Asked extends Reading>(
  { complete, isLost, nothing }: Completion<Asked>,
  values: Values,
  checkMode: boolean,
  cluster: Part<Asked>,
  work: (values: Values) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const whole = await complete(values, { checkMode }, cluster);
    if (whole === undefined) return { changed: false, failed: false, msg: 'nothing to do', ...nothing };
    try {
      const result = await work(whole);
      if (result['failed'] !== true || !(await isLost(whole, cluster))) return result;
    } catch (error) {
      if (!(await isLost(whole, cluster))) throw error;
    }
  }
}
