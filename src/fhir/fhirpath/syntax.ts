// The tree that the parser makes of an expression.
export interface Place {
  /** Character where it begins. */
  at: number;
  /** Levels below, itself included. */
  depth: number;
}

export type LiteralKind = 'boolean' | 'string' | 'integer' | 'decimal' | 'date' | 'dateTime' | 'time' | 'quantity' | 'empty';

export type Syntax = Place &
  (
    | { kind: 'literal'; of: LiteralKind; text: string; unit?: string; calendar?: boolean }
    | { kind: 'variable'; name: string }
    | { kind: 'this' }
    | { kind: 'index' }
    | { kind: 'total' }
    | { kind: 'member'; target: Syntax | undefined; name: string }
    | { kind: 'call'; target: Syntax | undefined; name: string; args: Syntax[] }
    | { kind: 'item'; target: Syntax; index: Syntax }
    | { kind: 'sign'; negative: boolean; operand: Syntax }
    | { kind: 'binary'; operator: string; left: Syntax; right: Syntax }
    | { kind: 'type'; operator: 'is' | 'as'; operand: Syntax; type: string }
  );
