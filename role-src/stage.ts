import type { Options, ValueOf } from '../modules-src/sdk/option.ts';
import { apiArguments } from './connection/api-arguments.ts';
import type { Expression } from './expression.ts';

/** One task in Ansible's words; the module stands beside these keys under its name. */
export interface Task {
  readonly name: string;
  readonly when?: string | readonly string[];
  readonly register?: string;
  readonly failed_when?: string | readonly string[];
  readonly notify?: string;
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly [module: string]: unknown;
}

/** Tags that say what a run is about. Several of them add up. */
export const SUBJECTS = ['preflight', 'always', 'image', 'vm', 'template', 'clones'] as const;
/** Tags that narrow a run to what it does there. */
export const VERBS = ['create', 'configure'] as const;

type Tag = (typeof SUBJECTS)[number] | (typeof VERBS)[number];

/** A task file that tells what failed in it. */
export interface StageTasks {
  /** Name of the file. */
  readonly name: string;
  readonly purpose: string;
  readonly tasks: readonly Task[];
  /** The stage that fails with it, in Jinja; absent: the one of its name. */
  readonly stage?: string;
}

export interface Stage extends StageTasks {
  /** Its own subject first; with a verb, only that one selects a stage that has a verb. */
  readonly tags: readonly Tag[];
  /** Condition without which the stage has nothing to do, in Jinja. */
  readonly wantedWhen?: string;
}

export const defineStage = (stage: Stage): Stage => stage;

/** Variables that the tasks of a stage register, each for a module. */
export const registeredBy = ({ tasks }: Pick<Stage, 'tasks'>): readonly string[] =>
  tasks.flatMap(({ register = [] }) => register);

type Argument<O extends Options[string]> = Expression<ValueOf<O>> | ValueOf<O>;

type RequiredNames<P> = { [K in keyof P]: P[K] extends { readonly required: true } ? K : never }[keyof P];

type Arguments<P extends Options> = { readonly [K in keyof P]?: Argument<P[K]> } & {
  readonly [K in RequiredNames<P> & keyof P]: Argument<P[K]>;
};

type Unknown<A, P> = Readonly<Record<Exclude<keyof A, keyof P>, never>>;

type Call = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A task's module with its arguments, those of the API among them; an unknown, missing or mistyped argument does not compile. */
export function call<const P extends Options, const A extends Arguments<P>>(
  module: { readonly name: string; readonly params: P },
  args: A & Unknown<A, P>,
): Call;
export function call(
  module: { readonly name: string; readonly params: Options },
  args: Readonly<Record<string, unknown>>,
): Call {
  const rendered = Object.entries(args).map(([name, value]): [string, unknown] => [
    name,
    isExpression(value) ? value.template : value,
  ]);
  const ofApi = Object.hasOwn(module.params, 'api_host') ? apiArguments : {};
  return { [module.name]: { ...Object.fromEntries(rendered), ...ofApi } };
}

const isExpression = (value: unknown): value is Expression<unknown> =>
  typeof value === 'object' && value !== null && 'template' in value;

/** Tasks of another file, which run whatever the tags of the command line are. */
export const includeTasks = (file: string): Call => ({
  'ansible.builtin.include_tasks': { file, apply: { tags: ['always'] } },
});

/** A line for the user. */
export const say = (...lines: readonly string[]): Call => ({
  'ansible.builtin.debug': { msg: lines.length === 1 ? lines[0] : lines },
});
