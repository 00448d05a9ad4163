/** Common ways to write times, and how they are written here. */
const SPELLINGS: ReadonlyArray<readonly [RegExp, string | ((...found: string[]) => string)]> = [
  [/^@hourly$/i, 'hourly'],
  [/^@(daily|midnight)$/i, 'daily 00:00'],
  [/^@weekly$/i, 'Sun 00:00'],
  [/^@monthly$/i, 'monthly 00:00'],
  [/^@(yearly|annually)$/i, '0 0 1 1 *'],
  // Six fields, with seconds first, as some schedulers have it.
  [/^\S+((?:\s+[\d*/,?LW#A-Za-z-]+){5})$/, (_, five = '') => five.trim()],
  [/\b(\d{1,2})(?::(\d{2}))?\s*(am|pm)\b/i, (_, hour = '', minute = '00', half = '') => clock(hour, minute, half)],
  [/\s+at\s+/i, ' '],
  [/^at\s+/i, ''],
  [/^every\s+(night|day|evening)s?\b|^(nightly|everyday|days)\b/i, 'daily'],
  [/^every\s+(?=(mon|tue|wed|thu|fri|sat|sun))/i, ''],
  [/^(every\s+)?(weekdays?|workdays?|working days?)\b/i, 'Mon-Fri'],
  [/^(every\s+)?weekends?\b/i, 'Sat,Sun'],
  [/^(weekly|every\s+week)(?=\s+\d+:)/i, 'Sun'],
  [/^(biweekly|fortnightly)\b.*/i, 'every 14 d'],
  [/^quarterly(?:\s+(\d{1,2}):(\d{2}))?$/i, (_, hour = '0', minute = '0') => `${+minute} ${+hour} 1 */3 *`],
  [/^(yearly|annually)(?:\s+(\d{1,2}):(\d{2}))?$/i, (_, __, hour = '0', minute = '0') => `${+minute} ${+hour} 1 1 *`],
  [/^OnCalendar\s*=\s*/i, ''],
  [/^(\d+)\s*(?:x|times)\s*(?:daily|a day|per day|\/\s*day)$/i, (_, times = '1') => `every ${24 / Number(times)} h`],
  [/^daily$/i, 'daily 22:00'],
  [/^(\d{1,2}:\d{2})$/, 'daily $1'],
]

/** How a time was probably meant; unchanged when nothing about it is known. */
export function respelled(text: string): string {
  return SPELLINGS.reduce(
    (read, [pattern, meant]) =>
      typeof meant === 'string' ? read.replace(pattern, meant) : read.replace(pattern, meant),
    text.trim(),
  )
}

function clock(hour: string, minute: string, half: string): string {
  const hours = (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)
  return `${String(hours).padStart(2, '0')}:${minute}`
}

/** Hours between two times of day, "22:00-06:00", in the unit of a duration; undefined for anything else. */
export function durationOfSpan(text: string): string | undefined {
  const match = /^(\d{1,2}):(\d{2})\s*(?:-|–|to)\s*(\d{1,2}):(\d{2})$/.exec(text.trim())
  if (match === null) return undefined
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number)
  const minutes = (toHour * 60 + toMinute - fromHour * 60 - fromMinute + 2 * 24 * 60) % (24 * 60) || 24 * 60
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`
}
