// A day as an axis has room for it: 2-Mar.
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const shownDay = (day: string): string => `${Number(day.slice(8, 10))}-${months[Number(day.slice(5, 7)) - 1] ?? ''}`;
