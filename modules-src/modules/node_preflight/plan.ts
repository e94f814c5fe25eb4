import type { Notices } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import type { Lane } from '../../sdk/step.ts';
import type { Wanted } from './params.ts';
import type { World } from './world.ts';

export function judge(_: Wanted, { problems }: World): Lane[] {
  if (problems.length === 0) return [];
  throw new UserError(problems.map(problem => problem.message).join('\n'), { problems });
}

export const preflightNotices = (): Notices => ({});
export const preflightReport = (): Readonly<Record<string, unknown>> => ({});
