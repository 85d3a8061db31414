import { runCommandLine } from '../main.ts';

runCommandLine(process.argv.slice(2));
