import type { Command } from 'commander';
import type { Cli } from '../context.ts';
import { addEnvDelete } from './env-delete.ts';
import { addEnvGet } from './env-get.ts';
import { addEnvImport } from './env-import.ts';
import { addEnvList } from './env-list.ts';
import { addEnvSet } from './env-set.ts';

/** `env set|get|list|delete|import`: the environment variables of a target. */
export const addEnv = (program: Command, cli: Cli): void => {
  const env = program.command('env').description('environment variables of a target, plain and secret');
  for (const add of [addEnvSet, addEnvGet, addEnvList, addEnvDelete, addEnvImport]) add(env, cli);
};
