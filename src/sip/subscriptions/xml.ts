// Text inside of XML that we write; none is read.

/** For element content and quoted attributes. What XML 1.0 cannot hold (§2.2), and line breaks, become spaces. */
export function xmlText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\ufffe\uffff]/gu, ' ')
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
