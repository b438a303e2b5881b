// What is offered to whom. The server decides; this keeps from the screen what it would refuse.
import type { Role } from '../../app/roles.ts';

/** Rows and SQL of their own. */
export const mayAsk = (role: Role): boolean => role === 'administrator' || role === 'analyst';
export const mayKeep = mayAsk;
