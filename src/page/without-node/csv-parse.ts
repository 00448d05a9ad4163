/** `csv-parse/sync` in a browser: scans and change logs are files, which a page does not read. */
export function parse(): never {
  throw new Error('a page in a browser reads no files')
}
