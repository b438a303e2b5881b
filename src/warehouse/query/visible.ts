// The table of the compartments that a person may see, which views of scoped tables ask.
/** No view and no name after WITH begins like this (statement.ts). */
export const visibleTable = '_visible';
