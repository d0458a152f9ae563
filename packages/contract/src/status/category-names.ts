/** The names of the six default categories; what a process needs of them that has no schemas. */
export const defaultCategoryNames = ['engine', 'tool', 'workflow', 'progress', 'error', 'info'] as const
