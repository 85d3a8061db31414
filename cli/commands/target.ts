import type { Command } from 'commander';
import type { Cli } from '../context.ts';
import { addTargetAdd } from './target-add.ts';
import { addTargetList } from './target-list.ts';
import { addTargetRemove } from './target-remove.ts';
import { addTargetShow } from './target-show.ts';
import { addTargetTest } from './target-test.ts';
import { addTargetUpdate } from './target-update.ts';

/** `target add|list|show|update|remove|test`: the targets of the deploy config. Spec: orchestration, "Deployment Target Management". */
export const addTarget = (program: Command, cli: Cli): void => {
  const target = program.command('target').description('the targets of the deploy config: what is deployed to');
  for (const add of [addTargetAdd, addTargetList, addTargetShow, addTargetUpdate, addTargetRemove, addTargetTest])
    add(target, cli);
};
