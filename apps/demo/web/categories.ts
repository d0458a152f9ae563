/** The six categories that exist without a contract of the app's own, in the order the page shows them. */
export const categories = ['engine', 'tool', 'workflow', 'progress', 'error', 'info'] as const

export type Category = (typeof categories)[number]
