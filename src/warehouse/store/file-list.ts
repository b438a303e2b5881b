// Names of files in SQL.
import { literal } from '../view/sql-text.ts';

export const fileList = (paths: readonly string[]): string => `[${paths.map(literal).join(', ')}]`;
