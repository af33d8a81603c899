/** An expression that matches exactly `text`, escaped as Go's `regexp.QuoteMeta` escapes it. */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
