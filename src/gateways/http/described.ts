// How gateways describe their routes for the description of the API (https://spec.openapis.org/oas/v3.1.0).
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description: string;
  schema: object;
}

export interface Operation {
  summary: string;
  tags: string[];
  parameters?: Parameter[];
  [more: string]: unknown;
}

/** Operations by path and method. */
export type Paths = Record<string, Record<string, Operation>>;

const text = { type: 'string' };

export const path = (name: string, description: string, schema: object = text): Parameter => ({
  name,
  in: 'path',
  required: true,
  description,
  schema,
});
export const query = (name: string, description: string, schema: object = text): Parameter => ({
  name,
  in: 'query',
  required: false,
  description,
  schema,
});
export const header = (name: string, description: string): Parameter => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: text,
});
