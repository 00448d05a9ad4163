/** Ways in which people write quantities, and how each is written here; applied one after the other. */
const SPELLINGS: ReadonlyArray<readonly [RegExp, string | ((...found: string[]) => string)]> = [
  [
    /^(?:~|≈|[<>]=?|≤|≥|(?:about|around|approx(?:imately)?|circa|ca|at most|at least|up to|under|max|min)\b\.?)\s*/i,
    '',
  ],
  [
    /^(an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)\s+(?=[a-z%])/i,
    (_, word = '') => `${NUMBERS[word.toLowerCase()]} `,
  ],
  [/^half an?\s+/i, '0.5 '],
  // 'PT1H30M' and '1h30m'.
  [/^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/i, (_, days, hours, minutes) => minutesText(days, hours, minutes)],
  [
    /^(?:(\d+)\s*d(?:ays?)?)?\s*(?:(\d+)\s*h(?:ours?|rs?)?)\s*(?:(\d+)\s*m(?:in(?:utes?)?)?)?$/i,
    (_, days, hours, minutes) => minutesText(days, hours, minutes),
  ],
  [/^(\d+):(\d{2})(?:\s*(?:h|hours?))?$/, (_, hours, minutes) => minutesText(undefined, hours, minutes)],
  // Of two rates, downwards and upwards, a backup has the second.
  [/^[\d.]+\s*(?:[a-z]+)?\/(?=\d[\d.]*\s*[a-z])/i, ''],
  [/(?<=\d),(?=\d{3}(?!\d))/g, ''],
  [/(?<=\d),(?=\d)/, '.'],
  [/\s+per\s+(?:an?\s+)?/i, '/'],
  [/\s+(?:an?|every)\s+(?=(?:hour|day|week|month|year)$)/i, '/'],
  [/\s*\/\s*/g, '/'],
  [/\s*(?:p\.?\s?a\.?|per annum|annually|yearly)$/i, '/year'],
  [/\s*(?:a day|daily)$/i, '/day'],
  [/\s*monthly$/i, '/month'],
  [/\/(?:jahr|an|año)$/i, '/year'],
  [/\/(?:monat|mois|mes|mo)$/i, '/month'],
  [/\/(?:tag|jour)$/i, '/day'],
  [/\/(?:stunde|std|heure|hr)$/i, '/h'],
  [/\s*stunden?$/i, ' h'],
  [/\s*tagen?$/i, ' days'],
  [/\s*wochen?$/i, ' weeks'],
  [/^(\d[\d.]*)\s*k(?=\/)/i, (_, number = '') => String(Number(number) * 1000)],
  [
    /\s*(kilo|mega|giga|tera|peta)bytes?\b/i,
    (_, scale = '') => ` ${scale === 'kilo' ? 'k' : scale[0]!.toUpperCase()}B`,
  ],
  [/^(?:gigabit|gbe|gig)(?:\s*ethernet)?$/i, '1 Gbit/s'],
  [/\s*(?:gbe|gigabit|gig)(?:\s*ethernet)?$/i, ' Gbit/s'],
  [/\s*(k|M|G)b$/, (_, scale = '') => ` ${scale}bit/s`],
  [
    /\s*(kilo|mega|giga)bits?(?:\/s(?:ec(?:ond)?)?|ps)?$/i,
    (_, scale = '') => ` ${scale === 'kilo' ? 'k' : scale[0]!.toUpperCase()}bit/s`,
  ],
]

const NUMBERS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
}

/** '6-8 h', '2h - 1d', '5..10 min', 'from 1 to 2 TB'. */
const RANGE = /^(?:from|between)?\s*(\d[\d.]*\s*[a-z%/]*)\s*(?:-|–|—|\.\.\.?|…|\bto\b|\band\b)\s*(\d.*)$/i

/** How a quantity was probably meant, in a form that can be read; undefined when nothing about it is known. */
export function meantQuantity(text: string, isRead: (text: string) => boolean): string | undefined {
  const meant = respelled(text)
  return meant !== text && isRead(meant) ? meant : undefined
}

/** The greater end of a range, where one value is expected; undefined for what is none. */
export function greaterEnd(text: string, isRead: (text: string) => boolean): string | undefined {
  const [, , end] = RANGE.exec(text) ?? []
  if (end === undefined) return undefined
  return isRead(end) ? end : meantQuantity(end, isRead)
}

function respelled(text: string): string {
  return SPELLINGS.reduce(
    (read, [pattern, meant]) =>
      typeof meant === 'string' ? read.replace(pattern, meant) : read.replace(pattern, meant),
    text.trim(),
  )
}

function minutesText(days = '0', hours = '0', minutes = '0'): string {
  const total = Number(days) * 1440 + Number(hours) * 60 + Number(minutes)
  return total % 60 === 0 ? `${total / 60} h` : `${total} min`
}
