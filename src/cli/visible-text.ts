/** Text with what a terminal would obey as escapes: names come from others, and could say anything. Lines stay lines. */
export function visibleText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  return text.replace(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g, escaped)
}

/** '\x1b' of the character ESC. */
export const escaped = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
