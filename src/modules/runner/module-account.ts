// The account under which a module reads and writes: it is the same on every installation, so that what a module wrote
// can be told from what people wrote, also after years and on another machine.
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Caller } from '../../record/contract.ts';

export const moduleAccount = (module: string): string => namedUuid('module', module);

export const moduleCaller = (module: string): Caller => ({
  person: { id: moduleAccount(module), name: `module:${module}`, role: 'system' },
  purpose: 'TREAT',
  from: `module:${module}`,
  request: `module:${module}`,
});
