import type { AddressConnection } from '../model/connection.ts';
import { type Problem, unplacedProblem } from '../model/problem.ts';
import { type Address, readAddress } from '../read/read-address.ts';
import { missingValue, type Resolution, type ResolvingWorld } from './references.ts';

/** The connection behind the address that a variable holds now; refused where it leads to another backend than the plan was made for. */
export function resolveAddress({ ref, backend, variable }: AddressConnection, world: ResolvingWorld): Resolution {
  const text = world.variables.env(variable) || undefined;
  if (text === undefined)
    return missing(missingValue({ kind: 'env', name: variable }, `The database behind ${ref}`, world.variables.target));
  const read = readAddress(text);
  if (read.type === 'unreadable') {
    const message = `The variable ${variable} holds no address that can be used: ${read.why}`;
    return missing(unplacedProblem('ADDRESS_INVALID', message));
  }
  const { address } = read;
  if (address.backend !== backend) {
    const message = `The address in ${variable} leads to ${address.backend}, and the plan was made for ${backend}. Correct the variable, or plan again.`;
    return missing(unplacedProblem('ADDRESS_CHANGED', message));
  }
  return resolved(ref, address, world);
}

const missing = (problem: Problem): Resolution => ({ type: 'missing', problems: [problem] });

function resolved(ref: string, address: Address, { files }: ResolvingWorld): Resolution {
  if (address.backend === 'sqlite')
    return { type: 'resolved', connection: { ref, ...address, file: files.absolute(address.file) }, secrets: [] };
  const { password, sslRootCert } = address;
  const connection = {
    ref,
    ...address,
    sslRootCert: sslRootCert === undefined ? undefined : files.absolute(sslRootCert),
  };
  return { type: 'resolved', connection, secrets: password === undefined ? [] : [password] };
}
